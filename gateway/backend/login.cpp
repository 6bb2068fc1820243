#include "gateway/backend/login.hpp"

#include <vector>

#include "gateway/auth/channel_binding.hpp"
#include "gateway/auth/md5_answer.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace gateway::backend {
namespace {

using monitoring::BackendConnectResult;

constexpr wire::BodyLimit largest_message{64UL * 1024};
// All that a server may say before its first ReadyForQuery; notices and parameters are kept.
constexpr std::size_t longest_log_in = 1024UL * 1024;

}  // namespace

Login::Login(const SessionRequest& request, WeakPasswords weak, std::string certificate,
             auth::ScramKeyCache& keys)
    : request_(request),
      weak_(weak),
      certificate_(std::move(certificate)),
      keys_(keys),
      reader_(wire::Peer::backend, largest_message) {}

std::string Login::start_up_packet() const {
    std::vector<wire::NamedValue> parameters{{"user", request_.user}, {"database", request_.database}};
    for (const auto& [name, value] : request_.settings)
        parameters.push_back({name, value});
    std::string packet;
    wire::FrontendWriter(packet).startup(0, parameters);
    return packet;
}

Login::State Login::on_backend(wire::ByteView bytes, std::string& answer) {
    received_ += bytes.size();
    if (received_ > longest_log_in) return fail("it talks without end");
    reader_.feed(bytes);
    for (;;) {
        const auto next = reader_.next();
        if (!next) return fail(std::string(wire::message_of(next.error())));
        const auto& frame = *next;
        if (!frame) return State::going_on;
        const State state = take(*frame, answer);
        if (state != State::going_on) return state;
    }
}

Login::State Login::take(const wire::Frame& frame, std::string& answer) {
    const auto decoded = wire::decode_backend(frame);
    if (!decoded) return fail(std::string(wire::message_of(decoded.error())));
    if (const auto* error = std::get_if<wire::ErrorResponse>(&*decoded)) return refuse(frame, *error);
    if (std::holds_alternative<wire::NoticeResponse>(*decoded)) {
        const bool first = facts_.parameters.values().empty();
        (first ? facts_.notices_first : facts_.notices_last) += frame.bytes();
        return State::going_on;
    }
    if (std::holds_alternative<wire::NegotiateProtocolVersion>(*decoded)) return State::going_on;
    if (const auto* asked = std::get_if<wire::Authentication>(&*decoded)) {
        return authenticated_ ? fail("it asks for a password twice") : authenticate(*asked, answer);
    }
    if (!authenticated_) return fail("it goes on without having authenticated the gateway");
    if (const auto* status = std::get_if<wire::ParameterStatus>(&*decoded)) {
        facts_.parameters.set(status->name, status->value);
        if (status->name == "is_superuser") facts_.superuser = status->value == "on";
        return State::going_on;
    }
    if (const auto* key = std::get_if<wire::BackendKeyData>(&*decoded)) {
        facts_.process_id = key->process_id;
        facts_.cancel_key = std::string(key->key);
        return State::going_on;
    }
    if (const auto* ready = std::get_if<wire::ReadyForQuery>(&*decoded)) {
        if (ready->status != wire::TransactionStatus::idle) return fail("it begins within a transaction");
        return State::ready;
    }
    return fail(std::string("a message of type '") + frame.type() + "' during log-in");
}

Login::State Login::authenticate(const wire::Authentication& asked, std::string& answer) {
    switch (asked.kind) {
        case wire::AuthenticationKind::ok: return believe_ok();
        case wire::AuthenticationKind::sasl:
        case wire::AuthenticationKind::sasl_continue:
        case wire::AuthenticationKind::sasl_final: return scram(asked, answer);
        case wire::AuthenticationKind::cleartext_password:
            if (!weak_.cleartext) return fail("it asks for the password in clear (allow_cleartext is off)");
            wire::FrontendWriter(answer).password(request_.password);
            password_sent_ = true;
            return State::going_on;
        case wire::AuthenticationKind::md5_password: {
            if (!weak_.md5) return fail("it asks for the password as MD5 (allow_md5 is off)");
            const auto hashed = auth::md5_answer(request_.user, request_.password, asked.data);
            if (!hashed) return fail(std::string(auth::message_of(hashed.error())));
            wire::FrontendWriter(answer).password(*hashed);
            password_sent_ = true;
            return State::going_on;
        }
        case wire::AuthenticationKind::kerberos_v5:
        case wire::AuthenticationKind::gss:
        case wire::AuthenticationKind::gss_continue:
        case wire::AuthenticationKind::sspi: break;
    }
    return fail("it asks for a kind of authentication that the gateway does not have");
}

// A server that lets anybody in cannot have proven that it knows the password. Where one is configured, it
// must.
Login::State Login::believe_ok() {
    const bool proven = scram_ ? scram_->verified() : password_sent_ || request_.password.empty();
    if (!proven) return fail("it lets the gateway in without the password that is configured for it");
    authenticated_ = true;
    return State::going_on;
}

Login::State Login::scram(const wire::Authentication& asked, std::string& answer) {
    const auto failed = [this](auth::AuthErrc code) { return fail(std::string(auth::message_of(code))); };
    if (asked.kind == wire::AuthenticationKind::sasl) {
        if (scram_) return fail("it begins the SASL exchange twice");
        auth::ScramClientIdentity identity{request_.user, request_.password};
        if (!certificate_.empty()) {
            // A certificate without a digest to bind to leaves SCRAM without channel binding.
            const auto hash = auth::certificate_hash_for_channel_binding(certificate_);
            if (hash) identity.certificate_hash = *hash;
        }
        scram_.emplace(std::move(identity), keys_);
        const auto mechanism = scram_->choose(asked.mechanisms);
        if (!mechanism) return failed(mechanism.error());
        wire::FrontendWriter(answer).sasl_initial_response(*mechanism, scram_->first());
        return State::going_on;
    }
    if (!scram_) return fail("it goes on with a SASL exchange that was not begun");
    if (asked.kind == wire::AuthenticationKind::sasl_continue) {
        const auto proof = scram_->answer(asked.data);
        if (!proof) return failed(proof.error());
        wire::FrontendWriter(answer).sasl_response(*proof);
        return State::going_on;
    }
    const auto verified = scram_->verify(asked.data);
    return verified ? State::going_on : failed(verified.error());
}

// The server's own words go to the client, unless they are about who the gateway is there.
Login::State Login::refuse(const wire::Frame& frame, const wire::ErrorResponse& error) {
    const std::string state(error.sqlstate());
    const std::string log = "the server refused the log-in: " + state + ' ' + std::string(error.field('M'));
    if (state.starts_with("28")) {
        error_ =
            ConnectError{BackendConnectResult::rejected, state,
                         "the database server does not let the gateway in for this role",
                         "Ask whoever runs the gateway to check the credentials in its configuration.", log};
    } else {
        error_ = ConnectError{BackendConnectResult::rejected, state, std::string(error.field('M')), "", log,
                              std::string(frame.bytes())};
    }
    return State::failed;
}

Login::State Login::fail(const std::string& why) {
    error_ = ConnectError{BackendConnectResult::rejected, "08P01",
                          "the gateway cannot log in to the database server", "", "log-in failed: " + why};
    return State::failed;
}

}  // namespace gateway::backend
