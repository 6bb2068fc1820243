#include "policies/rules/derived.hpp"

#include <algorithm>

namespace policies::rules {
namespace {

Deny refuse_view(const Request& request, const TableRule& view, Reason reason, const std::string& why) {
    return Deny{reason, view.rule,
                "role " + request.role.name + " may not read " + view.schema + '.' + view.name + ": " + why +
                    " (" + view.rule.text() + ')',
                "list it in 'tables' of the policy with its subject and columns, or read the tables that it "
                "was made of"};
}

bool counts(const Role& role, const std::string& kind) {
    return role.aggregates_only || std::ranges::find(role.counted, kind) != role.counted.end();
}

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

std::string quoted_table(const std::string& qualified) {
    const auto dot = qualified.find('.');
    return quoted(qualified.substr(0, dot)) + '.' + quoted(qualified.substr(dot + 1));
}

}  // namespace

std::optional<Deny> check_derived(const Request& request, const TableRule& view) {
    if (!view.derived) return std::nullopt;
    const DerivedRule& derived = *view.derived;
    const Role& role = request.role;
    if (!derived.unclear.empty())
        return refuse_view(request, view, Reason::unsupported,
                           "what it shows does not follow from its definition: " + derived.unclear);
    for (const std::string& clazz : derived.chosen_by) {
        if (role.sees_clear(clazz)) continue;
        return refuse_view(request, view, Reason::stripped_column,
                           "its rows were chosen by " +
                               (clazz.empty() ? std::string("a column that the policy strips")
                                              : "values of class " + clazz) +
                               ", which the role does not see in clear");
    }
    const bool has_filter = role.rows.contains(view.schema + '.' + view.name);
    for (const SourceRule& source : derived.sources) {
        for (const std::string& kind : source.uncarried) {
            if (!counts(role, kind)) continue;
            return refuse_view(request, view, Reason::not_countable,
                               "the role's statements are counted by " + kind +
                                   ", and no column of it holds the key of each row of " + source.table);
        }
        if (!has_filter && role.rows.contains(source.table) && source.carried_key.empty()) {
            return refuse_view(request, view, Reason::not_countable,
                               "the role sees only some rows of " + source.table +
                                   ", and no column of it holds their primary key");
        }
    }
    return std::nullopt;
}

std::optional<std::pair<std::string, RuleId>> row_filter_of(const Role& role, const TableRule& table) {
    if (role.rows.empty()) return std::nullopt;
    const auto own = role.rows.find(table.schema + '.' + table.name);
    if (own != role.rows.end()) return own->second;
    if (!table.derived) return std::nullopt;
    std::optional<std::pair<std::string, RuleId>> all;
    for (const SourceRule& source : table.derived->sources) {
        const auto filter = role.rows.find(source.table);
        if (filter == role.rows.end()) continue;
        // Without a key the view is not read at all: check_derived.
        const std::string condition = source.carried_key.empty()
                                          ? std::string("false")
                                          : quoted(source.carried_key) + " IN (SELECT " + quoted(source.key) +
                                                " FROM " + quoted_table(source.table) + " WHERE (" +
                                                filter->second.first + "))";
        if (!all) {
            all.emplace(condition, filter->second.second);
        } else if (all->first.find(condition) == std::string::npos) {
            all->first += " AND " + condition;
        }
    }
    return all;
}

}  // namespace policies::rules
