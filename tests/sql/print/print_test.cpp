#include "sql/print/print.hpp"

#include <gtest/gtest.h>

#include "sql/parse/parse_tree.hpp"

namespace {

using sql::parse::ParseTree;
using sql::parse::Tokens;
using sql::print::EditList;
using sql::print::Printed;

struct Text {
    explicit Text(std::string_view sql)
        : tree(ParseTree::of(sql).value()), tokens(Tokens::of(tree.memory(), tree.text()).value()) {}
    [[nodiscard]] sql::Result<Printed> print(const EditList& edits = {}) const {
        return sql::print::print(tokens, 0, tree.text().size(), edits);
    }
    [[nodiscard]] std::size_t find(std::string_view part) const { return tree.text().find(part); }

    ParseTree tree;
    Tokens tokens;
};

struct SpellingCase {
    const char* name;
    std::string_view client;
    std::string_view printed;
};

class Spelling : public testing::TestWithParam<SpellingCase> {};

TEST_P(Spelling, IsCanonical) {
    const Text text(GetParam().client);
    const auto printed = text.print();
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_EQ(printed->text, GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Sql, Spelling,
    testing::Values(
        SpellingCase{"comments_go", "select/**/1 -- x\n", "select 1"},
        SpellingCase{"identifiers_are_quoted", "SELECT Foo.\"Bar\" FROM t AS x",
                     "select \"foo\".\"Bar\" from \"t\" as \"x\""},
        SpellingCase{"quotes_in_identifiers", "select \"a\"\"b\"", "select \"a\"\"b\""},
        SpellingCase{"two_quoted_names_side_by_side", "select \"a\"b", "select \"a\" \"b\""},
        SpellingCase{"plain_string", "select 'it''s', $$it's$$, E'it\\'s'",
                     "select 'it''s', 'it''s', 'it''s'"},
        SpellingCase{"string_with_a_backslash", "select 'a\\b', $$\\$$", "select E'a\\\\b', E'\\\\'"},
        SpellingCase{"continued_string", "select 'a'\n'b'", "select 'ab'"},
        SpellingCase{"unicode_strings", "select U&'d\\0061t', U&\"d!0061t\" uescape '!'",
                     "select 'dat', \"dat\""},
        SpellingCase{"bit_strings", "select B'01', x'fF'", "select b'01', x'fF'"},
        SpellingCase{"national_string", "select N'a'", "select nchar 'a'"},
        SpellingCase{"numbers", "select 1, .5, 1., 1e5, (1).x", "select 1, .5, 1., 1e5, (1).\"x\""},
        SpellingCase{"calls_and_casts", "select f(x)::int4, (a) :: text, $1::int",
                     "select \"f\"(\"x\")::\"int4\", (\"a\")::text, $1::int"},
        SpellingCase{"signs_stay_apart", "select 1 - -1, - - 1, @ -5", "select 1 - - 1, - - 1, @ - 5"},
        SpellingCase{"not_equals", "select a != b", "select \"a\" <> \"b\""},
        SpellingCase{"stars", "select *, t.*, count(*) from t", "select *, \"t\".*, \"count\"(*) from \"t\""},
        SpellingCase{"slices", "select a[1:2], a[:], a[x::int:y], a[1][2]",
                     "select \"a\"[1 : 2], \"a\"[:], \"a\"[\"x\"::int : \"y\"], \"a\"[1] [2]"},
        SpellingCase{"qualified_operator", "select 1 operator(pg_catalog.+) 2",
                     "select 1 operator(\"pg_catalog\".+) 2"},
        SpellingCase{"named_arguments", "select f(a => 1, b := 2)", "select \"f\"(\"a\" => 1, \"b\" := 2)"}),
    [](const auto& info) { return info.param.name; });

TEST(Edits, AreSplicedInAtTheirPlaces) {
    const Text text("select c.phone from customers c where c.id = 1");
    EditList edits;
    const std::size_t table = text.find("customers");
    edits.replace(table, table + 9, "(select 1)");
    edits.insert_before(text.find("c.id"), "not (");
    edits.insert_behind(text.tree.text().size(), ")");
    const auto printed = text.print(edits);
    ASSERT_TRUE(printed) << printed.error().message;
    EXPECT_EQ(printed->text, R"(select "c"."phone" from (select 1) "c" where not ("c"."id" = 1))");
}

TEST(Edits, AtOnePlaceComeOutBehindBeforeReplaced) {
    const Text text("select a,b");
    EditList edits;
    edits.insert_before(9, "before");
    edits.replace(9, 10, "by");
    edits.insert_behind(8, "as x");
    edits.insert_before(9, "again");
    EXPECT_EQ(text.print(edits)->text, R"(select "a" as x, before again by)");
}

TEST(Edits, OutsideOfTheRangeAreLeftOut) {
    const Text text("select a, b");
    EditList edits;
    edits.replace(7, 8, "x");
    edits.insert_behind(8, "y");
    edits.insert_before(10, "z");
    EXPECT_EQ(sql::print::print(text.tokens, 10, 11, edits)->text, R"(z "b")");
}

TEST(Edits, CanDelete) {
    const Text text("select all a");
    EditList edits;
    edits.replace(7, 10, "");
    EXPECT_EQ(text.print(edits)->text, R"(select "a")");
}

TEST(Edits, ThatNestOrCutTokensAreRefused) {
    const Text text("select abc + def");
    const auto refused = [&](auto change) {
        EditList edits;
        change(edits);
        const auto printed = text.print(edits);
        return !printed && printed.error().code == sql::Errc::verify_failed;
    };
    EXPECT_TRUE(refused([](EditList& e) { e.replace(7, 9, "x"); }));
    EXPECT_TRUE(refused([](EditList& e) { e.replace(8, 10, "x"); }));
    EXPECT_TRUE(refused([](EditList& e) { e.replace(7, 7, "x"); }));
    EXPECT_TRUE(refused([](EditList& e) { e.insert_before(8, "x"); }));
    EXPECT_TRUE(refused([](EditList& e) { e.insert_behind(11, "x"); }));
    EXPECT_TRUE(refused([](EditList& e) {
        e.replace(7, 16, "x");
        e.replace(13, 16, "y");
    }));
    EXPECT_TRUE(refused([](EditList& e) {
        e.replace(7, 16, "x");
        e.insert_before(13, "y");
    }));
    EXPECT_TRUE(refused([](EditList& e) {
        e.replace(7, 16, "x");
        e.insert_behind(10, "y");
    }));
}

TEST(Edits, ThatReachOverTheRangeAreRefused) {
    const Text text("select a, b");
    EditList edits;
    edits.replace(7, 11, "x");
    EXPECT_FALSE(sql::print::print(text.tokens, 10, 11, edits));
}

TEST(CopiedSpans, LeadFromPrintedTokensToTheClients) {
    const Text text("SELECT  foo, 'x' FROM t");
    EditList edits;
    edits.replace(8, 11, Printed{"lower(\"foo\")", {sql::CopiedSpan{6, 8, 3}}});
    const auto printed = text.print(edits);
    ASSERT_TRUE(printed);
    for (const auto& span : printed->spans) {
        if (span.client == 8) {
            EXPECT_EQ(printed->text.substr(span.printed, 5), "\"foo\"");
        }
        if (span.client == text.find("t")) {
            EXPECT_EQ(printed->text.substr(span.printed), "\"t\"");
        }
    }
    EXPECT_EQ(printed->spans.size(), 6u);
}

}  // namespace
