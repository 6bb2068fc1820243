#include "gateway/auth/scram_client.hpp"

#include <algorithm>

namespace gateway::auth {

ScramClient::ScramClient(ScramClientIdentity identity, ScramKeyCache& cache, IterationLimits limits,
                         std::string nonce)
    : identity_(std::move(identity)), cache_(cache), limits_(limits), nonce_(std::move(nonce)) {}

std::string ScramClient::fresh_nonce() { return base64(random_bytes(nonce_bytes)); }

Result<std::string_view> ScramClient::choose(std::span<const std::string_view> offered) {
    if (state_ != State::start) return AuthErrc::malformed_message;
    state_ = State::chosen;
    if (identity_.certificate_hash && std::ranges::find(offered, scram_sha_256_plus) != offered.end()) {
        plus_ = true;
        return scram_sha_256_plus;
    }
    if (std::ranges::find(offered, scram_sha_256) != offered.end()) return scram_sha_256;
    state_ = State::failed;
    return AuthErrc::unsupported_mechanism;
}

std::string_view ScramClient::gs2_header() const {
    if (plus_) return "p=tls-server-end-point,,";
    // "y" lets a server that did offer PLUS find out that somebody took the offer away.
    return identity_.certificate_hash ? "y,," : "n,,";
}

std::string ScramClient::first() {
    state_ = state_ == State::chosen ? State::sent : State::failed;
    return std::string(gs2_header()) + "n=,r=" + nonce_;
}

Result<std::string> ScramClient::answer(std::string_view server_first) {
    const bool expected = state_ == State::sent;
    state_ = State::failed;
    if (!expected) return AuthErrc::malformed_message;
    const auto message = ServerFirst::from(server_first);
    if (!message) return message.error();
    if (!message->nonce.starts_with(nonce_) || message->nonce.size() == nonce_.size())
        return AuthErrc::nonce_mismatch;
    if (message->iterations < limits_.least || message->iterations > limits_.most) {
        return AuthErrc::iterations_out_of_range;
    }

    const auto keys = cache_.keys_of(identity_.user, identity_.password, message->salt, message->iterations);
    std::string binding(gs2_header());
    if (plus_) binding += *identity_.certificate_hash;
    auto client_final = "c=" + base64(binding) + ",r=" + std::string(message->nonce);
    const auto auth_message = "n=,r=" + nonce_ + ',' + std::string(server_first) + ',' + client_final;
    auto proof = hmac_sha256(view(keys.stored_key()), auth_message);
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof[i] ^= keys.client_key[i];
    server_signature_ = hmac_sha256(view(keys.server_key), auth_message);
    state_ = State::answered;
    return client_final + ",p=" + base64(view(proof));
}

Result<void> ScramClient::verify(std::string_view server_final) {
    const bool expected = state_ == State::answered;
    state_ = State::failed;
    if (!expected) return AuthErrc::malformed_message;
    const auto message = ServerFinal::from(server_final);
    if (!message) return message.error();
    if (!equal_in_constant_time(message->signature, view(server_signature_)))
        return AuthErrc::server_signature;
    state_ = State::verified;
    return {};
}

}  // namespace gateway::auth
