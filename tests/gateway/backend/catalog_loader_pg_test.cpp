#include "gateway/backend/catalog_loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/private_postgres.hpp"

namespace {

using gateway::backend::CatalogError;
using gateway::backend::CatalogSnapshot;
using gateway::backend::read_catalog;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using tests::PrivatePostgres;

// Each test has a database of its own on the program's one server.
class CatalogLoader : public testing::Test {
protected:
    CatalogLoader() {
        static int number = 0;
        database_ = "catalog_" + std::to_string(++number);
        server_.execute("create database " + database_);
    }
    void execute(const std::string& sql) { server_.execute(sql, database_); }
    CatalogSnapshot read() {
        auto read = read_catalog(server_.connection_string(database_));
        if (const auto* error = std::get_if<CatalogError>(&read)) throw std::runtime_error(error->message);
        return std::get<CatalogSnapshot>(read);
    }

    PrivatePostgres& server_ = PrivatePostgres::shared();
    std::string database_;
};

TEST_F(CatalogLoader, ReadsWhichCollationsMatchNoPatterns) {
    execute(
        "create collation public.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
        "create table public.names (plain text, own text collate \"C\", folded text collate public.folded)");
    const auto catalog = read().catalog;
    const sql::Relation* names = catalog->relation("public", "names");
    ASSERT_NE(names, nullptr);
    EXPECT_TRUE(catalog->matches_patterns(names->column("plain")->collation));
    EXPECT_TRUE(catalog->matches_patterns(names->column("own")->collation));
    EXPECT_FALSE(catalog->matches_patterns(names->column("folded")->collation));
}

TEST_F(CatalogLoader, ReadsColumnsAsTheyAreDeclared) {
    execute(
        "create domain phone_number as text;"
        "create table public.customers (id bigint primary key, dropped int, name varchar(20) not null,"
        " phone phone_number, city text collate \"C\", twice bigint generated always as (id * 2) stored);"
        "alter table public.customers drop column dropped");
    const auto catalog = read().catalog;
    const sql::Relation* customers = catalog->relation("public", "customers");
    ASSERT_NE(customers, nullptr);
    EXPECT_EQ(customers->kind, sql::RelationKind::table);
    EXPECT_THAT(customers->primary_key, ElementsAre(1));
    ASSERT_EQ(customers->columns.size(), 5u);
    EXPECT_EQ(customers->column("dropped"), nullptr);
    EXPECT_EQ(customers->column("name")->typmod, 24);
    EXPECT_EQ(customers->column("name")->number, 3);
    EXPECT_TRUE(customers->column("name")->not_null);
    EXPECT_EQ(catalog->collation(customers->column("city")->collation)->name, "C");
    EXPECT_EQ(customers->column("id")->collation, 0u);
    EXPECT_TRUE(customers->column("twice")->generated);
    EXPECT_FALSE(customers->column("id")->generated);
    const sql::Type* phone = catalog->type(customers->column("phone")->type);
    EXPECT_EQ(phone->name, "phone_number");
    EXPECT_EQ(phone->kind, 'd');
    EXPECT_EQ(catalog->type(phone->base)->name, "text");
}

TEST_F(CatalogLoader, ReadsCompositePrimaryKeysInTheirOrder) {
    execute("create table t (a int, b int, c int, primary key (c, a))");
    EXPECT_THAT(read().catalog->relation("public", "t")->primary_key, ElementsAre(3, 1));
}

TEST_F(CatalogLoader, KnowsWhatPartitionsAndChildrenAreMadeOf) {
    execute(
        "create table p (a int) partition by list (a); create table p1 partition of p for values in (1);"
        "create table base (a int); create table child () inherits (base)");
    const auto catalog = read().catalog;
    EXPECT_EQ(catalog->relation("public", "p")->kind, sql::RelationKind::partitioned_table);
    EXPECT_THAT(catalog->relation("public", "p1")->parents,
                ElementsAre(catalog->relation("public", "p")->oid));
    EXPECT_THAT(catalog->relation("public", "child")->parents,
                ElementsAre(catalog->relation("public", "base")->oid));
}

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
    EXPECT_THAT(ties_of(*catalog, "base"), UnorderedElementsAre(ElementsAre(1, 2), ElementsAre(0, 1)));
    EXPECT_THAT(catalog->relation("public", "base")->partition_key, ElementsAre(1))
        << "what the child alone checks";
}

TEST_F(CatalogLoader, KnowsWhoRefersToARelation) {
    execute(
        "create table k (a int, b int primary key);"
        "create table keeps (b int references k); create table follows (b int references k on delete "
        "cascade);"
        "create table lets_go (b int references k on update set null)");
    const auto catalog = read().catalog;
    const auto& keys = catalog->relation("public", "k")->referred_by;
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[0].from, catalog->relation("public", "keeps")->oid);
    EXPECT_THAT(keys[0].columns, ElementsAre(2));
    EXPECT_EQ(keys[0].on_delete, sql::KeyAction::refuses);
    EXPECT_EQ(keys[1].on_delete, sql::KeyAction::follows);
    EXPECT_EQ(keys[1].on_update, sql::KeyAction::refuses);
    EXPECT_EQ(keys[2].on_update, sql::KeyAction::lets_go);
}

TEST_F(CatalogLoader, ReadsViewsWithQualifiedNamesAndTheirSources) {
    execute(
        "create schema kyc; create table kyc.documents (id int, image bytea);"
        "create view kyc.recent as select id from kyc.documents;"
        "create view guarded with (security_barrier = on) as select id from kyc.recent;"
        "create materialized view summary as select count(*) from kyc.documents");
    const auto catalog = read().catalog;
    const sql::Oid documents = catalog->relation("kyc", "documents")->oid;
    const sql::Relation* recent = catalog->relation("kyc", "recent");
    ASSERT_TRUE(recent->definition);
    EXPECT_THAT(*recent->definition, HasSubstr("FROM kyc.documents"));
    EXPECT_THAT(recent->sources, ElementsAre(documents));
    EXPECT_FALSE(recent->security_barrier);
    EXPECT_TRUE(catalog->relation("public", "guarded")->security_barrier);
    EXPECT_THAT(catalog->relation("public", "guarded")->sources, ElementsAre(recent->oid));
    EXPECT_EQ(catalog->relation("public", "summary")->kind, sql::RelationKind::materialized_view);
    EXPECT_THAT(catalog->relation("public", "summary")->sources, ElementsAre(documents));
    EXPECT_FALSE(catalog->relation("kyc", "documents")->definition);
}

TEST_F(CatalogLoader, TellsRewriteRulesFromViews) {
    execute(
        "create table t (a int); create table log (a int);"
        "create rule spy as on insert to t do also select * from t; create view v as select * from t;"
        "create function keep() returns trigger language plpgsql as 'begin return null; end';"
        "create view instead as select * from t;"
        "create trigger keep instead of insert on instead for each row execute function keep();"
        "create trigger keep before insert on log for each row execute function keep()");
    const auto catalog = read().catalog;
    EXPECT_TRUE(catalog->relation("public", "t")->has_rules);
    EXPECT_FALSE(catalog->relation("public", "v")->has_rules);
    EXPECT_FALSE(catalog->relation("public", "log")->has_rules);
    EXPECT_TRUE(catalog->relation("public", "instead")->has_instead_of);
    EXPECT_FALSE(catalog->relation("public", "v")->has_instead_of);
    EXPECT_FALSE(catalog->relation("public", "log")->has_instead_of);
}

TEST_F(CatalogLoader, ReadsFunctionsAndTypesWithTheirExtension) {
    execute(
        "create schema ext; create extension citext schema ext; create type mood as enum ('good');"
        "create function twice(int) returns setof int language sql as 'select $1'");
    const auto catalog = read().catalog;
    EXPECT_TRUE(catalog->type("ext", "citext")->extension);
    EXPECT_TRUE(catalog->type("ext", "_citext")->extension);
    EXPECT_EQ(catalog->type("ext", "_citext")->element, catalog->type("ext", "citext")->oid);
    EXPECT_FALSE(catalog->type("public", "mood")->extension);
    EXPECT_EQ(catalog->type("pg_catalog", "point")->element, 0u)
        << "no array, although it can be subscripted";
    EXPECT_TRUE(catalog->functions("ext", "citext_eq").at(0)->extension);
    EXPECT_TRUE(catalog->functions("public", "twice").at(0)->returns_set);
    EXPECT_FALSE(catalog->functions("public", "twice").at(0)->extension);
    EXPECT_GT(catalog->functions("pg_catalog", "sum").size(), 1u);
    EXPECT_EQ(catalog->functions("pg_catalog", "sum").at(0)->kind, 'a');
}

TEST_F(CatalogLoader, DescribesTheSystemCatalogToo) {
    const auto catalog = read().catalog;
    EXPECT_NE(catalog->relation("pg_catalog", "pg_class"), nullptr);
    EXPECT_NE(catalog->relation("information_schema", "tables"), nullptr);
}

TEST_F(CatalogLoader, TrustsTheSchemaOfAnExtensionThatNobodyElseMayCreateIn) {
    execute("create schema ext; create extension citext schema ext; create schema other");
    EXPECT_THAT(read().catalog->trusted_schemas(), ElementsAre("ext"));
}

TEST_F(CatalogLoader, DoesNotTrustASchemaThatOthersMayCreateIn) {
    execute(
        "create schema ext; create extension citext schema ext; create role catalog_guest;"
        "grant create on schema ext to catalog_guest");
    const CatalogSnapshot snapshot = read();
    EXPECT_TRUE(snapshot.catalog->trusted_schemas().empty());
    EXPECT_THAT(snapshot.warnings,
                ElementsAre(testing::AllOf(HasSubstr("schema ext"), HasSubstr("catalog_guest"))));
}

TEST_F(CatalogLoader, DoesNotTrustASchemaWithAnOperatorOfNoExtension) {
    execute(
        "create extension citext; create function same(text, varchar) returns boolean language sql as "
        "'select true';"
        "create operator public.= (leftarg = text, rightarg = varchar, function = same)");
    const CatalogSnapshot snapshot = read();
    EXPECT_TRUE(snapshot.catalog->trusted_schemas().empty());
    EXPECT_THAT(snapshot.warnings, ElementsAre(HasSubstr("operator")));
}

TEST_F(CatalogLoader, PutsSchemasWithoutOperatorsOnAPath) {
    execute(
        "create schema plain; create schema shared; grant create on schema shared to public; create schema "
        "odd;"
        "create function odd.same(text, varchar) returns boolean language sql as 'select true';"
        "create operator odd.= (leftarg = text, rightarg = varchar, function = odd.same);"
        "create schema more; create function more.unnest(int, int) returns int language sql as 'select 1'");
    EXPECT_THAT(read().catalog->plain_schemas(), ElementsAre("information_schema", "plain", "public"));
}

TEST_F(CatalogLoader, KnowsSchemasThatHoldNothing) {
    execute("create schema empty");
    const auto catalog = read().catalog;
    EXPECT_TRUE(catalog->has_schema("empty"));
    EXPECT_TRUE(catalog->has_schema("public"));
    EXPECT_FALSE(catalog->has_schema("missing"));
}

TEST_F(CatalogLoader, KnowsWithWhichSearchPathSessionsBegin) {
    const std::string here = " in database " + database_;
    execute("create role path_everywhere; create role path_here; create role path_elsewhere;");
    EXPECT_THAT(read().catalog->search_path_of("path_here"), ElementsAre("$user", "public"));
    execute("alter role all set search_path = general");
    EXPECT_THAT(read().catalog->search_path_of("path_here"), ElementsAre("general"));
    execute("alter database " + database_ + " set search_path = \"Odd, one\", public;" +
            "alter role path_everywhere set search_path = everywhere;" +
            "alter role path_here set search_path = everywhere; alter role path_here" + here +
            " set search_path = here; alter role path_here" + here + " set work_mem = '8MB';" +
            "alter role path_elsewhere in database postgres set search_path = elsewhere");
    const auto catalog = read().catalog;
    EXPECT_THAT(catalog->search_path_of("path_everywhere"), ElementsAre("everywhere"));
    EXPECT_THAT(catalog->search_path_of("path_here"), ElementsAre("here"));
    EXPECT_THAT(catalog->search_path_of("path_elsewhere"), ElementsAre("Odd, one", "public"));
    execute("alter role all reset search_path");
}

TEST_F(CatalogLoader, TellsTheServersSearchPathFromThatOfTheReadingUser) {
    const PrivatePostgres server({"search_path = '\"$user\", shared'"});
    const auto path = [&server](const std::string& more) {
        const auto read = read_catalog(server.connection_string() + more);
        return std::get<CatalogSnapshot>(read).catalog->search_path_of("anybody");
    };
    EXPECT_THAT(path(""), ElementsAre("$user", "shared"));
    EXPECT_THAT(path(" options='-c search_path=own'"), ElementsAre("$user", "public")) << "nobody tells";
    server.execute("alter role postgres set search_path = own");
    EXPECT_THAT(path(""), ElementsAre("$user", "public")) << "nobody tells";
}

TEST_F(CatalogLoader, KeepsItsVersionWhileNothingChanges) {
    execute("create table t (a int, b int)");
    const std::string version = read().version;
    EXPECT_EQ(read().version, version);
    execute("insert into t select 1, g from generate_series(1, 1000) g; analyze t");
    EXPECT_EQ(read().version, version) << "data is no part of the catalog";
}

struct Ddl {
    std::string name;
    std::string statement;
};
class CatalogChange : public CatalogLoader, public testing::WithParamInterface<Ddl> {};

TEST_P(CatalogChange, GivesANewVersion) {
    execute(
        "create table t (a int, b int); create view v as select a from t; create table u (a int);"
        "create schema ext; create extension citext schema ext");
    const std::string version = read().version;
    execute(GetParam().statement);
    EXPECT_NE(read().version, version);
}

INSTANTIATE_TEST_SUITE_P(
    Ddl, CatalogChange,
    testing::Values(Ddl{"rename_column", "alter table t rename a to c"},
                    Ddl{"rename_table", "alter table u rename to w"},
                    Ddl{"retype_column", "alter table t alter b type bigint"},
                    Ddl{"add_table", "create table n (a int)"}, Ddl{"drop_table", "drop table u"},
                    Ddl{"replace_view", "create or replace view v as select b as a from t"},
                    Ddl{"add_rule", "create rule r as on insert to t do nothing"},
                    Ddl{"inherit", "alter table u add column b int; alter table u inherit t"},
                    Ddl{"add_function", "create function f() returns int language sql as 'select 1'"},
                    Ddl{"add_schema", "create schema nothing"},
                    Ddl{"set_a_path",
                        "create role path_of_ddl; alter role path_of_ddl set search_path = ext"},
                    Ddl{"open_a_schema", "grant create on schema ext to public; create role catalog_nobody"}),
    [](const auto& info) { return info.param.name; });

TEST(CatalogLoaderError, IsAValueWithoutThePassword) {
    const auto read = read_catalog("host=/nonexistent port=1 user=u password=hunter2 dbname=d");
    ASSERT_TRUE(std::holds_alternative<CatalogError>(read));
    EXPECT_THAT(std::get<CatalogError>(read).message, testing::Not(HasSubstr("hunter2")));
}

}  // namespace
