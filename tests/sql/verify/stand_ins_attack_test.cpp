// What is said with stand-ins is never more than what is said of the whole print: over hostile prints and
// meant trees.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/verify/kept_selects.hpp"
#include "sql/verify/verify.hpp"
#include "tests/sql/payments_catalog.hpp"
#include "tests/sql/verify/pinned_text.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace {

using sql::parse::TreeMemory;
using sql::verify::MaskedPlace;

constexpr std::string_view name = "TABLE \"__tabir_proven\"";

const sql::Catalog& catalog() {
    static const sql::Catalog made = tests::payments_catalog();
    return made;
}

bool verify(TreeMemory& memory, const std::string& printed, const Node* meant,
            const std::vector<MaskedPlace>& masked) {
    return sql::verify::verify_statement(memory, printed, meant, catalog(), tests::support_treatment(),
                                         masked)
        .has_value();
}

/// A masked sub-select of customers, with `rest` behind it.
std::string masked(const std::string& columns, const std::string& rest = "") {
    const std::string text = tests::with_pins("(select " + columns + " from public.customers)");
    return text.substr(1, text.size() - 2) + rest;
}

std::string masked_phone() {
    const sql::Column& phone = *catalog().relation(tests::customers)->column("phone");
    return *sql::mask_expression(sql::mask::Constant{"***"}, phone, "\"phone\"", catalog()) + " AS \"phone\"";
}

bool collect_sub_selects(Node* node, void* found) {
    if (node == nullptr) return false;
    if (IsA(node, RangeSubselect))
        static_cast<std::vector<RangeSubselect*>*>(found)->push_back(reinterpret_cast<RangeSubselect*>(node));
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_sub_selects), found);
}

/// A tree whose text is `text`; each sub-select in it that is the name of a stand-in means `proven`.
struct Meant {
    Node* tree = nullptr;
    std::vector<MaskedPlace> places;

    Meant(TreeMemory& memory, const std::string& text, const std::string& proven) {
        auto parsed = memory.parse(text);
        const auto said = sql::parse::parse_select_fragment(memory, proven);
        if (!parsed || list_length(*parsed) != 1 || !said) return;
        tree = static_cast<RawStmt*>(linitial(*parsed))->stmt;
        auto name_alone = memory.parse(name).value();
        std::vector<RangeSubselect*> found;
        static_cast<void>(memory.run([&] { collect_sub_selects(tree, &found); }));
        for (RangeSubselect* item : found) {
            if (!memory.equal(item->subquery, static_cast<RawStmt*>(linitial(name_alone))->stmt)) continue;
            item->subquery = memory.copy(reinterpret_cast<Node*>(said->select));
            places.push_back({.node = item,
                              .select = sql::verify::KeptSelects::of_this_thread().of_text(proven),
                              .relation = tests::customers});
        }
    }
};

/// Kept, if it may be.
void offer(const std::string& text) {
    // A line's end stops a comment that the text ends with.
    const std::string printed = "select * from (" + text + "\n) as c";
    TreeMemory memory;
    const Meant meant(memory, "select * from (" + std::string(name) + ") as c", text);
    ASSERT_TRUE(verify(memory, printed, meant.tree, meant.places)) << printed;
}

struct Frame {
    std::string before;
    std::string behind;
};

/// What is printed around `text`, and meant around its stand-in.
void expect_no_more_than_the_whole(const Frame& frame, const std::string& text) {
    const std::string printed = frame.before + text + frame.behind;
    TreeMemory memory;
    const Meant meant(memory, frame.before + std::string(name) + frame.behind, text);
    if (meant.tree == nullptr || meant.places.empty()) return;
    if (verify(memory, printed, meant.tree, meant.places))
        EXPECT_TRUE(verify(memory, printed, meant.tree, {})) << printed;
}

const std::vector<std::string>& texts() {
    static const std::vector<std::string> all{
        masked("id, city"),  masked("id, " + masked_phone()), masked("id", " -- "),
        masked("id", " --"), masked("id", " /* c */"),        masked("/* c */ id"),
        masked("id -- c\n"), masked("id", " offset 0"),
    };
    return all;
}

TEST(HostilePrints, WithACommentInTheProvenText) {
    for (const std::string& text : texts())
        offer(text);
    // With " -- " at the end of what stands between the brackets, the server reads another table; in its
    // place a name leaves only a string.
    const Frame hidden{"select c.id from (",
                       ") as c where '\n) as c, (select phone from public.customers) as d --' <> ''"};
    for (const std::string& text : texts()) {
        SCOPED_TRACE(text);
        expect_no_more_than_the_whole(hidden, text);
        TreeMemory memory;
        const Meant meant(memory, hidden.before + std::string(name) + hidden.behind, text);
        ASSERT_EQ(meant.places.size(), 1U);
        const bool ends_in_comment = text.ends_with(" --") || text.ends_with(" -- ");
        EXPECT_EQ(verify(memory, hidden.before + text + hidden.behind, meant.tree, meant.places),
                  !ends_in_comment);
    }
}

TEST(HostilePrints, SayNoMoreThanTheWhole) {
    for (const std::string& text : texts())
        offer(text);
    const std::vector<Frame> frames{
        {"select c.id from (", ") as c"},
        {"select c.id, c.city from (", ") as c where c.id = 1 and c.city <> 'it''s' order by 1"},
        {"select (select count(*) from (", ") as d where d.id = c.id) from support.tickets as c"},
        {"with w as (select * from (", ") as c) select w.id from w where \"id\" in (select 1)"},
        {"select $$a$$, E'b', \"c\".id from (", ") as \"c\" left join (select 1 as x) as t on true"},
    };
    const std::vector<std::string> pieces{
        "'",
        "''",
        "\"",
        "$$",
        "$a$",
        "--",
        "\n",
        "/*",
        "*/",
        "(",
        ")",
        ";",
        "\\",
        " E'",
        " U&'",
        " uescape '!' ",
        " as c, public.customers as d ",
        " as c, (select phone from public.customers) as d ",
        " union all select phone from public.customers ",
        "(TABLE \"__tabir_proven\") as p, ",
        " (select phone from public.customers) ",
        " lateral ",
        " tablesample system (1) ",
        " into t ",
        " for update ",
        "$1",
    };
    std::mt19937 random(4711);
    const auto below = [&random](std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
    };
    for (int i = 0; i < 20'000; ++i) {
        Frame frame = frames[below(frames.size())];
        for (std::size_t left = 1 + below(4); left > 0; --left) {
            std::string& side = below(3) == 0 ? frame.before : frame.behind;
            side.insert(below(side.size() + 1), pieces[below(pieces.size())]);
        }
        expect_no_more_than_the_whole(frame, texts()[below(texts().size())]);
        if (HasFailure()) return;
    }
}

}  // namespace
