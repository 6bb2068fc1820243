#include "gateway/auth/scram_server.hpp"

namespace gateway::auth {

ScramServer::ScramServer(LoginVerifier login, std::optional<std::string> certificate_hash, std::string nonce)
    : login_(std::move(login)),
      certificate_hash_(std::move(certificate_hash)),
      server_nonce_(std::move(nonce)) {}

std::string ScramServer::fresh_nonce() { return base64(random_bytes(nonce_bytes)); }

std::vector<std::string_view> ScramServer::mechanisms() const {
    if (certificate_hash_) return {scram_sha_256_plus, scram_sha_256};
    return {scram_sha_256};
}

Result<std::string> ScramServer::first(std::string_view mechanism, std::string_view client_first) {
    if (state_ != State::start) return AuthErrc::malformed_message;
    state_ = State::over;
    const bool plus = mechanism == scram_sha_256_plus;
    if (mechanism != scram_sha_256 && !(plus && certificate_hash_)) return AuthErrc::unsupported_mechanism;
    const auto message = ClientFirst::from(client_first);
    if (!message) return message.error();

    switch (message->binding) {
        case BindingFlag::none:
            if (plus) return AuthErrc::binding_expected;
            break;
        case BindingFlag::unused:
            if (plus) return AuthErrc::binding_expected;
            if (certificate_hash_) return AuthErrc::downgrade;
            break;
        case BindingFlag::tls_end_point:
            if (!plus) return AuthErrc::binding_unexpected;
            break;
    }

    nonce_ = std::string(message->nonce) + server_nonce_;
    std::string binding(message->gs2_header);
    if (plus) binding += *certificate_hash_;
    binding_ = base64(binding);
    auto server_first = "r=" + nonce_ + ",s=" + base64(login_.verifier.salt) +
                        ",i=" + std::to_string(login_.verifier.iterations);
    auth_message_ = std::string(message->bare) + ',' + server_first;
    state_ = State::challenged;
    return server_first;
}

Result<std::string> ScramServer::final(std::string_view client_final) {
    if (state_ != State::challenged) return AuthErrc::malformed_message;
    state_ = State::over;
    const auto message = ClientFinal::from(client_final);
    if (!message) return message.error();
    if (!equal_in_constant_time(message->binding, binding_)) return AuthErrc::binding_mismatch;
    if (!equal_in_constant_time(message->nonce, nonce_)) return AuthErrc::nonce_mismatch;

    const auto auth_message = auth_message_ + ',' + std::string(message->without_proof);
    const auto signature = hmac_sha256(view(login_.verifier.stored_key), auth_message);
    Digest client_key{};
    for (std::size_t i = 0; i < client_key.size(); ++i) {
        client_key[i] = static_cast<unsigned char>(message->proof[i]) ^ signature[i];
    }
    const bool fits =
        equal_in_constant_time(view(sha256(view(client_key))), view(login_.verifier.stored_key));
    auto answer = "v=" + base64(view(hmac_sha256(view(login_.verifier.server_key), auth_message)));
    // For an unknown user all of the above runs as well, so that it takes as long.
    if (!fits || !login_.known) return AuthErrc::wrong_password;
    return answer;
}

}  // namespace gateway::auth
