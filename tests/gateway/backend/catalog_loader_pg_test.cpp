#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/backend/catalog_fixture.hpp"

namespace {

using gateway::backend::CatalogError;
using gateway::backend::CatalogSnapshot;
using gateway::backend::read_catalog;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using tests::CatalogLoader;
using tests::PrivatePostgres;

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
