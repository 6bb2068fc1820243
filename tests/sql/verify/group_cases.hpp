#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/verify/verify.hpp"
#include "tests/sql/payments_catalog.hpp"
#include "tests/sql/verify/pinned_text.hpp"

/// Statements over groups of people, for the verifier.
namespace tests {

// {t}: what is worked out of each person, of whom {m} are in a group. {c}: the people; {b}: with their masked
// birthdays. {n}: how many different ones of them are in a group.
inline std::string spelled(std::string text) {
    const auto replace_all = [&](std::string_view word, std::string_view by) {
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
            text.replace(at, word.size(), by);
    };
    replace_all("{t}",
                "(select c.id, pg_catalog.count(*) as n, c.id as __tabir_p1 from {c} group by c.id) as x");
    replace_all("{m}", "pg_catalog.count(distinct x.__tabir_p1)");
    replace_all("{c}", "(select id, city, created_at from public.customers) as c");
    const sql::Catalog catalog = payments_catalog();
    const sql::Column& birthday = *catalog.relation(customers)->column("birthday");
    replace_all("{b}", "(select id, city, " +
                           *sql::mask_expression(sql::mask::Null{}, birthday, "birthday", catalog) +
                           " as birthday from public.customers) as c");
    replace_all("{n}", "pg_catalog.count(distinct c.id)");
    return with_pins(std::move(text));
}

/// What the verifier says of a statement of a role that sees groups of ten people.
inline sql::Result<void> verify_groups(const std::string& statement) {
    static const sql::Catalog catalog = payments_catalog();
    sql::Treatment treatment = support_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{10};
    const std::string text = spelled(statement);
    const auto tree = sql::parse::ParseTree::of(text).value();
    return sql::verify::verify_statement(tree.memory(), text, tree.statements()[0].node, catalog, treatment);
}

struct GroupCase {
    const char* name;
    const char* text;
    const char* reason = "a group may hold fewer people than min_group";  // why it is refused
};
inline void PrintTo(const GroupCase& one, std::ostream* out) { *out << one.name; }
inline const auto case_name = [](const auto& info) { return std::string(info.param.name); };

}  // namespace tests
