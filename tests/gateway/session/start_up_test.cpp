#include "gateway/session/start_up.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/scram_client.hpp"
#include "gateway/auth/token_settings.hpp"
#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace gateway::session {
namespace {

using namespace std::string_literals;
using monitoring::LoginResult;

const auth::MockSecret mock_secret = auth::MockSecret::derived_from("test");

StartUpRules rules(bool tls = false) {
    return {
        .tls_offered = tls,
        .login_of =
            [](std::string_view user) {
                if (user != "agent7") return auth::mock_verifier(user, mock_secret);
                return auth::LoginVerifier{auth::ScramVerifier::of_password("secret").value(), true};
            },
    };
}

std::string packet(std::uint32_t code, const std::string& rest = "") {
    std::string bytes;
    wire::append_u32(bytes, static_cast<std::uint32_t>(8 + rest.size()));
    wire::append_u32(bytes, code);
    return bytes + rest;
}

const std::string ssl_request = packet(wire::ssl_request_code);
const std::string gss_request = packet(wire::gss_enc_request_code);

std::string start_up(std::string_view user, std::uint16_t minor = 0,
                     std::vector<wire::NamedValue> more = {}) {
    more.insert(more.begin(), {"user", user});
    std::string bytes;
    wire::FrontendWriter(bytes).startup(minor, more);
    return bytes;
}

/// The frames of an answer, as types: "v R".
std::string types_of(std::string_view answer) {
    std::string types;
    wire::FrameReader reader(wire::Peer::backend, wire::largest_body);
    reader.feed(answer);
    while (true) {
        const auto next = reader.next();
        if (!next || !*next) return types;
        types += (**next).type();
    }
}

/// The first frame of this type in an answer.
std::string frame_of(char type, std::string_view answer) {
    wire::FrameReader reader(wire::Peer::backend, wire::largest_body);
    reader.feed(answer);
    for (auto next = reader.next(); next && *next; next = reader.next()) {
        if ((**next).type() == type) return std::string((**next).bytes());
    }
    return {};
}

std::string field_of(char code, std::string_view answer) {
    const std::string bytes = frame_of('E', answer);
    if (bytes.empty()) return "no error";
    return std::string(wire::decode_error(wire::Frame(bytes)).value().field(code));
}

/// A client with a password, which answers what the machine asks.
struct Client {
    explicit Client(std::string_view password, std::optional<std::string> certificate_hash = {})
        : scram({"agent7", std::string(password), std::move(certificate_hash)}, keys) {}

    auth::ScramKeyCache keys;
    auth::ScramClient scram;

    std::string first(std::string_view answer) {
        const std::string frame = frame_of('R', answer);
        const auto asked = std::get<wire::Authentication>(wire::decode_backend(wire::Frame(frame)).value());
        const auto mechanism = scram.choose(asked.mechanisms);
        std::string bytes;
        wire::FrontendWriter(bytes).sasl_initial_response(mechanism.value(), scram.first());
        return bytes;
    }
    std::string last(std::string_view answer) {
        const std::string frame = frame_of('R', answer);
        const auto asked = std::get<wire::Authentication>(wire::decode_backend(wire::Frame(frame)).value());
        std::string bytes;
        wire::FrontendWriter(bytes).sasl_response(scram.answer(asked.data).value());
        return bytes;
    }
};

TEST(StartUp, LogsInByScramHoweverThePacketsAreSplit) {
    for (const std::size_t piece : {1UL, 7UL, 10'000UL}) {
        StartUp machine(rules());
        Client client("secret");
        const auto send = [&](const std::string& bytes, std::string& answer) {
            StartUpStep step = NeedBytes{};
            answer.clear();
            for (std::size_t i = 0; i < bytes.size(); i += piece) {
                step = machine.on_client(std::string_view(bytes).substr(i, piece), answer);
            }
            return step;
        };
        std::string answer;
        send(
            start_up("agent7", 0, {{"database", "payments"}, {"DateStyle", "German"}, {"options", "-c a=b"}}),
            answer);
        send(client.first(answer), answer);
        const auto step = send(client.last(answer), answer);
        EXPECT_EQ(types_of(answer), "RR");
        const auto* who = std::get_if<LoggedIn>(&step);
        ASSERT_NE(who, nullptr);
        EXPECT_EQ(who->user, "agent7");
        EXPECT_EQ(who->database, "payments");
        EXPECT_EQ(who->settings, (Settings{{"DateStyle", "German"}}));
        EXPECT_EQ(who->options, "-c a=b");
    }
}

TEST(StartUp, TakesTheUsersNameForAMissingDatabase) {
    StartUp machine(rules());
    Client client("secret");
    std::string answer;
    machine.on_client(start_up("agent7"), answer);
    const std::string first = client.first(answer);
    answer.clear();
    machine.on_client(first, answer);
    const std::string last = client.last(answer);
    const auto step = machine.on_client(last, answer);
    ASSERT_TRUE(std::holds_alternative<LoggedIn>(step));
    EXPECT_EQ(std::get<LoggedIn>(step).database, "agent7");
}

TEST(StartUp, TellsAWrongPasswordAndAnUnknownUserAlike) {
    for (const std::string user : {"agent7", "nobody"}) {
        StartUp machine(rules());
        Client client("guess");
        std::string answer;
        machine.on_client(start_up(user), answer);
        const std::string first = client.first(answer);
        answer.clear();
        machine.on_client(first, answer);
        const std::string last = client.last(answer);
        answer.clear();
        const auto step = machine.on_client(last, answer);
        EXPECT_EQ(std::get<Refused>(step).why, LoginResult::wrong_credentials);
        EXPECT_EQ(field_of('C', answer), "28P01");
        EXPECT_EQ(field_of('M', answer), "password authentication failed for user \"" + user + "\"");
        EXPECT_EQ(field_of('S', answer), "FATAL");
    }
}

struct RequestCase {
    std::string name;
    bool tls;
    std::string bytes;
    std::string answer;
};
class EncryptionRequests : public testing::TestWithParam<RequestCase> {};

TEST_P(EncryptionRequests, AreAnsweredWithOneByteEach) {
    StartUp machine(rules(GetParam().tls));
    std::string answer;
    machine.on_client(GetParam().bytes, answer);
    EXPECT_EQ(answer, GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    StartUp, EncryptionRequests,
    testing::Values(RequestCase{"ssl", false, ssl_request, "N"}, RequestCase{"gss", false, gss_request, "N"},
                    RequestCase{"ssl_then_gss", false, ssl_request + gss_request, "NN"},
                    RequestCase{"gss_then_ssl", false, gss_request + ssl_request, "NN"},
                    RequestCase{"gss_then_ssl_with_tls", true, gss_request + ssl_request, "NS"}),
    [](const auto& info) { return info.param.name; });

TEST(StartUp, BeginsTlsWhenAskedAndOffersChannelBindingThen) {
    StartUp machine(rules(true));
    std::string answer;
    ASSERT_TRUE(std::holds_alternative<BeginTls>(machine.on_client(ssl_request, answer)));
    EXPECT_EQ(answer, "S");
}

TEST(StartUp, OffersNoChannelBindingInClear) {
    StartUp machine(rules(true));
    std::string answer;
    machine.on_client(start_up("agent7"), answer);
    EXPECT_EQ(answer.find("SCRAM-SHA-256-PLUS"), std::string::npos);
    EXPECT_NE(answer.find("SCRAM-SHA-256"), std::string::npos);
}

TEST(StartUp, NegotiatesNewerProtocolsDown) {
    StartUp machine(rules());
    std::string answer;
    machine.on_client(start_up("agent7", 9999, {{"_pq_.test_protocol_negotiation", ""}}), answer);
    EXPECT_EQ(types_of(answer), "vR");
    const std::string frame = frame_of('v', answer);
    const auto told =
        std::get<wire::NegotiateProtocolVersion>(wire::decode_backend(wire::Frame(frame)).value());
    EXPECT_EQ(told.minor_version & 0xffffU, 0U);
    EXPECT_EQ(told.unsupported_options, std::vector<std::string_view>{"_pq_.test_protocol_negotiation"});
}

struct RefusalCase {
    std::string name;
    std::string bytes;
    std::string sqlstate;
    StartUpRules rules = session::rules();
    std::string before = {};  // sent first; its answer is not looked at
};
class StartUpRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(StartUpRefusal, SaysWhyAsPostgresqlDoes) {
    StartUp machine(GetParam().rules);
    std::string answer;
    machine.on_client(GetParam().before, answer);
    answer.clear();
    const auto step = machine.on_client(GetParam().bytes, answer);
    EXPECT_TRUE(std::holds_alternative<Refused>(step));
    EXPECT_EQ(field_of('C', answer), GetParam().sqlstate);
}

StartUpRules with(bool StartUpRules::*member) {
    StartUpRules changed = rules();
    changed.*member = true;
    return changed;
}

std::string password_message(const std::string& body) {
    std::string bytes = "p";
    wire::append_u32(bytes, static_cast<std::uint32_t>(4 + body.size()));
    return bytes + body;
}

INSTANTIATE_TEST_SUITE_P(
    StartUp, StartUpRefusal,
    testing::Values(
        RefusalCase{"no_user", packet(wire::protocol_3_0, "database\0x\0\0"s), "28000"},
        RefusalCase{"protocol_2", packet(2U << 16, "\0"s), "0A000"},
        RefusalCase{"ssl_twice", ssl_request, "0A000", rules(), ssl_request},
        RefusalCase{"gss_twice", gss_request, "0A000", rules(), gss_request},
        RefusalCase{"no_terminator", packet(wire::protocol_3_0, "user\0agent7\0"s), "08P01"},
        RefusalCase{"too_many", start_up("agent7"), "53300", with(&StartUpRules::too_many_sessions)},
        RefusalCase{"stopping", start_up("agent7"), "57P03", with(&StartUpRules::shutting_down)},
        RefusalCase{"in_clear", start_up("agent7"), "28000", with(&StartUpRules::tls_required)},
        RefusalCase{"query_before_log_in", start_up("agent7") + "Q\0\0\0\5\0"s, "08P01"},
        RefusalCase{"sasl_length_wraps",
                    start_up("agent7") + password_message("SCRAM-SHA-256\0\xff\xff\xff\xfe"s), "08P01"},
        RefusalCase{"plus_in_clear", start_up("agent7") + password_message("SCRAM-SHA-256-PLUS\0\0\0\0\1n"s),
                    "08P01"}),
    [](const auto& info) { return info.param.name; });

/// "robot" logs in by the token "good", "desk" by a certificate with its name.
StartUpRules other_ways_rules() {
    StartUpRules changed = rules(true);
    changed.takes_token = [](std::string_view user) { return user == "robot"; };
    changed.check_token = [](std::string_view, std::string_view token) -> auth::TokenResult<void> {
        if (token != "good") return auth::TokenErrc::expired;
        return {};
    };
    changed.is_let_in = [](std::string_view user, const std::vector<auth::CertificateName>& names) {
        return user == "desk" && !names.empty() && names.front().value == "desk";
    };
    return changed;
}

/// A machine behind the TLS handshake of a client whose certificate carries `common_name`; none: without one.
StartUp under_tls(std::optional<std::string> common_name = std::nullopt) {
    StartUp machine(other_ways_rules());
    std::string answer;
    machine.on_client(ssl_request, answer);
    std::vector<auth::CertificateName> names;
    if (common_name) names.push_back({auth::CertificateName::Kind::common_name, *common_name});
    machine.tls_began("no certificate", std::move(names));
    return machine;
}

TEST(StartUp, AsksUsersOfTokensForOneUnderTls) {
    for (const std::string token : {"good", "bad"}) {
        StartUp machine = under_tls();
        std::string answer;
        machine.on_client(start_up("robot"), answer);
        EXPECT_EQ(frame_of('R', answer), "R\0\0\0\10\0\0\0\3"s);
        answer.clear();
        const auto step = machine.on_client(password_message(token + '\0'), answer);
        if (token == "good") {
            EXPECT_EQ(std::get<LoggedIn>(step).user, "robot");
            EXPECT_EQ(answer, "R\0\0\0\10\0\0\0\0"s);
        } else {
            EXPECT_EQ(std::get<Refused>(step).why, LoginResult::wrong_credentials);
            EXPECT_EQ(field_of('C', answer), "28P01");
            EXPECT_EQ(field_of('M', answer), "token authentication failed for user \"robot\"");
            EXPECT_EQ(field_of('D', answer), auth::message_of(auth::TokenErrc::expired));
        }
    }
}

TEST(StartUp, TakesATokenOf8KiBAndNoLongerOne) {
    for (const std::size_t size : {auth::longest_token, auth::longest_token + 1}) {
        StartUp machine = under_tls();
        std::string answer;
        machine.on_client(start_up("robot"), answer);
        answer.clear();
        machine.on_client(password_message(std::string(size, 't') + '\0'), answer);
        EXPECT_EQ(field_of('C', answer), size == auth::longest_token ? "28P01" : "08P01");
    }
}

TEST(StartUp, LetsInWhomAVerifiedCertificateNames) {
    StartUp machine = under_tls("desk");
    std::string answer;
    const auto step = machine.on_client(start_up("desk"), answer);
    EXPECT_EQ(std::get<LoggedIn>(step).user, "desk");
    EXPECT_EQ(answer, "R\0\0\0\10\0\0\0\0"s);
}

TEST(StartUp, TellsNobodyByAPasswordWhoLogsInOtherwise) {
    const auto refusal = [](StartUp machine, const std::string& user) {
        Client client("guess");
        std::string answer;
        machine.on_client(start_up(user), answer);
        const std::string first = client.first(answer);
        answer.clear();
        machine.on_client(first, answer);
        const std::string last = client.last(answer);
        answer.clear();
        machine.on_client(last, answer);
        EXPECT_EQ(field_of('M', answer), "password authentication failed for user \"" + user + '"');
        return field_of('H', answer);
    };
    for (const std::string user : {"robot", "desk", "agent7", "nobody"})
        EXPECT_EQ(refusal(StartUp(other_ways_rules()), user),
                  "Who logs in by a token or a certificate must connect with TLS (sslmode=verify-full).");
    for (const std::string user : {"desk", "agent7", "nobody"})
        EXPECT_EQ(refusal(under_tls("agent7"), user),
                  "Who logs in by a certificate must show one that names the user (sslcert, sslkey).");
    EXPECT_EQ(refusal(StartUp(rules(true)), "nobody"), "");
}

TEST(StartUp, TakesNoBytesInClearBehindAnSslRequest) {
    StartUp machine(rules(true));
    std::string answer;
    const auto step = machine.on_client(ssl_request + "x", answer);
    EXPECT_TRUE(std::holds_alternative<Refused>(step));
    EXPECT_NE(answer.front(), 'S');
}

TEST(StartUp, SaysNothingToWhatIsNoStartUpPacket) {
    std::string terminate;
    wire::FrontendWriter(terminate).terminate();
    for (const std::string& bytes : {terminate, "GET / HTTP/1.1\r\n"s, "\0\0\0\4"s}) {
        StartUp machine(rules());
        std::string answer;
        EXPECT_TRUE(std::holds_alternative<Refused>(machine.on_client(bytes, answer)));
        EXPECT_EQ(answer, "");
    }
}

TEST(StartUp, HandsOverACancelRequestAndSaysNothing) {
    StartUp machine(rules());
    std::string bytes;
    wire::FrontendWriter(bytes).cancel_request(4711, "\1\2\3\4");
    std::string answer;
    const auto step = machine.on_client(bytes, answer);
    ASSERT_TRUE(std::holds_alternative<CancelWanted>(step));
    EXPECT_EQ(std::get<CancelWanted>(step).process_id, 4711U);
    EXPECT_EQ(std::get<CancelWanted>(step).key, "\1\2\3\4");
    EXPECT_TRUE(answer.empty());
}

}  // namespace
}  // namespace gateway::session
