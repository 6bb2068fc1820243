#include "sql/parse/known_fragments.hpp"

#include <gtest/gtest.h>

#include "sql/parse/parse_tree.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

Node* tree_of(TreeMemory& memory, const std::string& text) {
    const auto parsed = memory.parse(text);
    return static_cast<RawStmt*>(linitial(*parsed))->stmt;
}

std::string text_number(int i) { return "SELECT " + std::to_string(i) + " + " + std::string(1000, '1'); }

TEST(KnownFragments, GivesWhatWasKept) {
    TreeMemory memory;
    KnownFragments known;
    const std::string text = "SELECT a FROM b";
    EXPECT_EQ(known.find(text), nullptr);
    const Node* tree = tree_of(memory, text);
    known.keep(text, tree);
    ASSERT_NE(known.find(text), nullptr);
    EXPECT_TRUE(memory.equal(known.find(text), tree));
    EXPECT_EQ(known.find("SELECT a FROM c"), nullptr);
}

TEST(KnownFragments, OutlivesTheMemoryThatTheTreeCameFrom) {
    KnownFragments known;
    const std::string text = "SELECT a FROM b";
    {
        TreeMemory memory;
        known.keep(text, tree_of(memory, text));
    }
    TreeMemory memory;
    EXPECT_TRUE(memory.equal(known.find(text), tree_of(memory, text)));
}

TEST(KnownFragments, LendsForAsLongAsTheBorrowerLives) {
    KnownFragments known;
    TreeMemory memory;
    const std::string text = "SELECT a FROM b";
    TreeMemory borrower;
    EXPECT_EQ(known.lend(text, borrower), nullptr);
    known.keep(text, tree_of(memory, text));
    const Node* lent = known.lend(text, borrower);
    EXPECT_EQ(known.lend(text, borrower), lent);
    for (int i = 0; i < 1'000; ++i)
        known.keep(text_number(i), tree_of(memory, text_number(i)));
    EXPECT_EQ(known.find(text), nullptr);
    EXPECT_TRUE(memory.equal(lent, tree_of(memory, text)));
}

TEST(KnownFragments, StaysBoundedAndKeepsWhatIsUsed) {
    TreeMemory memory;
    KnownFragments known;
    const std::string hot = "SELECT hot";
    const Node* tree = tree_of(memory, hot);
    known.keep(hot, tree);
    for (int i = 0; i < 1'000; ++i) {
        const std::string text = text_number(i);
        known.keep(text, tree_of(memory, text));
        ASSERT_LE(known.bytes(), 2 * KnownFragments::room);
        const Node* found = known.find(hot);
        ASSERT_NE(found, nullptr) << i;
        ASSERT_TRUE(memory.equal(found, tree));
    }
    EXPECT_EQ(known.find(text_number(0)), nullptr);
    EXPECT_NE(known.find(text_number(999)), nullptr);
}

TEST(KnownFragments, DoesNotKeepWhatIsTooLarge) {
    TreeMemory memory;
    KnownFragments known;
    const std::string text = "SELECT '" + std::string(KnownFragments::room, 'x') + "'";
    known.keep(text, tree_of(memory, text));
    EXPECT_EQ(known.find(text), nullptr);
    EXPECT_EQ(known.bytes(), 0U);
}

TEST(Fragments, ThatComeAgainAreAsTheyWere) {
    for (int i = 0; i < 2; ++i) {
        TreeMemory memory;
        const auto select = parse_select_fragment(memory, "SELECT a FROM b WHERE c");
        ASSERT_TRUE(select);
        EXPECT_EQ(select->text, "SELECT a FROM b WHERE c");
        // What one caller does to its tree, the next one does not see.
        EXPECT_NE(select->select->whereClause, nullptr);
        select->select->whereClause = nullptr;

        const auto commented = parse_select_fragment(memory, "SELECT a /* b */ FROM c");
        ASSERT_TRUE(commented);
        EXPECT_EQ(commented->text, "SELECT a         FROM c");

        const auto expression = parse_expression_fragment(memory, "a + b");
        ASSERT_TRUE(expression);
        EXPECT_TRUE(means(memory, expression->expression, "a + b"));
        EXPECT_TRUE(means(memory, expression->expression, "a  +  b"));
        EXPECT_FALSE(means(memory, expression->expression, "a - b"));
        EXPECT_FALSE(means(memory, expression->expression, "a + b AS c"));
        EXPECT_FALSE(means(memory, expression->expression, "a + b FROM d"));
        // A SELECT that is known is no expression.
        ASSERT_TRUE(parse_select_fragment(memory, "SELECT a + b FROM d"));
        EXPECT_FALSE(parse_expression_fragment(memory, "a + b FROM d"));
        EXPECT_FALSE(means(memory, expression->expression, "a + b FROM d"));
    }
}

}  // namespace
}  // namespace sql::parse
