#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/summed_values.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// What the items of one FROM call their columns.
class ShownNames {
public:
    struct Name {
        std::string alias;
        std::string column;
        bool not_null = false;
        SummedColumn stored{};  // empty: it is not one column of a table
    };

    void add(Name name) { names_.push_back(std::move(name)); }

    /// `fields` of a ColumnRef: a column of one of them, or an item as a whole.
    [[nodiscard]] bool holds(const List* fields) const {
        return std::ranges::any_of(names_, [&](const Name& one) {
            return means(fields, one) || (list_length(fields) == 1 && one.alias == strVal(llast(fields)));
        });
    }

    /// A column whose every meaning is declared NOT NULL.
    [[nodiscard]] bool never_null(const List* fields) const {
        const auto is_it = [&](const Name& one) { return means(fields, one); };
        const auto may_be = [&](const Name& one) { return means(fields, one) && !one.not_null; };
        return std::ranges::any_of(names_, is_it) && std::ranges::none_of(names_, may_be);
    }

    /// What is known of a column, where it is summed.
    [[nodiscard]] SummedColumn summed(const List* fields) const {
        const auto found = std::ranges::find_if(names_, [&](const Name& one) { return means(fields, one); });
        const bool known = found != names_.end() && (found->stored.is_choice || !found->stored.name.empty());
        return known ? found->stored : SummedColumn{.name = strVal(llast(fields))};
    }

private:
    static bool means(const List* fields, const Name& one) {
        if (one.column != strVal(llast(fields))) return false;
        const int parts = list_length(fields);
        return parts == 1 || one.alias == strVal(list_nth(fields, parts - 2));
    }

    std::vector<Name> names_;
};

}  // namespace sql::verify
