#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace tests {

/// base64url without padding.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// Who makes tokens: a fresh key pair, or a secret.
class TokenMaker {
public:
    enum class Kind { rsa, p256, ed25519, secret };

    explicit TokenMaker(Kind kind, std::string secret = {});

    /// What stands in `alg`.
    [[nodiscard]] std::string algorithm() const;
    /// The raw signature of `text`.
    [[nodiscard]] std::string signature(std::string_view text) const;
    /// A token of these JSON texts.
    [[nodiscard]] std::string token(std::string_view header, std::string_view payload) const;
    /// The same with the header {"alg":…,"typ":"JWT"}.
    [[nodiscard]] std::string token(std::string_view payload) const;

    /// The public key, as PEM and as a JWK with this `kid`; of a secret the JWK holds it.
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] std::string private_pem() const;
    [[nodiscard]] std::string jwk(std::string_view kid) const;

private:
    Kind kind_;
    std::string secret_;
    std::shared_ptr<evp_pkey_st> key_;
};

/// `{"keys":[…]}`.
[[nodiscard]] std::string jwk_set(std::initializer_list<std::string> keys);

}  // namespace tests
