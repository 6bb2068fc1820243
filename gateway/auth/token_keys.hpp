#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace gateway::auth {

/// How a key signs. It follows from the key alone (RSA: RS256, Ed25519: EdDSA, P-256: ES256, a secret:
/// HS256), so that no token can choose, such as to have a public key taken for a secret.
enum class TokenAlgorithm { hs256, rs256, es256, eddsa };

/// The name in a token's `alg` (RFC 7518, section 3.1; RFC 8037).
[[nodiscard]] std::string_view name_of(TokenAlgorithm algorithm);

/// Why a key file cannot be used; for the log and `tabir check`.
struct TokenKeysMistake {
    std::string message;
};

template <class T>
using TokenKeysResult = boost::system::result<T, TokenKeysMistake>;

[[noreturn]] inline void throw_exception_from_error(const TokenKeysMistake& mistake,
                                                    const boost::source_location&) {
    throw std::logic_error("keys of tokens: " + mistake.message);
}

/// One key that tokens are checked by.
class TokenKey {
public:
    /// A shared secret of at least 32 bytes (RFC 7518, section 3.2).
    [[nodiscard]] static TokenKeysResult<TokenKey> of_secret(std::string secret);
    /// RSA of 2048 to 8192 bits, Ed25519 or P-256; a mistake for other keys.
    [[nodiscard]] static TokenKeysResult<TokenKey> of_public_key(std::shared_ptr<evp_pkey_st> key);

    [[nodiscard]] TokenAlgorithm algorithm() const { return algorithm_; }
    /// Empty: the key has no name.
    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] TokenKey named(std::string id) &&;
    /// Whether `signature` (raw, as RFC 7518 has it) is this key's of `text`.
    [[nodiscard]] bool signed_this(std::string_view text, std::string_view signature) const;

private:
    TokenKey() = default;

    TokenAlgorithm algorithm_ = TokenAlgorithm::hs256;
    std::string id_;
    std::string secret_;                // of hs256
    std::shared_ptr<evp_pkey_st> key_;  // of the others; never changed
};

/// The keys of those who may say who is asking. At most 32, which bounds what a forged token costs.
class TokenKeys {
public:
    /// A JWK set (RFC 7517; keys that are not for signatures, or of unknown kinds, are passed over) or PEM
    /// blocks `PUBLIC KEY`. Private keys are a mistake: they do not belong on this host.
    [[nodiscard]] static TokenKeysResult<TokenKeys> from_text(std::string_view text);
    /// Reads both files, of which one may be left out (empty). `secret_file` holds one line, the secret of
    /// HS256.
    [[nodiscard]] static TokenKeysResult<TokenKeys> load(const std::string& keys_file,
                                                         const std::string& secret_file);

    /// Whose `alg` and `kid` fit. A key without a name fits every `kid`; without a `kid`, every key fits.
    [[nodiscard]] std::vector<const TokenKey*> candidates(std::string_view algorithm,
                                                          std::optional<std::string_view> id) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

private:
    std::vector<TokenKey> keys_;
};

}  // namespace gateway::auth
