// Masked sub-selects that were proven before: what stands for them may hide nothing.
#include "sql/verify/stand_ins.hpp"

#include <gtest/gtest.h>

#include "sql/parse/parse_tree.hpp"
#include "sql/verify/kept_selects.hpp"
#include "tests/sql/own_treatment.hpp"
#include "tests/sql/payments_catalog.hpp"
#include "tests/sql/verify/pinned_text.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace {

using sql::verify::KeptSelect;
using sql::verify::KeptSelects;
using sql::verify::MaskedPlace;

const sql::Catalog& catalog() {
    static const sql::Catalog made = tests::payments_catalog();
    return made;
}

/// A masked sub-select of customers.
std::string masked(const std::string& columns) {
    const std::string text = tests::with_pins("(select " + columns + " from public.customers)");
    return text.substr(1, text.size() - 2);
}

/// The one that is kept for all statements that say the same.
std::shared_ptr<const KeptSelect> kept(const std::string& text) {
    return KeptSelects::of_this_thread().of_text(text);
}

/// The first item of FROM, as what a rewriter would say of it.
MaskedPlace place_in(const sql::parse::ParseTree& tree, const std::string& text) {
    auto* select = reinterpret_cast<SelectStmt*>(tree.statements()[0].node);
    auto* item = static_cast<Node*>(linitial(select->fromClause));
    if (IsA(item, JoinExpr)) item = reinterpret_cast<JoinExpr*>(item)->larg;
    return {
        .node = reinterpret_cast<RangeSubselect*>(item), .select = kept(text), .relation = tests::customers};
}

/// `printed` as it stands, where `text` is said to be what its first item of FROM holds.
bool verify(const std::string& printed, const std::string& text,
            const sql::Treatment& treatment = tests::support_treatment()) {
    const auto tree = sql::parse::ParseTree::of(printed).value();
    const std::vector<MaskedPlace> places{place_in(tree, text)};
    return sql::verify::verify_statement(tree.memory(), printed, tree.statements()[0].node, catalog(),
                                         treatment, places)
        .has_value();
}

bool stands_in(const std::string& printed, const std::string& text,
               const sql::Treatment& treatment = tests::support_treatment()) {
    const auto tree = sql::parse::ParseTree::of(printed).value();
    const std::vector<MaskedPlace> places{place_in(tree, text)};
    return sql::verify::StandIns::of(tree.memory(), printed, catalog(), treatment, places).has_value();
}

/// Proves `text` in a statement of its own.
void prove(const std::string& text) { ASSERT_TRUE(verify("select * from (" + text + ") as c", text)); }

TEST(StandIns, StandForWhatWasProvenAndForNothingElse) {
    const std::string text = masked("id, city");
    EXPECT_FALSE(stands_in("select c.id from (" + text + ") as c", text));
    prove(text);
    EXPECT_TRUE(stands_in("select c.id from (" + text + ") as c", text));
    EXPECT_TRUE(verify("select c.id from (" + text + ") as c where c.id = 1", text));
    const std::string open = masked("id, phone");
    EXPECT_FALSE(verify("select c.id from (" + open + ") as c", open));
    EXPECT_FALSE(stands_in("select c.id from (" + open + ") as c", open));
}

TEST(StandIns, AreLookedAtByTheirPlaces) {
    const std::string text = masked("id");
    prove(text);
    const std::string in_the_open = "select c.phone from (select phone from public.customers) as c";
    // The proven text stands in a string, in a name, in another sub-select; what it is said to be for does
    // not.
    EXPECT_FALSE(verify(in_the_open + " where $$(" + text + ")$$ <> ''", text));
    EXPECT_FALSE(verify(in_the_open + ", (" + text + ") as d", text));
    EXPECT_FALSE(verify(in_the_open + " where c.phone in (" + text + ")", text));
    // The text that is found first is not the one that is meant: then the whole print is read.
    EXPECT_TRUE(verify("select $$(" + text + ")$$, c.id from (" + text + ") as c", text));
    EXPECT_FALSE(
        verify("select $$(" + text + ")$$, c.id from (" + text + ") as c, public.customers as d", text));
    // The name of a stand-in itself.
    EXPECT_FALSE(
        verify("select c.id from (table \"__tabir_proven\") as c where $$(" + text + ")$$ <> ''", text));
    EXPECT_FALSE(verify("select c.id from (" + text + ") as c, (table \"__tabir_proven\") as d", text));
    EXPECT_FALSE(verify("select c.id from (" + text + ") as c, \"__tabir_proven\" as d", text));
    // And with it, another relation in the open.
    EXPECT_FALSE(verify("select c.id from (" + text + ") as c join public.customers d on d.id = c.id", text));
    EXPECT_TRUE(
        verify("select c.id from (" + text + ") as c join (" + masked("id") + ") as d using (id)", text));
}

TEST(StandIns, AreComparedWithWhatIsMeant) {
    const std::string text = masked("id");
    const std::string other = masked("id, city");
    prove(text);
    prove(other);
    const std::string printed = "select c.id from (" + text + ") as c";
    const auto check = [&](const std::string& meant, const std::string& said) {
        const auto tree = sql::parse::ParseTree::of(meant).value();
        const std::vector<MaskedPlace> places{place_in(tree, said)};
        return sql::verify::verify_statement(tree.memory(), printed, tree.statements()[0].node, catalog(),
                                             tests::support_treatment(), places)
            .has_value();
    };
    EXPECT_TRUE(check("select c.id from (" + text + ") as c", text));
    EXPECT_FALSE(check("select c.id from (" + other + ") as c", text));
    EXPECT_FALSE(check("select c.id from (" + other + ") as c", other));
    EXPECT_FALSE(check("select c.city from (" + text + ") as c", text));
}

// A tree that is meant to hide what was never read: only the place of the name tells.
TEST(StandIns, MustBeReadWhereTheyWerePut) {
    const std::string text = masked("id");
    prove(text);
    const std::string name = "table \"__tabir_proven\"";
    const auto check = [&](const std::string& before, const std::string& behind) {
        const auto tree = sql::parse::ParseTree::of(before + "TABLE \"__tabir_proven\"" + behind).value();
        const auto said = sql::parse::parse_select_fragment(tree.memory(), text).value();
        MaskedPlace place{.node = tree.memory().make<RangeSubselect>(T_RangeSubselect), .select = kept(text)};
        place.relation = tests::customers;
        auto* select = reinterpret_cast<SelectStmt*>(tree.statements()[0].node);
        if (select->fromClause != nullptr)
            place.node = static_cast<RangeSubselect*>(linitial(select->fromClause));
        place.node->subquery = reinterpret_cast<Node*>(said.select);
        const std::string printed = before + text + behind;
        return sql::verify::verify_statement(tree.memory(), printed, tree.statements()[0].node, catalog(),
                                             tests::support_treatment(), std::vector{place})
            .has_value();
    };
    EXPECT_TRUE(check("select c.id from (", ") as c"));
    EXPECT_FALSE(check("select c.id from (" + name + ") as c where $$(", ")$$ <> ''"));
    EXPECT_FALSE(check("select $$(", ")$$"));
}

TEST(KeptSelects, HoldNoCommentAndEndNothing) {
    const auto is_proven = [](const std::string& text) {
        const auto select = kept(text);
        return select != nullptr &&
               select->is_proven(catalog(), tests::customers, tests::support_treatment());
    };
    const std::string text = masked("id, full_name");
    for (const std::string& hostile :
         {text + " --", text + " -- ", text + "/* c */", "/**/" + text, "select /* c */" + text.substr(6),
          text + ";", text + " ; ", text + "\n--"}) {
        EXPECT_TRUE(verify("select * from (" + text + ") as c", hostile));
        EXPECT_FALSE(is_proven(hostile)) << hostile;
    }
    prove(text);
    EXPECT_TRUE(is_proven(text));
}

// Said of a print that holds none of them and is sound.
TEST(KeptSelects, AreProvenByTheirOwnTexts) {
    const std::string sound = masked("id");
    const std::string pin = sound.substr(sound.find(" where "));
    const std::vector<std::string> texts{
        "select id from public.customers",
        masked("id, phone"),
        masked("address"),
        masked("*"),
        masked("id, phone as city"),
        masked("id") + " or true",
        masked("id") + " union all select phone from public.customers",
        masked("(select phone from public.customers limit 1) as city"),
        masked("id") + " for update",
        "with w as (select 1) " + sound,
        "select id into x from" + sound.substr(sound.find(" from ") + 5),
        "select id from public.documents",
        "select id from support.tickets",
        "select 1 from" + sound.substr(sound.find(" from ") + 5),
        "select id from public.customers as customers tablesample system ((select 1 from "
        "public.customers))" +
            pin,
    };
    for (const std::string& leaking : texts) {
        SCOPED_TRACE(leaking);
        const std::string hostile = "select * from (" + leaking + ") as c";
        EXPECT_FALSE(verify(hostile, leaking));
        EXPECT_TRUE(verify("select c.id from (" + sound + ") as c", leaking));
        EXPECT_FALSE(stands_in(hostile, leaking));
        EXPECT_FALSE(verify(hostile, leaking));
    }
}

TEST(KeptSelects, AreOfTheRelationThatTheyAreSaidToBeOf) {
    const std::string text = masked("id");
    const std::string printed = "select c.id from (" + text + ") as c";
    const auto check = [&](sql::Oid relation) {
        const auto tree = sql::parse::ParseTree::of(printed).value();
        MaskedPlace place = place_in(tree, text);
        place.relation = relation;
        const std::vector<MaskedPlace> places{place};
        static_cast<void>(sql::verify::verify_statement(tree.memory(), printed, tree.statements()[0].node,
                                                        catalog(), tests::support_treatment(), places));
        return sql::verify::StandIns::of(tree.memory(), printed, catalog(), tests::support_treatment(),
                                         places)
            .has_value();
    };
    EXPECT_FALSE(check(tests::documents));
    EXPECT_FALSE(check(tests::tickets));
    EXPECT_TRUE(check(tests::customers));
    EXPECT_FALSE(check(tests::documents));
}

TEST(KeptSelects, HangOnTheirCircumstances) {
    const std::string text = masked("id, city");
    prove(text);
    const std::string printed = "select c.id from (" + text + ") as c";
    ASSERT_TRUE(stands_in(printed, text));

    sql::Treatment treatment = tests::support_treatment();
    tests::own_copy(treatment.relations[0])
        .columns[catalog().relation(tests::customers)->column("city")->number] = sql::Stripped{};
    EXPECT_FALSE(stands_in(printed, text, treatment));
    EXPECT_FALSE(verify(printed, text, treatment));

    treatment = tests::support_treatment();
    tests::own_copy(treatment.relations[0]).row_filter = "id = 1";
    EXPECT_FALSE(stands_in(printed, text, treatment));
    EXPECT_FALSE(verify(printed, text, treatment));

    treatment = tests::support_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{10};
    EXPECT_FALSE(stands_in(printed, text, treatment));
    EXPECT_FALSE(verify(printed, text, treatment));

    EXPECT_FALSE(stands_in(printed, text, tests::counted_treatment()));
    EXPECT_FALSE(stands_in(printed, text, {}));

    // Treatments are told apart as objects: of another one nothing is known, even if it says the same.
    treatment = tests::support_treatment();
    tests::own_copy(treatment.relations[0]);
    EXPECT_FALSE(stands_in(printed, text, treatment));
    EXPECT_TRUE(verify(printed, text, treatment));
    EXPECT_TRUE(stands_in(printed, text, treatment));

    // Whose rows they are matters to a row filter alone.
    const auto select = kept(text);
    const auto of_user = [](sql::Treatment given, const char* user) {
        given.user = user;
        return given;
    };
    select->prove(catalog(), tests::customers, of_user(treatment, "agent7"));
    EXPECT_TRUE(select->is_proven(catalog(), tests::customers, of_user(treatment, "agent8")));
    tests::own_copy(treatment.relations[0]).row_filter = "city = :user";
    select->prove(catalog(), tests::customers, of_user(treatment, "agent7"));
    EXPECT_TRUE(select->is_proven(catalog(), tests::customers, of_user(treatment, "agent7")));
    EXPECT_FALSE(select->is_proven(catalog(), tests::customers, of_user(treatment, "agent8")));

    // Another snapshot, even if it holds the same.
    EXPECT_FALSE(
        select->is_proven(tests::payments_catalog(), tests::customers, of_user(treatment, "agent7")));
}

TEST(KeptSelects, StayBoundedAndKeepWhatIsUsed) {
    KeptSelects all;
    const auto named = [](std::size_t bytes) { return KeptSelect::of("select " + std::string(bytes, '1')); };
    const auto hot = named(1);
    all.keep("hot", hot);
    for (int i = 0; i < 500; ++i) {
        all.keep(std::to_string(i), named(1'000));
        ASSERT_LE(all.bytes(), 2 * KeptSelects::room);
        ASSERT_EQ(all.find("hot"), hot) << i;
    }
    EXPECT_EQ(all.find("0"), nullptr);
    all.keep("too large", named(KeptSelects::room));
    EXPECT_EQ(all.find("too large"), nullptr);
}

// A key may hold an address: what it is of may not go, and another thing take its place.
TEST(KeptSelects, HoldWhatTheirKeysAreOf) {
    KeptSelects all;
    auto owner = std::make_shared<const int>(1);
    const std::weak_ptr<const int> seen = owner;
    all.keep("of the owner", KeptSelect::of("select 1"), std::move(owner));
    EXPECT_FALSE(seen.expired());
}

}  // namespace
