// What follows from a materialized view's definition for its columns, people and rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/bound_policy.hpp"
#include "policies/decide.hpp"
#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/sample_catalog.hpp"

namespace policies::testing {
namespace {

using ::testing::HasSubstr;

constexpr sql::Oid copy_oid = 2000;
constexpr sql::Oid copy_of_copy_oid = 2001;

sql::Catalog catalog_of(const std::vector<std::pair<std::string, sql::Oid>>& shown,
                        const std::string& definition,
                        const std::string& above = "SELECT copy.a FROM public.copy") {
    sql::Catalog catalog = sample_catalog();
    const auto add = [&](sql::Oid oid, const char* name, std::vector<sql::Column> its_columns,
                         std::vector<sql::Oid> sources, const std::string& text) {
        catalog.add(sql::Relation{.oid = oid,
                                  .schema = "public",
                                  .name = name,
                                  .kind = sql::RelationKind::materialized_view,
                                  .columns = std::move(its_columns),
                                  .sources = std::move(sources),
                                  .definition = text});
    };
    sql::Relation customers = *catalog.relation(oid::customers);
    customers.primary_key = {1};
    catalog.add(customers);
    add(copy_oid, "copy", columns(shown), {oid::customers}, definition);
    add(copy_of_copy_oid, "copy_of_copy", columns({{"z", text_type}}), {copy_oid}, above);
    for (const char* name : {"max", "row_number"})
        catalog.add(sql::Function{.oid = 2100, .schema = "pg_catalog", .name = name, .kind = 'a'});
    return catalog;
}

std::string policy_with(const std::string& role, const std::string& more = "") {
    return "version: 1\ndatabases: [payments]\n"
           "classes: { name: { mask: initials }, phone: { mask: { keep_last: 4 } }, email: { mask: email } "
           "}\n"
           "tables:\n  public.customers:\n    subject: { customer: id }\n"
           "    columns: { id: open, full_name: name, phone: phone, email: email, city: open }\n"
           "  billing.transactions: { subject: { customer: customer_id }, columns: { '*': open } }\n"
           "  public.contacts: open\n  public.copy: derived\n  public.copy_of_copy: derived\n"
           "roles: { r: { tables: [public.copy, public.copy_of_copy, public.customers], " +
           role + " } }\n" + more;
}

std::shared_ptr<const BoundPolicy> bound_to(sql::Catalog catalog, const std::string& text) {
    auto bound =
        BoundPolicy::bind(good_policy(text), std::make_shared<const sql::Catalog>(std::move(catalog)));
    if (const auto* mistakes = std::get_if<Mistakes>(&bound))
        throw std::logic_error(mistakes->front().text());
    return std::get<std::shared_ptr<const BoundPolicy>>(std::move(bound));
}

/// "open", a class, "from class, class" or "stripped".
std::string says(const TableRule& rule, const char* column) {
    const ColumnRule* found = rule_for(rule, column);
    if (found == nullptr || !found->clazz) return found == nullptr ? "nothing" : "open";
    std::string words;
    for (const std::string& clazz : found->computed_from)
        words += (words.empty() ? "from " : ", ") + clazz;
    if (!words.empty()) return words;
    return found->clazz->empty() ? "stripped" : *found->clazz;
}

struct ColumnCase {
    const char* name;
    const char* definition;  // of a column a
    const char* expected;
};

class DerivedColumn : public ::testing::TestWithParam<ColumnCase> {};

TEST_P(DerivedColumn, HasTheClassOfWhatItShows) {
    const auto bound =
        bound_to(catalog_of({{"a", text_type}}, GetParam().definition), policy_with("clear: []"));
    const TableRule* rule = bound->rule_of(copy_oid);
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->derived->unclear, "");
    EXPECT_EQ(says(*rule, "a"), GetParam().expected);
    EXPECT_EQ(says(*rule, "never_heard_of"), "stripped");
    EXPECT_EQ(says(*bound->rule_of(copy_of_copy_oid), "z"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Definitions, DerivedColumn,
    ::testing::Values(
        ColumnCase{"plain", "SELECT customers.phone AS a FROM public.customers", "phone"},
        ColumnCase{"open", "SELECT customers.city FROM public.customers", "open"},
        ColumnCase{"constant", "SELECT 'x'::text FROM public.customers", "open"},
        ColumnCase{"unlisted_column", "SELECT customers.digits FROM public.customers", "stripped"},
        ColumnCase{"unlisted_table", "SELECT notes.body FROM public.notes", "stripped"},
        ColumnCase{"through_a_view", "SELECT contacts.phone FROM public.contacts", "phone"},
        ColumnCase{"sub_select", "SELECT s.x FROM (SELECT c.phone AS x FROM public.customers c) s", "phone"},
        ColumnCase{"with_query", "WITH w(y) AS (SELECT phone FROM public.customers) SELECT w.y FROM w",
                   "phone"},
        ColumnCase{"recursive",
                   "WITH RECURSIVE w(y, n) AS (SELECT phone, id FROM public.customers UNION ALL SELECT w.y, "
                   "w.n FROM w) SELECT w.y FROM w",
                   "phone"},
        ColumnCase{"cast", "SELECT customers.phone::text FROM public.customers", "from phone"},
        ColumnCase{"function", "SELECT lower(customers.phone) FROM public.customers", "from phone"},
        ColumnCase{"concatenated", "SELECT (customers.phone || customers.email) FROM public.customers",
                   "from email, phone"},
        ColumnCase{"aggregate", "SELECT max(customers.phone) FROM public.customers", "from phone"},
        ColumnCase{"of_open_ones", "SELECT lower(customers.city) FROM public.customers", "open"},
        ColumnCase{"condition",
                   "SELECT CASE WHEN customers.phone = 'x' THEN 'a' ELSE 'b' END FROM public.customers",
                   "from phone"},
        ColumnCase{"sub_query",
                   "SELECT (SELECT c.phone FROM public.customers c LIMIT 1) FROM billing.transactions",
                   "from phone"},
        ColumnCase{
            "exists",
            "SELECT EXISTS (SELECT 1 FROM public.customers c WHERE c.email = 'x') FROM billing.transactions",
            "from email"},
        ColumnCase{"union_of_one_class",
                   "SELECT phone FROM public.customers UNION SELECT phone FROM public.contacts", "phone"},
        ColumnCase{"union_of_two",
                   "SELECT phone FROM public.customers UNION SELECT email FROM public.customers",
                   "from email, phone"},
        ColumnCase{"union_with_an_open_one",
                   "SELECT phone FROM public.customers UNION SELECT city FROM public.customers",
                   "from phone"},
        ColumnCase{"unknown_function", "SELECT public.label(customers.city) FROM public.customers",
                   "stripped"},
        ColumnCase{"whole_row", "SELECT (customers.*)::text FROM public.customers", "stripped"},
        ColumnCase{"values", "SELECT v.x FROM (VALUES ('a'::text)) v(x)", "open"}),
    [](const auto& info) { return std::string(info.param.name); });

struct PeopleCase {
    const char* name;
    const char* definition;  // of a column a
    bool carried;
};

class DerivedPeople : public ::testing::TestWithParam<PeopleCase> {};

std::string denial(const BoundPolicy& bound, sql::Oid read) {
    sql::Facts facts{.kind = sql::StatementKind::select};
    facts.relations.push_back({.relation = read});
    const auto decided = decide(bound, bound.policy().roles.at("r"), "agent", facts);
    const auto* denied = std::get_if<Deny>(&decided);
    return denied == nullptr ? std::string() : denied->message;
}

TEST_P(DerivedPeople, AreThoseWhoseKeyAColumnHolds) {
    const auto catalog = catalog_of({{"a", int8_type}}, GetParam().definition);
    const auto counted = bound_to(catalog, policy_with("budget: { customer: 3 per day }"));
    const auto grouped = bound_to(catalog, policy_with("only: aggregates, min_group: 3"));
    const auto filtered = bound_to(catalog, policy_with("rows: { public.customers: \"city = 'x'\" }"));
    for (const sql::Oid read : {copy_oid, copy_of_copy_oid}) {
        if (GetParam().carried) {
            EXPECT_EQ(denial(*counted, read), "");
            EXPECT_EQ(denial(*grouped, read), "");
            EXPECT_EQ(counted->rule_of(read)->subjects.size(), 1U);
        } else {
            EXPECT_THAT(denial(*counted, read), HasSubstr("are counted by customer"));
            EXPECT_THAT(denial(*grouped, read), HasSubstr("are counted by customer"));
        }
    }
    if (!GetParam().carried) return;
    sql::Facts facts{.kind = sql::StatementKind::select};
    facts.relations.push_back({.relation = copy_of_copy_oid});
    const auto decided = decide(*filtered, filtered->policy().roles.at("r"), "agent", facts);
    ASSERT_TRUE(std::holds_alternative<Rewrite>(decided)) << std::get<Deny>(decided).message;
    EXPECT_EQ(*std::get<Rewrite>(decided).treatment.relations.at(0)->row_filter,
              R"("z" IN (SELECT "id" FROM "public"."customers" WHERE (city = 'x')))");
}

INSTANTIATE_TEST_SUITE_P(
    Definitions, DerivedPeople,
    ::testing::Values(
        PeopleCase{"key", "SELECT c.id FROM public.customers c", true},
        PeopleCase{"key_of_a_view", "SELECT c.id FROM public.contacts c", true},
        PeopleCase{
            "joined_by_the_key",
            "SELECT c.id FROM (public.customers c JOIN billing.transactions t ON ((t.customer_id = c.id)))",
            true},
        PeopleCase{"left_join",
                   "SELECT c.id FROM (public.customers c LEFT JOIN billing.transactions t ON ((t.customer_id "
                   "= c.id)))",
                   true},
        PeopleCase{"left_join_the_other_way",
                   "SELECT t.customer_id FROM (public.customers c LEFT JOIN billing.transactions t ON "
                   "((t.customer_id = c.id)))",
                   false},
        PeopleCase{"full_join",
                   "SELECT c.id FROM (public.customers c FULL JOIN billing.transactions t ON ((t.customer_id "
                   "= c.id)))",
                   false},
        PeopleCase{
            "where",
            "SELECT c.id FROM public.customers c, billing.transactions t WHERE ((t.customer_id = c.id) AND "
            "(t.amount > 3))",
            true},
        PeopleCase{"or",
                   "SELECT c.id FROM public.customers c, billing.transactions t WHERE ((t.customer_id = "
                   "c.id) OR (t.amount > 3))",
                   false},
        PeopleCase{"grouped", "SELECT c.id FROM public.customers c GROUP BY c.id", true},
        PeopleCase{"rolled_up", "SELECT c.id FROM public.customers c GROUP BY ROLLUP(c.id)", false},
        PeopleCase{"computed", "SELECT (c.id + 0) FROM public.customers c", false},
        PeopleCase{"aggregate", "SELECT max(c.id) FROM public.customers c", false},
        PeopleCase{"no_key", "SELECT c.city FROM public.customers c", false},
        PeopleCase{"two_of_them", "SELECT c.id FROM public.customers c, public.customers d", false},
        PeopleCase{"sub_query",
                   "SELECT c.id FROM public.customers c WHERE (EXISTS (SELECT 1 FROM public.customers d))",
                   false},
        PeopleCase{"with_query_read_twice",
                   "WITH w AS (SELECT id FROM public.customers) SELECT a.id FROM w a, w b", false},
        PeopleCase{"sub_select",
                   "SELECT c.id FROM (public.customers c JOIN (SELECT t.customer_id, count(*) AS n FROM "
                   "billing.transactions t GROUP BY t.customer_id) s ON ((s.customer_id = c.id)))",
                   true},
        PeopleCase{"union_all",
                   "SELECT c.id FROM public.customers c UNION ALL SELECT d.id FROM public.contacts d", true},
        PeopleCase{
            "union_with_another_column",
            "SELECT c.id FROM public.customers c UNION ALL SELECT t.amount FROM billing.transactions t",
            false},
        PeopleCase{
            "except",
            "SELECT c.id FROM public.customers c EXCEPT SELECT t.customer_id FROM billing.transactions t",
            false},
        PeopleCase{"window",
                   "SELECT s.id FROM (SELECT c.id, count(*) OVER () AS n FROM public.customers c) s", false}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(DerivedRows, ThatWereChosenByAClassAreForThoseWhoSeeIt) {
    for (const char* definition :
         {"SELECT c.city FROM public.customers c WHERE (c.phone ~~ '1%'::text)",
          "SELECT c.city FROM (public.customers c JOIN public.customers d ON ((d.phone = c.phone)))",
          "SELECT c.city FROM public.customers c GROUP BY c.city HAVING (max(c.phone) > 'x'::text)",
          "SELECT c.city FROM public.customers c ORDER BY c.phone LIMIT 3",
          "SELECT DISTINCT ON (c.phone) c.city FROM public.customers c",
          "SELECT c.city FROM public.customers c WHERE (c.id IN (SELECT d.id FROM public.customers d WHERE "
          "(d.phone = 'x'::text)))",
          "SELECT phone FROM public.customers EXCEPT SELECT city FROM public.customers"}) {
        const auto catalog = catalog_of({{"a", text_type}}, definition);
        EXPECT_THAT(denial(*bound_to(catalog, policy_with("clear: [name]")), copy_oid),
                    HasSubstr("its rows were chosen by values of class phone"))
            << definition;
        EXPECT_EQ(denial(*bound_to(catalog, policy_with("clear: [phone]")), copy_oid), "") << definition;
    }
    const auto sorted =
        catalog_of({{"a", text_type}}, "SELECT c.city FROM public.customers c ORDER BY c.phone");
    EXPECT_EQ(denial(*bound_to(sorted, policy_with("clear: [name]")), copy_oid), "") << "no row is left out";
}

TEST(DerivedRows, OfADefinitionThatCannotBeFollowedAreShownToNobody) {
    for (const char* definition : {"SELECT", "SELECT c.city FROM public.gone c",
                                   "SELECT c.city FROM public.customers c WHERE (c.city "
                                   "OPERATOR(public.===) 'x'::text)"}) {
        const auto bound =
            bound_to(catalog_of({{"a", text_type}}, definition), policy_with("clear: [phone]"));
        EXPECT_THAT(denial(*bound, copy_oid), HasSubstr("does not follow from its definition")) << definition;
        EXPECT_THAT(denial(*bound, copy_of_copy_oid), HasSubstr("does not follow from its definition"));
        EXPECT_EQ(says(*bound->rule_of(copy_oid), "a"), "stripped");
    }
    const auto called =
        bound_to(catalog_of({{"a", text_type}},
                            "SELECT c.city FROM public.customers c WHERE (public.label(c.city) = 'x'::text)"),
                 policy_with("clear: [phone]"));
    EXPECT_THAT(denial(*called, copy_oid), HasSubstr("its rows were chosen by"));
}

TEST(DerivedRule, HoldsForUnlistedOnesOnlyWhereUnlistedTablesAreOpen) {
    const std::string closed =
        "version: 1\ndatabases: [payments]\nclasses: { phone: { mask: redact } }\n"
        "tables: { public.customers: { subject: none, columns: { id: open, phone: phone, city: open } } }\n"
        "roles: { r: { tables: [public.customers] } }\n";
    const auto catalog = catalog_of({{"a", text_type}}, "SELECT customers.phone FROM public.customers");
    EXPECT_EQ(bound_to(catalog, closed)->rule_of(copy_oid), nullptr);
    EXPECT_TRUE(bound_to(catalog, closed)->shows_protected_rows(copy_oid));
    const auto open = bound_to(catalog, closed + "defaults: { unlisted_tables: open }\n");
    ASSERT_NE(open->rule_of(copy_oid), nullptr);
    EXPECT_EQ(says(*open->rule_of(copy_oid), "a"), "phone");
}

}  // namespace
}  // namespace policies::testing
