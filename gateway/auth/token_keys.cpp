#include "gateway/auth/token_keys.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <filesystem>
#include <fstream>

#include "gateway/auth/jwk.hpp"
#include "gateway/auth/strict_json.hpp"

namespace gateway::auth {

namespace {

constexpr std::uintmax_t largest_key_file = 256UL * 1024;
constexpr std::size_t most_keys = 32;

TokenKeysResult<std::vector<TokenKey>> keys_of_jwk_set(std::string_view text) {
    const auto set = strict_json_object(text);
    const auto* keys = set ? set->if_contains("keys") : nullptr;
    if (keys == nullptr || !keys->is_array())
        return TokenKeysMistake{"not a JWK set: an object with \"keys\", each member once"};
    std::vector<TokenKey> found;
    for (const auto& jwk : keys->get_array()) {
        if (!jwk.is_object()) return TokenKeysMistake{"a key of the JWK set is not an object"};
        auto key = token_key_of_jwk(jwk.get_object());
        if (!key) return key.error();
        if (*key) found.push_back(**std::move(key));
    }
    return found;
}

// A block of a PEM file, and what OpenSSL allocated for it.
struct PemBlock {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;

    PemBlock() = default;
    PemBlock(const PemBlock&) = delete;
    PemBlock& operator=(const PemBlock&) = delete;
    ~PemBlock() {
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    }
};

TokenKeysResult<std::vector<TokenKey>> keys_of_pem(std::string_view text) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
    std::vector<TokenKey> found;
    for (;;) {
        PemBlock block;
        ERR_set_mark();
        const bool read = PEM_read_bio(bio.get(), &block.name, &block.header, &block.data, &block.size) == 1;
        const bool ended = !read && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        ERR_pop_to_mark();
        if (ended) return found;
        if (!read) return TokenKeysMistake{"a damaged PEM block"};
        const std::string_view name(block.name);
        if (name != "PUBLIC KEY") {
            return TokenKeysMistake{"a PEM block \"" + std::string(name) +
                                    "\" where only \"PUBLIC KEY\" may stand (openssl pkey -pubout)"};
        }
        const unsigned char* data = block.data;
        ERR_set_mark();
        std::shared_ptr<evp_pkey_st> key(d2i_PUBKEY(nullptr, &data, block.size), &EVP_PKEY_free);
        ERR_pop_to_mark();
        if (!key) return TokenKeysMistake{"a damaged public key"};
        auto made = TokenKey::of_public_key(std::move(key));
        if (!made) return made.error();
        found.push_back(*std::move(made));
    }
}

TokenKeysResult<std::string> text_of_key_file(const std::string& path) {
    std::error_code error;
    // A FIFO would block, and a device might never end.
    if (!std::filesystem::is_regular_file(path, error))
        return TokenKeysMistake{error ? error.message() : "not a regular file"};
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > largest_key_file)
        return TokenKeysMistake{error ? error.message() : "larger than 256 KiB"};
    std::ifstream stream(path, std::ios::binary);
    std::string text(size, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(size));
    if (!stream) return TokenKeysMistake{"could not be read"};
    // Named, because a text could be a mistake, too.
    return TokenKeysResult<std::string>(boost::system::in_place_value, std::move(text));
}

TokenKeysResult<TokenKey> key_of_secret_file(std::string text) {
    // One line end at the end is the editor's, not the secret's.
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    // Everybody knows a public key: a token that is signed by it as if it were a secret proves nothing.
    if (text.starts_with("-----BEGIN") || text.starts_with('{'))
        return TokenKeysMistake{"a key file, not a secret; it belongs under 'keys'"};
    if (text.find_first_of(std::string_view("\0\n", 2)) != std::string::npos)
        return TokenKeysMistake{"a secret stands on one line"};
    return TokenKey::of_secret(std::move(text));
}

}  // namespace

TokenKeysResult<TokenKeys> TokenKeys::from_text(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    const bool is_json = begin != std::string_view::npos && text[begin] == '{';
    auto found = is_json ? keys_of_jwk_set(text) : keys_of_pem(text);
    if (!found) return found.error();
    if (found->empty()) return TokenKeysMistake{"no key that tokens could be checked by"};
    if (found->size() > most_keys) return TokenKeysMistake{"more than 32 keys"};
    TokenKeys keys;
    keys.keys_ = *std::move(found);
    return keys;
}

TokenKeysResult<TokenKeys> TokenKeys::load(const std::string& keys_file, const std::string& secret_file) {
    TokenKeys keys;
    const auto in_file = [](const std::string& path, const TokenKeysMistake& mistake) {
        return TokenKeysMistake{path + ": " + mistake.message};
    };
    if (!keys_file.empty()) {
        const auto text = text_of_key_file(keys_file);
        if (!text) return in_file(keys_file, text.error());
        auto read = from_text(*text);
        if (!read) return in_file(keys_file, read.error());
        keys = *std::move(read);
    }
    if (!secret_file.empty()) {
        auto text = text_of_key_file(secret_file);
        if (!text) return in_file(secret_file, text.error());
        auto key = key_of_secret_file(*std::move(text));
        if (!key) return in_file(secret_file, key.error());
        keys.keys_.push_back(*std::move(key));
    }
    return keys;
}

std::vector<const TokenKey*> TokenKeys::candidates(std::string_view algorithm,
                                                   std::optional<std::string_view> id) const {
    std::vector<const TokenKey*> fitting;
    for (const TokenKey& key : keys_) {
        const bool named = id && !key.id().empty();
        if (name_of(key.algorithm()) == algorithm && (!named || key.id() == *id)) fitting.push_back(&key);
    }
    return fitting;
}

}  // namespace gateway::auth
