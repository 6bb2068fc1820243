#include "gateway/cli/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/auth/users.hpp"

namespace {

using namespace gateway;
using testing::AllOf;
using testing::HasSubstr;

class Checking : public testing::Test {
protected:
    Checking() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir_check_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        write("tabir.yaml",
              "listen: [127.0.0.1:0]\nusers_file: users\npolicies: [policy.yaml]\n"
              "servers: { main: { address: 127.0.0.1:1, tls: disable } }\ndatabases: { \"*\": main }\n"
              "backend: { default: { user: tabir } }\n");
        write("policy.yaml",
              "version: 1\ndatabases: [payments]\ntables: { public.t: open }\n"
              "roles: { reader: { tables: [public.t] } }\nusers: { a: { role: reader } }\n");
        write("users", "a " + auth::ScramVerifier::of_password("x")->text() + "\n");
    }
    ~Checking() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
    int check(bool with_catalog = false, bool with_database = false) {
        const auto reader = [this](const config::Config&) { return [this](const auto&) { return answer_; }; };
        const auto rights = [this](const config::Config&) {
            return [this](const auto&, const auto&, const auto&) { return rights_; };
        };
        return cli::check({.config_file = folder_ / "tabir.yaml",
                           .with_catalog = with_catalog,
                           .with_database = with_database},
                          reader, rights, out_, err_);
    }
    void have_table(const std::string& name) {
        sql::Catalog catalog;
        catalog.add(sql::Relation{.oid = 1, .schema = "public", .name = name});
        answer_ = backend::CatalogSnapshot{
            std::make_shared<const sql::Catalog>(std::move(catalog)), "1", {"beware"}};
    }

    std::filesystem::path folder_;
    backend::CatalogRead answer_ = backend::CatalogError{"connection refused"};
    std::variant<backend::DatabaseAudit, backend::CatalogError> rights_ =
        backend::CatalogError{"connection lost"};
    std::ostringstream out_;
    std::ostringstream err_;
};

TEST_F(Checking, IsQuietAboutWhatIsRight) {
    EXPECT_EQ(check(), 0) << err_.str();
    EXPECT_THAT(out_.str(), HasSubstr("no mistakes"));
    EXPECT_EQ(err_.str(), "");
}

TEST_F(Checking, TellsTheConfigurationsMistakes) {
    write("tabir.yaml", "listen: []\n");
    EXPECT_EQ(check(), 2);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("tabir.yaml:1:"), HasSubstr("lacks 'servers'")));
}

TEST_F(Checking, TellsThePoliciesAndTheUsersMistakesTogether) {
    write("policy.yaml", "version: 1\nnonsense: 1\n");
    write("users", "only-a-name\n");
    EXPECT_EQ(check(), 2);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("policy.yaml:2:1"), HasSubstr("users:1:")));
}

TEST_F(Checking, TellsWhichCertificatesCannotBeRead) {
    write("tabir.yaml",
          "listen: [127.0.0.1:0]\ntls: { certificate: none.crt, key: none.key }\nusers_file: users\n"
          "policies: [policy.yaml]\nservers: { main: { address: db, ca_file: none-ca.crt } }\n"
          "databases: { \"*\": main }\nbackend: { default: { user: tabir } }\n");
    EXPECT_EQ(check(), 2);
    EXPECT_THAT(err_.str(),
                AllOf(HasSubstr("none.crt"), HasSubstr("server 'main'"), HasSubstr("none-ca.crt")));
}

TEST_F(Checking, TellsWhichFilesOfTheWebhookCannotBeUsed) {
    const auto checked = [this](const std::string& files) {
        write("tabir.yaml",
              "listen: [127.0.0.1:0]\nusers_file: users\npolicies: [policy.yaml]\n"
              "servers: { main: { address: db, tls: disable } }\ndatabases: { \"*\": main }\n"
              "backend: { default: { user: tabir } }\n"
              "events: { webhook: { url: \"https://example.com/\", " +
                  files + " } }\n");
        err_.str("");
        const int code = check();
        EXPECT_EQ(code == 0, err_.str().empty());
        return err_.str();
    };
    write("secret", "sixteen bytes or more\n");
    write("short", "secret\n");
    write("no-roots.crt", "no certificate\n");
    EXPECT_EQ(checked("secret_file: secret"), "");
    EXPECT_THAT(checked("secret_file: none"),
                AllOf(HasSubstr("events.webhook: "), HasSubstr("none cannot be read")));
    EXPECT_THAT(checked("secret_file: short"), HasSubstr("must hold one line of 16 to 4096 bytes"));
    for (const char* roots : {"none.crt", "no-roots.crt"})
        EXPECT_THAT(checked(std::string("ca_file: ") + roots), HasSubstr("cannot read certificates from"));
}

TEST_F(Checking, TellsWhichKeysOfTokensCannotBeUsed) {
    write("tabir.yaml",
          "listen: [127.0.0.1:0]\nusers_file: users\npolicies: [policy.yaml]\n"
          "tokens: { keys: issuer.jwks, audience: tabir }\nservers: { main: { address: db, tls: disable } }\n"
          "databases: { \"*\": main }\nbackend: { default: { user: tabir } }\n");
    write("issuer.jwks", R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]})");
    EXPECT_EQ(check(), 2);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("tokens: "), HasSubstr("issuer.jwks: a key whose numbers")));
}

TEST_F(Checking, AsksNoRedisUnlessToldTo) {
    write("secret", std::string(32, 's'));
    std::filesystem::permissions(folder_ / "secret", std::filesystem::perms::owner_read);
    write("tabir.yaml",
          "listen: [127.0.0.1:0]\nusers_file: users\npolicies: [policy.yaml]\n"
          "shared_budgets: { redis: /none.sock, secret_file: secret }\n"
          "servers: { main: { address: db, tls: disable } }\n"
          "databases: { \"*\": main }\nbackend: { default: { user: tabir } }\n");
    EXPECT_EQ(check(), 0) << err_.str();
    EXPECT_EQ(cli::check({.config_file = folder_ / "tabir.yaml", .with_redis = true}, {}, {}, out_, err_), 2);
    EXPECT_THAT(err_.str(), HasSubstr("Redis at /none.sock: cannot connect: No such file"));
}

TEST_F(Checking, WarnsOfUsersWithoutPasswordOrRole) {
    write("users", "b " + auth::ScramVerifier::of_password("x")->text() + "\n");
    EXPECT_EQ(check(), 0);
    EXPECT_THAT(err_.str(),
                AllOf(HasSubstr("user 'a' cannot log in"), HasSubstr("user 'b' can log in but has no role")));
}

TEST_F(Checking, WarnsOfLogInsThatAreNotOffered) {
    write("users", "a token\nb certificate\nc none\n");
    EXPECT_EQ(check(), 0);
    EXPECT_THAT(err_.str(), AllOf(HasSubstr("user 'a' logs in by token, which needs"),
                                  HasSubstr("user 'b' logs in by certificate, which needs"),
                                  testing::Not(HasSubstr("'c'"))));
}

TEST_F(Checking, AsksNoDatabaseUnlessToldTo) {
    EXPECT_EQ(check(false), 0);
    EXPECT_EQ(check(true), 2);
    EXPECT_THAT(err_.str(), HasSubstr("database 'payments' cannot be read: connection refused"));
}

TEST_F(Checking, PrintsWhatRightsLackAsAScript) {
    have_table("t");
    EXPECT_EQ(check(false, true), 2);
    EXPECT_THAT(err_.str(), HasSubstr("database 'payments' cannot be read: connection lost"));
    rights_ = backend::DatabaseAudit{.users = {{"tabir", {.exists = true, .schemas = {"public"}}}}};
    EXPECT_EQ(check(false, true), 0);
    EXPECT_THAT(out_.str(),
                AllOf(HasSubstr("user tabir (policy roles: reader)"), HasSubstr("nothing to do")));
    rights_ = backend::DatabaseAudit{
        .users = {{"tabir",
                   {.exists = true,
                    .findings = {{"goes around\nrow security", "ALTER ROLE tabir NOBYPASSRLS;"}},
                    .schemas = {"public"}}}}};
    EXPECT_EQ(check(false, true), 1);
    EXPECT_THAT(out_.str(), HasSubstr("-- tabir goes around row security\nALTER ROLE tabir NOBYPASSRLS;\n"));
}

TEST_F(Checking, HoldsThePoliciesAgainstTheCatalog) {
    have_table("t");
    EXPECT_EQ(check(true), 0) << err_.str();
    EXPECT_THAT(err_.str(), HasSubstr("warning: database 'payments': beware"));
    have_table("other");
    EXPECT_EQ(check(true), 2);
    EXPECT_THAT(err_.str(), HasSubstr("policy.yaml:"));
}

}  // namespace
