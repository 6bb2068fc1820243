#include "policies/rules/request.hpp"

namespace policies::rules {

Deny refuse(const Role& role, Reason reason, const std::string& what, std::string hint) {
    return {reason, role.rule, "role " + role.name + " may not " + what + " (" + role.rule.text() + ")",
            std::move(hint)};
}

Deny refuse_by(const Request& request, const WriteRule& write, Reason reason, const std::string& what,
               std::string hint) {
    return {reason, write.rule,
            "role " + request.role.name + " may not " + what + " (" + write.rule.text() + ')',
            std::move(hint)};
}

std::string readable_tables(const Role& role) {
    constexpr std::size_t most = 12;
    std::vector<std::string> names;
    for (const auto& [name, rule] : role.tables)
        names.push_back(name);
    return "role " + role.name + " may read: " + listed(names, most);
}

std::string name_of(const sql::Relation& relation) { return relation.schema + '.' + relation.name; }

std::string listed(const std::vector<std::string>& words, std::size_t most) {
    std::string list;
    for (std::size_t i = 0; i < words.size() && i < most; ++i)
        list += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > most) list += ", ...";
    return list;
}

}  // namespace policies::rules
