// The rights of the gateway's database users, read from a real server: each thing that is wrong is found, and
// the statements that are printed put it right.
#include "gateway/enforcement/second_wall.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/backend/catalog_loader.hpp"
#include "policies/load.hpp"
#include "tests/support/private_postgres.hpp"

namespace gateway::enforcement {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* schema = R"(
CREATE SCHEMA support; CREATE SCHEMA kyc;
CREATE TABLE customers (id bigint PRIMARY KEY, phone text, card bytea);
CREATE TABLE kyc.documents (id bigint, image bytea);
CREATE TABLE support.tickets (id bigserial PRIMARY KEY, subject text, assignee text);
CREATE VIEW support.cases AS SELECT id FROM support.tickets;
CREATE FUNCTION phone_of(bigint) RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT phone FROM public.customers WHERE id = $1';
CREATE FUNCTION clean(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
CREATE FUNCTION look(bigint) RETURNS text LANGUAGE sql STABLE AS 'SELECT phone FROM public.customers WHERE id = $1';
REVOKE EXECUTE ON FUNCTION phone_of(bigint) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
)";

constexpr const char* policy_text = R"(version: 1
databases: [postgres]
classes:
  phone: { mask: redact }
  card:  { mask: strip }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, phone: phone, card: card }
  kyc.documents: open
  support.tickets: open
  support.cases: open
roles:
  support:
    tables: [public.customers, support.tickets, support.cases]
    functions: [public.clean, public.look]
    write: [support.tickets]
    statements: [temp_tables]
users:
  agent7: { role: support }
)";

class SecondWall : public testing::Test {
protected:
    static void SetUpTestSuite() { server().execute(schema); }
    static ::tests::PrivatePostgres& server() { return ::tests::PrivatePostgres::shared(); }

    // Each test has a user of its own, with all that the role needs and no more.
    void SetUp() override {
        user_ = std::string("wall_") + testing::UnitTest::GetInstance()->current_test_info()->name();
        for (char& c : user_)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        server().execute("CREATE ROLE " + user_ + " LOGIN; GRANT USAGE ON SCHEMA support TO " + user_ +
                         "; GRANT SELECT (id, phone) ON customers TO " + user_ +
                         "; GRANT SELECT, INSERT, UPDATE, DELETE ON support.tickets TO " + user_ +
                         "; GRANT SELECT ON support.cases TO " + user_ +
                         "; GRANT USAGE ON SEQUENCE support.tickets_id_seq TO " + user_);
        const auto loaded = policies::load_text(policy_text, "p.yaml");
        set_ = std::get<std::shared_ptr<const policies::PolicySet>>(loaded);
    }

    std::vector<WallFinding> findings() {
        const auto read = backend::read_catalog(server().connection_string());
        const auto bound =
            policies::BoundPolicy::bind(set_, std::get<backend::CatalogSnapshot>(read).catalog);
        const auto audit =
            backend::read_rights(server().connection_string(), {user_}, {"public.clean", "public.look"});
        if (const auto* error = std::get_if<backend::CatalogError>(&audit))
            throw std::runtime_error(error->message);
        return check_wall(*std::get<std::shared_ptr<const policies::BoundPolicy>>(bound),
                          {user_, {&set_->roles.at("support")}}, std::get<backend::DatabaseAudit>(audit));
    }
    std::vector<WallFinding> to_do() {
        auto found = findings();
        std::erase_if(found, [](const WallFinding& finding) { return finding.advice; });
        return found;
    }
    // Found, and nothing is left to do once the printed statements have run.
    void expect_found_and_put_right(const std::string& done, const std::string& what) {
        server().execute(done);
        EXPECT_THAT(to_do(), Contains(Field(&WallFinding::what, HasSubstr(what))));
        for (int round = 0; round < 3 && !to_do().empty(); ++round) {
            for (const WallFinding& finding : to_do())
                server().execute(finding.fix);
        }
        for (const WallFinding& finding : to_do())
            ADD_FAILURE() << finding.what << '\n' << finding.fix;
    }

    std::string user_;
    std::shared_ptr<const policies::PolicySet> set_;
};

TEST_F(SecondWall, StandsWhenTheUserMayDoWhatItsRolesNeed) {
    for (const WallFinding& finding : to_do())
        ADD_FAILURE() << finding.what << '\n' << finding.fix;
}

TEST_F(SecondWall, FindsASuperuser) {
    expect_found_and_put_right("ALTER ROLE " + user_ + " SUPERUSER", "is a superuser");
}
TEST_F(SecondWall, FindsOtherAttributes) {
    expect_found_and_put_right("ALTER ROLE " + user_ + " CREATEROLE CREATEDB REPLICATION BYPASSRLS",
                               "goes around row security");
}
TEST_F(SecondWall, FindsMembershipOfRolesThatReadEverything) {
    expect_found_and_put_right(
        "CREATE ROLE wall_staff; GRANT pg_read_all_data TO wall_staff; GRANT wall_staff TO " + user_,
        "is a member of pg_read_all_data through wall_staff");
}
TEST_F(SecondWall, FindsMembershipThatReadsFiles) {
    expect_found_and_put_right("GRANT pg_read_server_files TO " + user_,
                               "is a member of pg_read_server_files");
}
TEST_F(SecondWall, FindsAPlaceToCreateIn) {
    expect_found_and_put_right(
        "GRANT CREATE ON SCHEMA public TO PUBLIC; GRANT CREATE ON DATABASE postgres TO " + user_,
        "may create objects in the schema public");
}
TEST_F(SecondWall, FindsATableOfNoRole) {
    expect_found_and_put_right("GRANT SELECT ON kyc.documents TO " + user_,
                               "may SELECT kyc.documents, which no role of the policy needs");
}
TEST_F(SecondWall, FindsAGrantToEverybody) {
    expect_found_and_put_right("GRANT SELECT ON kyc.documents TO PUBLIC", "through PUBLIC");
}
TEST_F(SecondWall, FindsWritingThatNoRoleNeeds) {
    expect_found_and_put_right("GRANT UPDATE, TRUNCATE ON customers TO " + user_,
                               "may TRUNCATE, UPDATE public.customers");
}
TEST_F(SecondWall, FindsAnOwner) {
    expect_found_and_put_right(
        "CREATE TABLE support.mine (id int); ALTER TABLE support.mine OWNER TO " + user_,
        "owns support.mine");
}
TEST_F(SecondWall, FindsFunctionsThatReachFiles) {
    expect_found_and_put_right("GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO " + user_,
                               "may call pg_read_file(text)");
}
TEST_F(SecondWall, FindsFunctionsThatRunWithTheRightsOfOthers) {
    expect_found_and_put_right("GRANT EXECUTE ON FUNCTION phone_of(bigint) TO PUBLIC",
                               "which runs with the rights of postgres");
}
TEST_F(SecondWall, FindsStatisticsOfValues) {
    expect_found_and_put_right("GRANT SELECT ON pg_catalog.pg_statistic TO " + user_,
                               "may read pg_statistic");
}
TEST_F(SecondWall, FindsThatTemporaryTablesMayNotBeMade) {
    expect_found_and_put_right("REVOKE TEMPORARY ON DATABASE postgres FROM PUBLIC",
                               "may not make temporary tables");
    server().execute("GRANT TEMPORARY ON DATABASE postgres TO PUBLIC");
}
TEST_F(SecondWall, FindsWhatIsMissing) {
    expect_found_and_put_right("REVOKE ALL ON customers, support.tickets, support.cases FROM " + user_ +
                                   "; REVOKE SELECT (phone) ON customers FROM " + user_ +
                                   "; REVOKE USAGE ON SCHEMA support FROM " + user_ +
                                   "; REVOKE USAGE ON SEQUENCE support.tickets_id_seq FROM " + user_,
                               "may not write support.tickets");
}

TEST_F(SecondWall, GrantsASequenceThatBelongsToNoColumn) {
    server().execute("CREATE SEQUENCE support.numbers");
    std::string text = policy_text;
    text.insert(text.find("roles:"), "  support.numbers: open\n");
    text.replace(text.find("write: [support.tickets]"), 24, "write: [support.tickets, support.numbers]");
    set_ = std::get<std::shared_ptr<const policies::PolicySet>>(policies::load_text(text, "p.yaml"));
    expect_found_and_put_right("SELECT", "may not use sequence support.numbers, which the policy lets it");
    set_ = std::get<std::shared_ptr<const policies::PolicySet>>(policies::load_text(policy_text, "p.yaml"));
    EXPECT_THAT(to_do(),
                Contains(Field(&WallFinding::fix, "REVOKE USAGE ON support.numbers FROM " + user_ + ";")));
    server().execute("DROP SEQUENCE support.numbers");
}

TEST_F(SecondWall, FindsAViewThroughWhichATreatedTableMayNotBeChanged) {
    std::string text = policy_text;
    text.insert(text.find("    write:"), "    rows: { support.tickets: id > 5 }\n");
    set_ = std::get<std::shared_ptr<const policies::PolicySet>>(policies::load_text(text, "p.yaml"));
    expect_found_and_put_right("REVOKE INSERT, UPDATE, DELETE ON support.cases FROM " + user_,
                               "may not write support.cases");
}

TEST_F(SecondWall, AdvisesToKeepColumnsThatAreStrippedForAll) {
    server().execute("GRANT SELECT ON customers TO " + user_);
    EXPECT_THAT(to_do(), IsEmpty());
    EXPECT_THAT(findings(),
                Contains(Field(&WallFinding::fix, "REVOKE SELECT ON public.customers FROM " + user_ +
                                                      "; GRANT SELECT (id, phone) ON public.customers TO " +
                                                      user_ + ";")));
}
TEST_F(SecondWall, WarnsOfNamedFunctionsThatMayReadTables) {
    EXPECT_THAT(findings(),
                Contains(Field(&WallFinding::what,
                               HasSubstr("p.yaml:16: role support may call public.look(bigint), which is "
                                         "STABLE and not LEAKPROOF"))));
    for (const WallFinding& finding : findings())
        EXPECT_THAT(finding.what, testing::Not(HasSubstr("clean")));
}

}  // namespace
}  // namespace gateway::enforcement
