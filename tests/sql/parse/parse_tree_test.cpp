#include "sql/parse/parse_tree.hpp"

#include <gtest/gtest.h>

#include "sql/parse/pg_nodes.hpp"

namespace {

using sql::Errc;
using namespace sql::parse;

TEST(ParseTree, GivesEachStatementWithItsPlaceInTheText) {
    const auto tree = ParseTree::of("select 1; ;select 2 -- end");
    ASSERT_TRUE(tree);
    ASSERT_EQ(tree->statements().size(), 2u);
    EXPECT_EQ(tree->text().substr(tree->statements()[0].begin, tree->statements()[0].end), "select 1");
    EXPECT_EQ(nodeTag(tree->statements()[1].node), T_SelectStmt);
    EXPECT_EQ(tree->statements()[1].end, tree->text().size());
}

TEST(ParseTree, HoldsNothingForAnEmptyText) {
    const auto tree = ParseTree::of(" /* nothing */ ; ");
    ASSERT_TRUE(tree);
    EXPECT_TRUE(tree->statements().empty());
}

TEST(ParseTree, PlacesASyntaxErrorByBytesOfTheClientsText) {
    const auto tree = ParseTree::of("select 'ä' /* ö */ fromm x y");
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().code, Errc::syntax_error);
    EXPECT_EQ(tree.error().message, "syntax error at or near \"x\"");
    EXPECT_EQ(tree.error().offset, std::string_view("select 'ä' /* ö */ fromm ").size());
}

TEST(ParseTree, ReportsAnErrorOfTheLexerToo) {
    const auto tree = ParseTree::of("select 'open");
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().message, "unterminated quoted string at or near \"'open\"");
    EXPECT_EQ(tree.error().offset, 7u);
}

TEST(ParseTree, AcceptsCommentsWhereTheGrammarLooksAhead) {
    EXPECT_TRUE(ParseTree::of("select 1 where 2 not /* x */ between 1 and 3"));
    EXPECT_TRUE(
        ParseTree::of("select now()::timestamp with /* x */ time zone order by 1 nulls -- y\n first"));
    EXPECT_TRUE(ParseTree::of("select U&'d!0061t' -- x\n uescape '!'"));
}

TEST(ParseTree, TwoTreesOfOneThreadDoNotDisturbEachOther) {
    auto first = ParseTree::of("select 1");
    auto second = ParseTree::of("select 2");
    ASSERT_TRUE(first && second);
    Node* copied = first->memory().copy(first->statements()[0].node);
    { const auto dropped = std::move(*second); }
    EXPECT_TRUE(first->memory().equal(copied, first->statements()[0].node));
}

TEST(ParseTree, KnowsWhichStatementsMayBeWalked) {
    const auto walkable = [](std::string_view text) {
        const auto tree = ParseTree::of(text);
        return ParseTree::is_walkable(tree->statements()[0].node);
    };
    EXPECT_TRUE(walkable("explain create table t as select 1"));
    EXPECT_TRUE(walkable("merge into a using b on true when matched then do nothing"));
    EXPECT_FALSE(walkable("explain execute p"));
    EXPECT_FALSE(walkable("create table t (a int)"));
}

std::string repeated(std::string_view unit, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += unit;
    return text;
}

struct DeepCase {
    const char* name;
    std::string text;
};

class DeepStatement : public testing::TestWithParam<DeepCase> {};

TEST_P(DeepStatement, IsRefusedAsTooDeep) {
    const auto tree = ParseTree::of(GetParam().text);
    ASSERT_FALSE(tree);
    EXPECT_EQ(tree.error().code, Errc::too_deep) << tree.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, DeepStatement,
    testing::Values(
        DeepCase{"parentheses", "select " + repeated("(", 20'000) + "1" + repeated(")", 20'000)},
        DeepCase{"sum", "select 1" + repeated("+1", 19'999)},
        DeepCase{"casts", "select 1" + repeated("::int", 19'999)},
        DeepCase{"subscripts", "select array" + repeated("[", 20'000) + repeated("]", 20'000)},
        DeepCase{"nested_comments", repeated("/*", 100'000)},
        DeepCase{"not", "select " + repeated("not ", 20'000) + "true"},
        DeepCase{"is_null", "select 1" + repeated(" is null", 20'000)},
        DeepCase{"collate", "select 'a'" + repeated(" collate a", 20'000)},
        DeepCase{"calls", "select " + repeated("f(", 20'000) + repeated(")", 20'000)},
        DeepCase{"nested_selects", repeated("select (", 900) + "1" + repeated(")", 900)},
        DeepCase{"nested_from", repeated("select * from (", 900) + "select 1" + repeated(") a", 900)},
        DeepCase{"union", "select 1" + repeated(" union select 1", 10'000)},
        DeepCase{"join", "select 1 from a" + repeated(" cross join a", 10'000)},
        DeepCase{"case_when",
                 "select " + repeated("case when true then ", 5'000) + "1" + repeated(" end", 5'000)},
        DeepCase{"ctes", repeated("with a as (", 800) + "select 1" + repeated(") select 1", 800)},
        DeepCase{"and_in_or", "select " + repeated("a and (b or ", 900) + "c" + repeated(")", 900)}),
    [](const auto& info) { return info.param.name; });

// PostgreSQL looks for the leftmost operand here, by recursion.
TEST(ParseTree, SurvivesAnErrorAboutADeepExpression) {
    EXPECT_FALSE(ParseTree::of("(select 1 offset 1) offset 1" + repeated("+1", 19'900)));
    EXPECT_FALSE(ParseTree::of("(select 1 offset 1) offset 1" + repeated(" is null", 25'000)));
}

struct FlatCase {
    const char* name;
    std::string text;
};

class FlatStatement : public testing::TestWithParam<FlatCase> {};

TEST_P(FlatStatement, MayBeLong) {
    const auto tree = ParseTree::of(GetParam().text);
    EXPECT_TRUE(tree) << tree.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, FlatStatement,
    testing::Values(FlatCase{"and_chain", "select 1 where a=1" + repeated(" and a=1", 10'000)},
                    FlatCase{"in_list", "select 1 where a in (1" + repeated(",1", 50'000) + ")"},
                    FlatCase{"values", "values (1)" + repeated(",(1,2)", 9'000)},
                    FlatCase{"columns", "select a.b as c" + repeated(", coalesce(a.b, 0)::int as c", 1'600)},
                    FlatCase{"tables", "select 1 from a" + repeated(", a", 10'000)},
                    FlatCase{"sum_below_the_limit", "select 1" + repeated("+1", 480)},
                    FlatCase{"union_below_the_limit", "select 1" + repeated(" union all select 1", 480)}),
    [](const auto& info) { return info.param.name; });

TEST(SelectFragment, IsOneSelectAndNothingElse) {
    TreeMemory memory;
    EXPECT_TRUE(parse_select_fragment(memory, "select 1 from a;"));
    EXPECT_FALSE(parse_select_fragment(memory, "select 1; select 2"));
    EXPECT_FALSE(parse_select_fragment(memory, "delete from a"));
    EXPECT_FALSE(parse_select_fragment(memory, ""));
}

TEST(ExpressionFragment, StandsWhereItsLocationsSay) {
    TreeMemory memory;
    const auto fragment = parse_expression_fragment(memory, "lower(a)");
    ASSERT_TRUE(fragment);
    ASSERT_EQ(nodeTag(fragment->expression), T_FuncCall);
    EXPECT_EQ(reinterpret_cast<FuncCall*>(fragment->expression)->location, static_cast<int>(fragment->begin));
    EXPECT_EQ(fragment->text.substr(fragment->begin), "lower(a)");
}

class NotOneExpression : public testing::TestWithParam<const char*> {};

TEST_P(NotOneExpression, IsRefused) {
    TreeMemory memory;
    EXPECT_FALSE(parse_expression_fragment(memory, GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Sql, NotOneExpression,
                         testing::Values("", "a, b", "a as b", "a b", "a from t", "a where b",
                                         "a; drop table t", "distinct a", "a union select 1", "a order by 1",
                                         "a limit 1", "all a into t", "a for update", "1) from (select 1",
                                         "a fetch first 1 row with ties", "a group by b", "a having b"));

TEST(ExpressionFragment, PlacesErrorsInItsOwnText) {
    TreeMemory memory;
    const auto fragment = parse_expression_fragment(memory, "a = = 1");
    ASSERT_FALSE(fragment);
    EXPECT_EQ(fragment.error().offset, 4u);
}

}  // namespace
