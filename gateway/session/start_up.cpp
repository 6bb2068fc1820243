#include "gateway/session/start_up.hpp"

#include "gateway/auth/channel_binding.hpp"
#include "gateway/auth/token_settings.hpp"
#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/frontend_messages.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using monitoring::LoginResult;

constexpr std::size_t largest_sasl_message = 1024;                         // PG_MAX_SASL_MESSAGE_LENGTH
constexpr wire::BodyLimit largest_token_message{auth::longest_token + 1};  // with its NUL

}  // namespace

StartUp::StartUp(StartUpRules rules)
    : rules_(std::move(rules)), reader_(wire::Peer::frontend, largest_token_message) {
    who_.number = rules_.number;
}

void StartUp::tls_began(const std::string& certificate, std::vector<auth::CertificateName> client) {
    tls_ = true;
    client_names_ = std::move(client);
    // A certificate whose signature names no digest can be used, but not be bound to.
    const auto hash = auth::certificate_hash_for_channel_binding(certificate);
    if (hash) certificate_hash_ = *hash;
}

void StartUp::append_fatal(std::string& answer, std::string_view sqlstate, std::string_view message,
                           std::string_view hint) {
    wire::BackendWriter(answer).error(
        {.severity = wire::Severity::fatal, .sqlstate = sqlstate, .message = message, .hint = hint});
}

StartUpStep StartUp::on_client(wire::ByteView bytes, std::string& answer) {
    reader_.feed(bytes);
    for (;;) {
        StartUpStep step = NeedBytes{};
        if (phase_ == Phase::packets) {
            const auto packet = reader_.next_startup_packet();
            if (!packet) return leave_silently();
            if (!*packet) return NeedBytes{};
            step = take_packet(**packet, answer);
        } else {
            const auto frame = reader_.next();
            if (!frame) return refuse(frame.error(), answer);
            if (!*frame) return NeedBytes{};
            step = take_password(**frame, answer);
        }
        if (!std::holds_alternative<NeedBytes>(step)) return step;
    }
}

StartUpStep StartUp::take_packet(wire::ByteView packet, std::string& answer) {
    const auto decoded = wire::decode_startup(packet);
    if (!decoded) return refuse(decoded.error(), answer);

    if (const auto* cancel = std::get_if<wire::CancelRequest>(&*decoded)) {
        phase_ = Phase::over;
        return CancelWanted{cancel->process_id, std::string(cancel->key)};
    }
    if (std::holds_alternative<wire::GssEncRequest>(*decoded)) {
        if (gss_asked_) return refuse(wire::WireErrc::unsupported_protocol, answer);
        gss_asked_ = true;
        answer += 'N';
        return NeedBytes{};
    }
    if (std::holds_alternative<wire::SslRequest>(*decoded)) {
        if (tls_ || tls_asked_) return refuse(wire::WireErrc::unsupported_protocol, answer);
        tls_asked_ = true;
        if (!rules_.tls_offered) {
            answer += 'N';
            return NeedBytes{};
        }
        // Bytes in clear behind the request would be taken for encrypted ones (CVE-2021-23214).
        if (!reader_.buffered().empty()) {
            return refuse(LoginResult::protocol_error, answer, "08P01",
                          "received unencrypted data after SSL request");
        }
        answer += 'S';
        return BeginTls{};
    }
    return begin_session(std::get<wire::StartupMessage>(*decoded), answer);
}

StartUpStep StartUp::begin_session(const wire::StartupMessage& message, std::string& answer) {
    if (message.needs_negotiation()) {
        wire::BackendWriter(answer).negotiate_protocol_version(0, message.protocol_options);
    }
    if (rules_.shutting_down) {
        return refuse(LoginResult::shutting_down, answer, "57P03", "the database system is shutting down");
    }
    if (rules_.too_many_sessions) {
        return refuse(LoginResult::too_many_sessions, answer, "53300", "sorry, too many clients already");
    }
    if (rules_.tls_required && !tls_) {
        return refuse(LoginResult::not_permitted, answer, "28000",
                      "this server accepts encrypted connections only");
    }
    who_.user = message.user;
    who_.database = message.database_or_user();
    who_.options = message.options;
    who_.replication = message.replication;
    for (const auto& [name, value] : message.settings)
        who_.settings.emplace_back(name, value);

    if (tls_ && rules_.is_let_in && rules_.is_let_in(who_.user, client_names_)) return let_in(answer);
    if (tls_ && rules_.takes_token && rules_.takes_token(who_.user)) {
        wire::BackendWriter(answer).authentication_cleartext();
        phase_ = Phase::token;
        return NeedBytes{};
    }
    scram_.emplace(rules_.login_of(who_.user), certificate_hash_);
    wire::BackendWriter(answer).authentication_sasl(scram_->mechanisms());
    phase_ = Phase::sasl_initial;
    return NeedBytes{};
}

StartUpStep StartUp::take_password(const wire::Frame& frame, std::string& answer) {
    if (frame.type() == wire::frontend_type::terminate) return Refused{LoginResult::protocol_error};
    if (frame.type() != wire::frontend_type::password) {
        return refuse(LoginResult::protocol_error, answer, "08P01",
                      "expected SASL response, got message type " +
                          std::to_string(static_cast<unsigned char>(frame.type())));
    }
    if (phase_ == Phase::token) return take_token(frame.body(), answer);
    if (frame.body().size() > largest_sasl_message)
        return refuse(wire::WireErrc::length_out_of_range, answer);
    return phase_ == Phase::sasl_initial ? take_sasl_initial(frame.body(), answer)
                                         : take_sasl_final(frame.body(), answer);
}

StartUpStep StartUp::take_token(wire::ByteView body, std::string& answer) {
    const auto token = wire::decode_password(body);
    if (!token) return refuse(token.error(), answer);
    const auto good = rules_.check_token(who_.user, *token);
    if (!good) return refuse(good.error(), answer);
    return let_in(answer);
}

StartUpStep StartUp::take_sasl_initial(wire::ByteView body, std::string& answer) {
    const auto initial = wire::decode_sasl_initial_response(body);
    if (!initial) return refuse(initial.error(), answer);
    if (!initial->response) {
        // Allowed by RFC 4422: an empty challenge asks for the first message.
        return refuse(LoginResult::protocol_error, answer, "08P01", "SASL initial response is missing");
    }
    const auto challenge = scram_->first(initial->mechanism, *initial->response);
    if (!challenge) return refuse(challenge.error(), answer);
    wire::BackendWriter(answer).authentication_sasl_continue(*challenge);
    phase_ = Phase::sasl_final;
    return NeedBytes{};
}

StartUpStep StartUp::take_sasl_final(wire::ByteView body, std::string& answer) {
    const auto signature = scram_->final(body);
    if (!signature) return refuse(signature.error(), answer);
    wire::BackendWriter(answer).authentication_sasl_final(*signature);
    return let_in(answer);
}

StartUpStep StartUp::let_in(std::string& answer) {
    wire::BackendWriter(answer).authentication_ok();
    phase_ = Phase::over;
    who_.early = reader_.buffered();
    return std::move(who_);
}

StartUpStep StartUp::refuse(LoginResult why, std::string& answer, std::string_view sqlstate,
                            std::string_view message) {
    phase_ = Phase::over;
    append_fatal(answer, sqlstate, message);
    return Refused{why, who_.user};
}

StartUpStep StartUp::refuse(auth::AuthErrc why, std::string& answer) {
    if (why == auth::AuthErrc::wrong_password) {
        phase_ = Phase::over;
        append_fatal(answer, auth::sqlstate_of(why),
                     "password authentication failed for user \"" + who_.user + '"', other_ways_in());
        return Refused{LoginResult::wrong_credentials, who_.user};
    }
    return refuse(LoginResult::protocol_error, answer, auth::sqlstate_of(why), auth::message_of(why));
}

StartUpStep StartUp::refuse(auth::TokenErrc why, std::string& answer) {
    phase_ = Phase::over;
    const std::string message = "token authentication failed for user \"" + who_.user + '"';
    wire::BackendWriter(answer).error({.severity = wire::Severity::fatal,
                                       .sqlstate = "28P01",
                                       .message = message,
                                       .detail = auth::message_of(why)});
    return Refused{LoginResult::wrong_credentials, who_.user, std::string(auth::message_of(why))};
}

// The same for everybody, so that it does not tell who there is.
std::string_view StartUp::other_ways_in() const {
    const bool certificates = rules_.is_let_in != nullptr;
    if (!tls_ && (certificates || rules_.takes_token))
        return "Who logs in by a token or a certificate must connect with TLS (sslmode=verify-full).";
    if (certificates)
        return "Who logs in by a certificate must show one that names the user (sslcert, sslkey).";
    return {};
}

// What does not even begin like PostgreSQL's protocol gets no answer in it (ProcessStartupPacket, COMMERROR):
// node-postgres says Terminate first when it is told to leave before it is connected, and takes an answer for
// an error.
StartUpStep StartUp::leave_silently() {
    phase_ = Phase::over;
    return Refused{LoginResult::protocol_error};
}

StartUpStep StartUp::refuse(wire::WireErrc why, std::string& answer) {
    return refuse(LoginResult::protocol_error, answer, wire::sqlstate_of(why), wire::message_of(why));
}

}  // namespace gateway::session
