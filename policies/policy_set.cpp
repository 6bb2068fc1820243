#include "policies/policy_set.hpp"

#include <algorithm>

namespace policies {

std::string RuleId::text() const { return file + ':' + std::to_string(line); }

bool Role::may_read(std::string_view table) const {
    return std::ranges::any_of(tables, [&](const auto& granted) { return granted.first == table; });
}

bool Role::sees_clear(std::string_view clazz) const {
    return std::ranges::any_of(clear, [&](const auto& shown) { return shown.first == clazz; });
}

bool Role::may_run(std::string_view statement) const {
    return std::ranges::any_of(statements, [&](const auto& granted) { return granted.first == statement; });
}

const std::vector<std::string>& grantable_statements() {
    static const std::vector<std::string> names{"call", "explain_analyze", "listen", "lock", "notify"};
    return names;
}

const WriteRule* Role::write_rule(std::string_view table) const {
    const auto found = std::ranges::find(write, table, &WriteRule::table);
    return found == write.end() ? nullptr : &*found;
}

}  // namespace policies
