// What the catalog tells of the columns that PostgreSQL looks at together, or fills in, when a row is
// written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/backend/catalog_fixture.hpp"

namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;
using tests::CatalogLoader;

std::vector<std::vector<sql::AttributeNumber>> ties_of(const sql::Catalog& catalog, const char* table) {
    std::vector<std::vector<sql::AttributeNumber>> columns;
    for (const sql::Tie& tie : catalog.relation("public", table)->ties)
        columns.push_back(tie.columns);
    return columns;
}

TEST_F(CatalogLoader, KnowsWhatIsLookedAtTogetherWhenARowIsWritten) {
    execute(
        "create table k (a int, b int, primary key (b, a));"
        "create table t (a int, b int, c int, d int, e int generated always as (a + d) stored, f int, "
        "check (a < b), check (c > 0), unique (b, c), foreign key (c, d) references k (a, b));"
        "create index on t (a) where f > 1; create index on t (a, c); create index on t ((b + d));"
        "alter table t enable row level security; create policy p on t using (a > d) with check (b > f);"
        "create table w (a int, b int, c int, check (w is not null));"
        "create table r (a int, b int, c int) partition by range (a, (b + c))");
    const auto catalog = read().catalog;
    EXPECT_THAT(
        ties_of(*catalog, "t"),
        UnorderedElementsAre(ElementsAre(1, 2), ElementsAre(2, 3), ElementsAre(3, 4), ElementsAre(1, 6),
                             ElementsAre(2, 4), ElementsAre(1, 4), ElementsAre(1, 2, 4, 6)));
    EXPECT_THAT(ties_of(*catalog, "k"), UnorderedElementsAre(ElementsAre(1, 2), ElementsAre(1, 2)));
    EXPECT_THAT(ties_of(*catalog, "w"), ElementsAre(ElementsAre(1, 2, 3)));
    EXPECT_THAT(ties_of(*catalog, "r"), ElementsAre(ElementsAre(1, 2, 3)));
    EXPECT_THAT(catalog->relation("public", "r")->partition_key, ElementsAre(1, 2, 3));
    for (const sql::Tie& tie : catalog->relation("public", "t")->ties) {
        const bool compares = tie.columns == std::vector<sql::AttributeNumber>{2, 3} ||
                              tie.columns == std::vector<sql::AttributeNumber>{3, 4};
        EXPECT_EQ(tie.with_other_rows, compares) << testing::PrintToString(tie.columns);
    }
}

TEST_F(CatalogLoader, KnowsOfWhatACheckAsksForNullOnly) {
    execute(
        "create table n (a int, b int, \"c d\" int, check (a is null or b > 0), check (a is null or a > b),"
        "check (\"c d\" is not null or n is null), check (b is not null or \"c d\" is null))");
    std::vector<std::vector<sql::AttributeNumber>> null_tests;
    const auto catalog = read().catalog;
    for (const sql::Tie& tie : catalog->relation("public", "n")->ties)
        null_tests.push_back(tie.null_tests);
    EXPECT_THAT(null_tests,
                UnorderedElementsAre(ElementsAre(1), ElementsAre(), ElementsAre(), ElementsAre(2, 3)));
}

TEST_F(CatalogLoader, KnowsWhatAnIndexComparesAndOfWhichRows) {
    execute(
        "create collation ci (provider = icu, locale = 'und-u-ks-level1', deterministic = false);"
        "create table u (a int, b text, \"c d\" varchar(9), gone timestamptz, e int default 3, r int4range);"
        "create unique index on u (a, b); create unique index on u (a, lower(b));"
        "create unique index on u (a, lower(\"c d\")) where gone is null;"
        "create unique index on u (a, b) nulls not distinct; create unique index on u (a, substr(b, 1, 2));"
        "create index on u (a, b) where gone is null; create unique index on u (b) where gone is null and a "
        "> 1;"
        "create unique index on u (e, b collate ci); create unique index on u (a, lower(r))");
    const auto catalog = read().catalog;
    std::vector<std::vector<std::vector<sql::AttributeNumber>>> ties;
    for (const sql::Tie& tie : catalog->relation("public", "u")->ties)
        ties.push_back({tie.columns, tie.equalities, tie.only_where_null, tie.held});
    using Numbers = std::vector<sql::AttributeNumber>;
    const auto is = [](Numbers columns, Numbers equalities, Numbers only_where_null, Numbers held) {
        return ElementsAre(columns, equalities, only_where_null, held);
    };
    EXPECT_THAT(ties, UnorderedElementsAre(is({1, 2}, {1, 2}, {}, {}), is({1, 2}, {1, 2}, {}, {}),
                                           is({1, 3, 4}, {1, 3}, {4}, {}), is({1, 2}, {}, {}, {}),
                                           is({1, 2}, {1}, {}, {}), is({1, 2, 4}, {}, {4}, {1, 2}),
                                           is({1, 2, 4}, {2}, {}, {}), is({2, 5}, {}, {}, {}),
                                           is({1, 6}, {1}, {}, {})));
}

TEST_F(CatalogLoader, KnowsWhatAnInsertLeavesNull) {
    execute(
        "create domain three as int default 3; create function fill() returns trigger language plpgsql as "
        "'begin new.a := 1; return new; end'; create table d (a int, b int default 1, c three, d int "
        "generated "
        "always as identity, e int generated always as (a + 1) stored); create table filled (a int); create "
        "trigger fill before insert on filled for each row execute function fill()");
    const auto catalog = read().catalog;
    const auto has_default = [&](const char* table, const char* column) {
        return catalog->relation("public", table)->column(column)->has_default;
    };
    EXPECT_FALSE(has_default("d", "a"));
    for (const char* column : {"b", "c", "d", "e"})
        EXPECT_TRUE(has_default("d", column)) << column;
    EXPECT_TRUE(has_default("filled", "a"));
}

TEST_F(CatalogLoader, KnowsOfPartsThatAreLookedAtTogether) {
    execute(
        "create domain pair as text[] check (value[1] <> value[2]); create domain filled as jsonb check "
        "(value is not null); create domain short as text check (length(value) < 5); create domain pairs as "
        "pair;"
        "create table d (a pair, b pairs, c pair[], d filled, e short[], f jsonb check (f ? 'a'), g jsonb, h "
        "text check (h > 'a')); create index on d ((g->'a'))");
    EXPECT_THAT(
        ties_of(*read().catalog, "d"),
        UnorderedElementsAre(ElementsAre(1), ElementsAre(2), ElementsAre(3), ElementsAre(6), ElementsAre(7)));
}

TEST_F(CatalogLoader, KnowsWhatChildrenCompareWhenTheirParentsAreChanged) {
    execute(
        "create table top (a int, b int) partition by list (a);"
        "create table middle partition of top default partition by list (b);"
        "create table leaf (x int, b int, a int); alter table leaf drop column x;"
        "alter table middle attach partition leaf default; alter table leaf add unique (b);"
        "alter table leaf add check (a > b);"
        "create table base (a int, b int, check (a <> b)); create table child (c int, check (c > a)) "
        "inherits (base)");
    const auto catalog = read().catalog;
    EXPECT_THAT(catalog->relation("public", "top")->compared, ElementsAre(2));
    EXPECT_THAT(ties_of(*catalog, "top"), ElementsAre(ElementsAre(1, 2)));
    EXPECT_THAT(catalog->relation("public", "top")->partition_key, ElementsAre(1));
    EXPECT_THAT(catalog->relation("public", "middle")->partition_key, ElementsAre(1, 2))
        << "the leaf checks both";
    EXPECT_THAT(catalog->relation("public", "top")->list_keys, ElementsAre(1, 2)) << "whatever its level is";
    EXPECT_THAT(catalog->relation("public", "leaf")->list_keys, ElementsAre(2, 3)) << "by their names";
    EXPECT_THAT(ties_of(*catalog, "base"), UnorderedElementsAre(ElementsAre(1, 2), ElementsAre(0, 1)));
    EXPECT_THAT(catalog->relation("public", "base")->partition_key, ElementsAre(1))
        << "what the child alone checks";
}

TEST_F(CatalogLoader, KnowsWhoRefersToARelation) {
    execute(
        "create table k (a int, b int primary key);"
        "create table keeps (b int references k); create table follows (b int references k on delete "
        "cascade);"
        "create table sets_null (b int references k on update set null)");
    const auto catalog = read().catalog;
    const auto& keys = catalog->relation("public", "k")->referred_by;
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[0].from, catalog->relation("public", "keeps")->oid);
    EXPECT_THAT(keys[0].columns, ElementsAre(2));
    EXPECT_EQ(keys[0].on_delete, sql::KeyAction::refuses);
    EXPECT_EQ(keys[1].on_delete, sql::KeyAction::follows);
    EXPECT_EQ(keys[1].on_update, sql::KeyAction::refuses);
    EXPECT_EQ(keys[2].on_update, sql::KeyAction::sets_null);
}

}  // namespace
