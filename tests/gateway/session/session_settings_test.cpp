#include "gateway/session/session_settings.hpp"

#include "sql/search_path.hpp"

#include <gtest/gtest.h>

namespace gateway::session {
namespace {

struct PathCase {
    std::string name;
    std::string value;
    std::optional<std::vector<std::string>> names;
};
class SearchPathValue : public testing::TestWithParam<PathCase> {};

TEST_P(SearchPathValue, IsSplitAsPostgresqlSplitsIt) {
    EXPECT_EQ(sql::split_search_path(GetParam().value), GetParam().names);
}

using Names = std::vector<std::string>;
INSTANTIATE_TEST_SUITE_P(SessionSettings, SearchPathValue,
                         testing::Values(PathCase{"empty", "  ", Names{}},
                                         PathCase{"folded", "Public, KYC ", Names{"public", "kyc"}},
                                         PathCase{"quoted", "\"My \"\"own\"\"\",\"$user\"",
                                                  Names{"My \"own\"", "$user"}},
                                         PathCase{"no_comma", "a b", std::nullopt},
                                         PathCase{"nothing_behind_comma", "a,", std::nullopt},
                                         PathCase{"open_quote", "\"a", std::nullopt}),
                         [](const auto& info) { return info.param.name; });

TEST(UnrestrictedSettings, PassOnAllThatTheClientSaid) {
    LoggedIn who;
    who.settings = {{"DateStyle", "German"}, {"no_such", "x"}};
    who.options = "-c geqo=off";
    who.replication = "database";
    EXPECT_EQ(unrestricted_settings(who).for_backend, (Settings{{"DateStyle", "German"},
                                                                {"no_such", "x"},
                                                                {"options", "-c geqo=off"},
                                                                {"replication", "database"}}));
}

class RestrictedSettings : public testing::Test {
protected:
    static enforcement::RestrictedAccess access(const std::string& login = "agent7") {
        auto set = std::make_shared<policies::PolicySet>();
        set->roles["support"].name = "support";
        set->users["agent7"] = {.name = "agent7", .role = "support"};
        set->users["crm"] = {.name = "crm", .role = "support", .acts_for = policies::ActsFor::required};
        auto catalog = std::make_shared<sql::Catalog>();
        catalog->set_trusted_schemas({"ext"});
        catalog->set_plain_schemas({"my \"own\"", "public"});
        catalog->set_search_paths({.of_user = {{"back_end", {"public", "odd"}}}});
        auto bound = policies::BoundPolicy::bind(set, catalog);
        return {std::get<0>(bound), &set->roles.at("support"), &set->users.at(login), {"main", "payments"}};
    }
    static PersonRules persons() {
        return {.canonical = [](std::string_view name) { return std::optional(std::string(name)); },
                .of_token = [](std::string_view, const TokenBearer&)
                    -> std::variant<Asker, enforcement::Refusal> { return Asker{"agent7"}; }};
    }
    static Settings given(LoggedIn who) {
        return std::get<SessionSettings>(restricted_settings(who, access(), persons(), "back_end"))
            .for_backend;
    }
    static std::string refused(LoggedIn who) {
        const auto result = restricted_settings(who, access(), persons(), "back_end");
        const auto* refusal = std::get_if<SettingsRefused>(&result);
        return refusal == nullptr ? "taken" : refusal->sqlstate;
    }
};

TEST_F(RestrictedSettings, GiveTheBackEndAPathThatOnlyTrustedAndPlainSchemasAreOn) {
    LoggedIn who;
    who.settings = {{"search_path", "\"my \"\"own\"\"\", evil"}, {"application_name", "psql"}};
    EXPECT_EQ(given(who),
              (Settings{{"application_name", "psql"},
                        {"search_path", "\"pg_catalog\", \"ext\", \"my \"\"own\"\"\", \"pg_temp\""},
                        {"client_encoding", "UTF8"},
                        {"standard_conforming_strings", "on"},
                        {"jit", "off"}}));
    EXPECT_EQ(
        std::get<SessionSettings>(restricted_settings(who, access(), persons(), "back_end")).search_path,
        (Names{"my \"own\"", "evil"}));
}

TEST_F(RestrictedSettings, BeginWithThePathOfTheBackEndsUserWhereTheClientNamesNone) {
    const auto path_of = [](const LoggedIn& who, std::string_view backend_user) {
        return std::get<SessionSettings>(restricted_settings(who, access(), persons(), backend_user))
            .search_path;
    };
    EXPECT_EQ(path_of({}, "back_end"), (Names{"public", "odd"}));
    EXPECT_EQ(path_of({}, "another"), (Names{"$user", "public"}));
    EXPECT_EQ(given({})[0], (std::pair<std::string, std::string>{
                                "search_path", "\"pg_catalog\", \"ext\", \"public\", \"pg_temp\""}));
    LoggedIn who;
    who.options = "-c search_path=kyc";
    EXPECT_EQ(path_of(who, "back_end"), (Names{"kyc"}));
}

TEST_F(RestrictedSettings, TakeOptionsApartAndLetNamedParametersWin) {
    LoggedIn who;
    who.options = "-c TimeZone=UTC --datestyle=German";
    who.settings = {{"TimeZone", "Asia/Jakarta"}};
    const auto settings = given(who);
    EXPECT_EQ(settings[0], (std::pair<std::string, std::string>{"timezone", "Asia/Jakarta"}));
    EXPECT_EQ(settings[1], (std::pair<std::string, std::string>{"datestyle", "German"}));
}

TEST_F(RestrictedSettings, LeaveJitToAClientThatAsksForIt) {
    LoggedIn who;
    who.options = "-c JIT=on";
    EXPECT_EQ(std::ranges::count(given(who), std::pair<std::string, std::string>{"jit", "on"}), 1);
    EXPECT_EQ(std::ranges::count(given(who), std::pair<std::string, std::string>{"jit", "off"}), 0);
}

TEST_F(RestrictedSettings, RefuseWhatWouldWeakenTheGateway) {
    const std::vector<std::pair<std::string, std::string>> bad{{"client_encoding", "SJIS"},
                                                               {"standard_conforming_strings", "off"},
                                                               {"role", "postgres"},
                                                               {"session_authorization", "postgres"},
                                                               {"session_preload_libraries", "x"}};
    for (const auto& [name, value] : bad) {
        LoggedIn named;
        named.settings = {{name, value}};
        EXPECT_EQ(refused(named), "42501") << name;
        LoggedIn within;
        within.options = "-c " + name + "=" + value;
        EXPECT_EQ(refused(within), "42501") << name;
    }
}

TEST_F(RestrictedSettings, TellForWhomAToolAsks) {
    LoggedIn who;
    who.options = "-c tabir.user=agent7";
    const auto of_tool =
        std::get<SessionSettings>(restricted_settings(who, access("crm"), persons(), "back_end"));
    EXPECT_EQ(of_tool.asker.person, "agent7");
    EXPECT_EQ(of_tool.for_backend[0], (std::pair<std::string, std::string>{"tabir.user", "agent7"}));
    EXPECT_EQ(given(who)[0], of_tool.for_backend[0]) << "himself";
    who.options = "-c tabir.user=agent8";
    EXPECT_EQ(refused(who), "42501");
    who.options = "-c tabir.token=x.y.z";
    const auto by_token =
        std::get<SessionSettings>(restricted_settings(who, access("crm"), persons(), "back_end"));
    EXPECT_EQ(by_token.for_backend[0], of_tool.for_backend[0]) << "the database sees no token";
}

TEST_F(RestrictedSettings, RefuseReplication) {
    LoggedIn who;
    who.replication = "database";
    EXPECT_EQ(refused(who), "42501");
}

TEST_F(RestrictedSettings, RefuseOptionsThatAreNoSettings) {
    LoggedIn who;
    who.options = "-B 100";
    EXPECT_NE(refused(who), "taken");
}

}  // namespace
}  // namespace gateway::session
