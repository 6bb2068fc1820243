#include "policies/rules/functions.hpp"

#include <algorithm>

namespace policies::rules {

std::optional<Deny> check_functions(const Request& request) {
    for (const sql::FunctionUse& use : request.facts.functions) {
        if (use.safe_builtin) continue;
        const std::string name = use.schema + '.' + use.name;
        const auto& listed = request.role.functions;
        if (std::ranges::any_of(listed, [&](const auto& allowed) { return allowed.first == name; })) continue;
        return refuse(request.role, Reason::function_not_allowed,
                      "call " + name + (use.through_view ? ", which a view calls" : ""),
                      "built-in functions that only compute are allowed; others where the role's 'functions' "
                      "name them");
    }
    return std::nullopt;
}

}  // namespace policies::rules
