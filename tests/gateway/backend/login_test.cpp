#include "gateway/backend/login.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/scram_server.hpp"
#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/frontend_messages.hpp"
#include "gateway/wire/startup.hpp"

namespace gateway::backend {
namespace {

using State = Login::State;
using namespace std::string_literals;

const SessionRequest request{"dba", "tabir_dba", "secret", "payments", {{"DateStyle", "German"}}};

std::string bytes_of(const std::function<void(wire::BackendWriter&)>& write) {
    std::string bytes;
    wire::BackendWriter writer(bytes);
    write(writer);
    return bytes;
}

const std::string ok = bytes_of([](auto& w) { w.authentication_ok(); });
const std::string ready = bytes_of([](auto& w) { w.ready_for_query(wire::TransactionStatus::idle); });

class LoginTest : public testing::Test {
protected:
    auth::ScramKeyCache keys;
    Login login{request, {}, "", keys};
    std::string answer;

    State server(const std::string& bytes) {
        answer.clear();
        return login.on_backend(bytes, answer);
    }
    wire::ByteView body() const { return wire::ByteView(answer).substr(wire::header_size); }

    /// Plays the server's side of SCRAM up to its last message, which is returned.
    std::string exchange(std::string_view password) {
        auth::ScramServer scram({auth::ScramVerifier::of_password(password).value(), true}, std::nullopt);
        server(bytes_of([&](auto& w) { w.authentication_sasl(scram.mechanisms()); }));
        const auto initial = wire::decode_sasl_initial_response(body()).value();
        const auto challenge = scram.first(initial.mechanism, *initial.response).value();
        server(bytes_of([&](auto& w) { w.authentication_sasl_continue(challenge); }));
        const auto signature = scram.final(body());
        return signature ? *signature : "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    }
};

TEST_F(LoginTest, AsksForTheDatabaseWithTheClientsSettings) {
    const std::string packet = login.start_up_packet();
    const auto decoded = wire::decode_startup(wire::ByteView(packet).substr(4)).value();
    const auto& message = std::get<wire::StartupMessage>(decoded);
    EXPECT_EQ(message.user, "tabir_dba");
    EXPECT_EQ(message.database, "payments");
    EXPECT_EQ(message.settings[0].name, "DateStyle");
}

TEST_F(LoginTest, LearnsWhatTheServerReports) {
    const std::string final = exchange("secret");
    server(bytes_of([&](auto& w) { w.authentication_sasl_final(final); }));
    EXPECT_EQ(server(ok + bytes_of([](auto& w) {
                         w.parameter_status("TimeZone", "UTC").backend_key_data(42, "\1\2\3\4");
                     }) +
                     ready + "N"),
              State::ready);
    const auto facts = login.take_facts();
    EXPECT_EQ(facts.process_id, 42U);
    EXPECT_EQ(facts.cancel_key, "\1\2\3\4");
    EXPECT_EQ(facts.parameters.values()[0].second, "UTC");
    EXPECT_EQ(login.rest(), "N");
}

TEST_F(LoginTest, KeepsTheServersNotices) {
    const std::string final = exchange("secret");
    server(bytes_of([&](auto& w) { w.authentication_sasl_final(final); }));
    const auto notice = [](std::string_view words) {
        return bytes_of([&](auto& w) {
            w.notice({.severity = wire::Severity::warning, .sqlstate = "01000", .message = words});
        });
    };
    const auto status = bytes_of([](auto& w) { w.parameter_status("TimeZone", "UTC"); });
    EXPECT_EQ(server(ok + notice("a") + notice("b") + status + notice("c") + ready), State::ready);
    const auto facts = login.take_facts();
    EXPECT_EQ(facts.notices_first, notice("a") + notice("b"));
    EXPECT_EQ(facts.notices_last, notice("c"));
}

TEST_F(LoginTest, EndsWithAServerThatTalksWithoutEnd) {
    const std::string final = exchange("secret");
    server(bytes_of([&](auto& w) { w.authentication_sasl_final(final); }));
    const std::string words(16UL * 1024, 'x');
    const auto notice = bytes_of([&](auto& w) { w.notice({.sqlstate = "01000", .message = words}); });
    State state = server(ok);
    for (int i = 0; i < 100 && state == State::going_on; ++i)
        state = server(notice);
    EXPECT_EQ(state, State::failed);
}

TEST_F(LoginTest, BelievesNoServerThatDoesNotKnowThePassword) {
    const std::string final = exchange("another");
    EXPECT_EQ(server(bytes_of([&](auto& w) { w.authentication_sasl_final(final); })), State::failed);
}

TEST_F(LoginTest, BelievesNoServerThatLeavesTheProofOut) {
    exchange("secret");
    EXPECT_EQ(server(ok), State::failed);
}

struct RefusedCase {
    std::string name;
    std::string bytes;
};
class LoginRefuses : public LoginTest, public testing::WithParamInterface<RefusedCase> {};

TEST_P(LoginRefuses, ToGoOn) {
    EXPECT_EQ(server(GetParam().bytes), State::failed);
    EXPECT_TRUE(answer.empty()) << "nothing is sent, least of all the password";
}

INSTANTIATE_TEST_SUITE_P(
    Backend, LoginRefuses,
    testing::Values(RefusedCase{"trust_where_a_password_is_configured", ok},
                    RefusedCase{"cleartext", bytes_of([](auto& w) { w.authentication_cleartext(); })},
                    RefusedCase{"md5", bytes_of([](auto& w) { w.authentication_md5("salt"); })},
                    RefusedCase{"no_authentication", ready},
                    RefusedCase{"sasl_final_first",
                                bytes_of([](auto& w) { w.authentication_sasl_final("v=x"); })},
                    RefusedCase{"unknown_request", "R\0\0\0\x08\0\0\0\x63"s},
                    RefusedCase{"no_message", "HTTP/1.1 400 Bad Request\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST_F(LoginTest, PassesTheServersErrorOn) {
    const std::string error = bytes_of([](auto& w) {
        w.error({.severity = wire::Severity::fatal,
                 .sqlstate = "3D000",
                 .message = "database \"x\" does not exist"});
    });
    EXPECT_EQ(server(error), State::failed);
    EXPECT_EQ(login.error().sqlstate, "3D000");
    EXPECT_EQ(login.error().response, error);
}

TEST_F(LoginTest, KeepsItsOwnCredentialsFromTheClient) {
    server(bytes_of([](auto& w) {
        w.error({.severity = wire::Severity::fatal,
                 .sqlstate = "28P01",
                 .message = "password authentication failed for user \"tabir_dba\""});
    }));
    EXPECT_EQ(login.error().sqlstate, "28P01");
    EXPECT_TRUE(login.error().response.empty());
    EXPECT_EQ(login.error().message.find("tabir_dba"), std::string::npos);
}

TEST(LoginWithWeakPasswords, AnswersThemWhereTheyAreAllowed) {
    auth::ScramKeyCache keys;
    Login login(request, {.cleartext = true, .md5 = true}, "", keys);
    std::string answer;
    EXPECT_EQ(login.on_backend(bytes_of([](auto& w) { w.authentication_cleartext(); }), answer),
              State::going_on);
    EXPECT_EQ(answer, "p\0\0\0\x0bsecret\0"s);
    EXPECT_EQ(login.on_backend(ok + ready, answer), State::ready);
}

}  // namespace
}  // namespace gateway::backend
