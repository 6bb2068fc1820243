// From SQL to a decision, with the analysis that the gateway uses: what the hand-written facts of decide_test
// assume.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/decide.hpp"
#include "sql/analyze.hpp"
#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/sample_catalog.hpp"

namespace policies::testing {
namespace {

constexpr const char* statements_policy = R"(version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 4 } }, id_card: { mask: strip } }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: open, phone: phone }
  kyc.documents:
    subject: { customer: customer_id }
    columns: { "*": open, image: id_card }
  support.tickets: open
  public.contacts: open
  public.contact_notes: open
roles:
  support:
    tables: [public.customers, kyc.documents, public.contacts, public.contact_notes]
    search: { phone: exact }
)";

struct StatementCase {
    const char* name;
    const char* sql;
    std::optional<Reason> denied;
};

class Statement : public ::testing::TestWithParam<StatementCase> {};

TEST_P(Statement, IsDecidedFromItsText) {
    const auto catalog = shared_sample_catalog();
    const auto bound = std::get<std::shared_ptr<const BoundPolicy>>(
        BoundPolicy::bind(good_policy(statements_policy), catalog));
    const auto analysis = sql::Analysis::of(GetParam().sql, *catalog, {});
    ASSERT_TRUE(analysis) << analysis.error().message;
    ASSERT_EQ(analysis->statements().size(), 1U);
    const auto decided =
        decide(*bound, bound->policy().roles.at("support"), "agent7", analysis->statements().front());
    const auto* deny = std::get_if<Deny>(&decided);
    ASSERT_EQ(deny != nullptr, GetParam().denied.has_value())
        << (deny != nullptr ? deny->message : "was allowed");
    if (deny != nullptr) {
        EXPECT_STREQ(name_of(deny->reason), name_of(*GetParam().denied)) << deny->message;
        return;
    }
    const auto printed = analysis->print(0, std::get<Rewrite>(decided).treatment);
    EXPECT_TRUE(printed) << printed.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Allowed, Statement,
    ::testing::Values(
        StatementCase{"star", "SELECT * FROM customers", {}},
        StatementCase{"search", "SELECT id FROM customers WHERE phone = '+62811'", {}},
        StatementCase{
            "join", "SELECT c.id, d.kind FROM customers c JOIN kyc.documents d ON d.customer_id = c.id", {}},
        StatementCase{"view", "SELECT * FROM contacts", {}},
        StatementCase{"whole_row", "SELECT d FROM kyc.documents d", {}},
        StatementCase{"function", "SELECT lower(full_name), count(*) OVER () FROM customers", {}},
        StatementCase{"catalog", "SELECT relname FROM pg_catalog.pg_class", {}},
        StatementCase{"begin", "BEGIN ISOLATION LEVEL SERIALIZABLE", {}},
        StatementCase{"set_transaction", "SET TRANSACTION READ ONLY", {}},
        StatementCase{"set_names", "SET NAMES 'UTF8'", {}},
        StatementCase{"set_time_zone", "SET TIME ZONE 'Asia/Jakarta'", {}},
        StatementCase{"set_characteristics", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", {}},
        StatementCase{"show", "SHOW TRANSACTION ISOLATION LEVEL", {}},
        StatementCase{"reset_all", "RESET ALL", {}}, StatementCase{"discard_all", "DISCARD ALL", {}},
        StatementCase{"deallocate_all", "DEALLOCATE ALL", {}}, StatementCase{"savepoint", "SAVEPOINT s", {}},
        StatementCase{"cursor", "DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT phone FROM customers", {}},
        StatementCase{"fetch", "FETCH BACKWARD ALL FROM c", {}}, StatementCase{"close_all", "CLOSE ALL", {}},
        StatementCase{"prepare", "PREPARE p (text) AS SELECT id FROM customers WHERE phone = $1", {}},
        StatementCase{"execute", "EXECUTE p(lower('X'))", {}},
        StatementCase{"copy", "COPY customers TO STDOUT", {}},
        StatementCase{"copy_of_columns", "COPY customers (id, phone) TO STDOUT CSV", {}},
        StatementCase{
            "copy_of_a_query", "COPY (SELECT phone FROM customers) TO STDOUT (ENCODING 'UTF8')", {}},
        StatementCase{"copy_of_all_columns", "COPY kyc.documents TO STDOUT", {}},
        StatementCase{"explain", "EXPLAIN (FORMAT json) SELECT phone FROM customers", {}},
        StatementCase{"explain_analyze_of_nothing", "EXPLAIN ANALYZE SELECT 1", {}},
        StatementCase{"explain_execute", "EXPLAIN EXECUTE p", {}},
        StatementCase{"unlisten", "UNLISTEN *", {}},
        StatementCase{"weak_lock", "LOCK TABLE customers, kyc.documents IN ROW SHARE MODE", {}},
        StatementCase{"nothing", "SELECT 1", {}}),
    [](const auto& info) { return std::string(info.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Refused, Statement,
    ::testing::Values(
        StatementCase{"stripped_column", "SELECT image FROM kyc.documents", Reason::stripped_column},
        StatementCase{"stripped_column_of_an_alias",
                      "SELECT d.kind FROM kyc.documents d WHERE d.image IS NULL", Reason::stripped_column},
        StatementCase{"unlisted_column", "SELECT birthday FROM customers", Reason::stripped_column},
        StatementCase{"table_of_others", "SELECT * FROM support.tickets", Reason::table_not_granted},
        StatementCase{"table_in_a_sub_query", "SELECT (SELECT count(*) FROM support.tickets)",
                      Reason::table_not_granted},
        StatementCase{"table_in_a_with", "WITH t AS (SELECT * FROM support.tickets) SELECT 1",
                      Reason::table_not_granted},
        StatementCase{"unlisted_table", "TABLE notes", Reason::unlisted_table},
        StatementCase{"materialized_view", "SELECT * FROM cities", Reason::unlisted_table},
        StatementCase{"view_over_an_unlisted_table", "SELECT * FROM contact_notes", Reason::unlisted_table},
        StatementCase{"statistics", "SELECT * FROM pg_stats", Reason::system_catalog},
        StatementCase{"function", "SELECT public.label(id) FROM customers", Reason::function_not_allowed},
        StatementCase{"insert", "INSERT INTO customers (id) VALUES (1)", Reason::table_not_granted},
        StatementCase{"cursor_of_a_stripped_column", "DECLARE c CURSOR FOR SELECT image FROM kyc.documents",
                      Reason::stripped_column},
        StatementCase{"prepared_call", "PREPARE p AS SELECT public.label(id) FROM customers",
                      Reason::function_not_allowed},
        StatementCase{"execute_with_a_call", "EXECUTE p(public.label(1))", Reason::function_not_allowed},
        StatementCase{"copy_of_a_stripped_column", "COPY kyc.documents (image) TO STDOUT",
                      Reason::stripped_column},
        StatementCase{"copy_of_a_table_of_others", "COPY support.tickets TO STDOUT",
                      Reason::table_not_granted},
        StatementCase{"copy_to_a_file", "COPY customers TO '/tmp/x'", Reason::statement_kind},
        StatementCase{"copy_to_a_program", "COPY (SELECT 1) TO PROGRAM 'cat'", Reason::statement_kind},
        StatementCase{"prepared_insert", "PREPARE p AS INSERT INTO customers (id) VALUES ($1)",
                      Reason::table_not_granted},
        StatementCase{"plan_of_an_update", "EXPLAIN UPDATE customers SET id = 1", Reason::table_not_granted},
        StatementCase{"copy_of_a_delete", "COPY (DELETE FROM customers RETURNING id) TO STDOUT",
                      Reason::table_not_granted},
        StatementCase{"row_of_a_cursor", "DELETE FROM customers WHERE CURRENT OF c",
                      Reason::table_not_granted},
        StatementCase{"copy_from_a_file", "COPY support.tickets FROM '/tmp/x'", Reason::statement_kind},
        StatementCase{"copy_into_a_table_that_is_read", "COPY customers (id) FROM STDIN",
                      Reason::table_not_granted},
        StatementCase{"copy_in_another_encoding", "COPY customers TO STDOUT (ENCODING 'latin1')",
                      Reason::setting_not_allowed},
        StatementCase{"explain_analyze", "EXPLAIN ANALYZE SELECT * FROM customers", Reason::statement_kind},
        StatementCase{"explain_analyze_execute", "EXPLAIN ANALYZE EXECUTE p", Reason::statement_kind},
        StatementCase{"listen", "LISTEN c", Reason::statement_kind},
        StatementCase{"notify", "NOTIFY c, 'x'", Reason::statement_kind},
        StatementCase{"strong_lock", "LOCK TABLE customers", Reason::statement_kind},
        StatementCase{"lock_of_a_table_of_others", "LOCK support.tickets IN ACCESS SHARE MODE",
                      Reason::table_not_granted},
        StatementCase{"do", "DO 'begin end'", Reason::statement_kind},
        StatementCase{"create_table_as", "CREATE TABLE mine AS SELECT * FROM customers",
                      Reason::statement_kind},
        StatementCase{"for_update", "SELECT id FROM customers FOR UPDATE", Reason::row_locking},
        StatementCase{"set_role", "SET ROLE postgres", Reason::setting_not_allowed},
        StatementCase{"set_session_authorization", "SET SESSION AUTHORIZATION postgres",
                      Reason::setting_not_allowed},
        StatementCase{"reset_role", "RESET ROLE", std::nullopt},
        StatementCase{"set_no_role", "SET ROLE NONE", Reason::setting_not_allowed},
        StatementCase{"set_a_role_of_none", "SET SESSION AUTHORIZATION 'none'", Reason::setting_not_allowed},
        StatementCase{"strings_off", "SET standard_conforming_strings = off", Reason::setting_not_allowed},
        StatementCase{"show_all", "SHOW ALL", Reason::setting_not_allowed}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace policies::testing
