#include "gateway/auth/scram_messages.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "gateway/auth/digests.hpp"

namespace gateway::auth {

namespace {

/// Takes `<name>=<value>` with its comma, if any, from the front.
class Attributes {
public:
    explicit Attributes(std::string_view message) : message_(message) {}

    [[nodiscard]] std::optional<std::string_view> take(char name) {
        const auto rest = message_.substr(at_);
        if (done_ || rest.size() < 2 || rest[0] != name || rest[1] != '=') return std::nullopt;
        const auto end = std::min(rest.find(','), rest.size());
        done_ = end == rest.size();
        at_ += done_ ? end : end + 1;
        return rest.substr(2, end - 2);
    }
    [[nodiscard]] bool next_is(char name) const {
        return !done_ && at_ < message_.size() && message_[at_] == name;
    }
    /// Passes over attributes that nobody defined yet, up to `last` or the end: they may be ignored.
    [[nodiscard]] bool skip_extensions(char last) {
        while (!done_ && !next_is(last)) {
            const auto name = message_.substr(at_, 1);
            const bool is_letter =
                !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z'));
            constexpr std::string_view defined = "anmrcsipve";
            if (!is_letter || defined.find(name[0]) != std::string_view::npos || !take(name[0])) return false;
        }
        return true;
    }
    [[nodiscard]] bool done() const { return done_; }
    [[nodiscard]] std::size_t position() const { return at_; }

private:
    std::string_view message_;
    std::size_t at_ = 0;
    bool done_ = false;
};

bool is_acceptable(std::string_view message) {
    return message.size() <= longest_scram_message && message.find('\0') == std::string_view::npos;
}

bool is_nonce(std::string_view text) {
    return !text.empty() && text.size() <= longest_nonce &&
           std::ranges::all_of(text, [](char c) { return c >= 0x21 && c <= 0x7e && c != ','; });
}

Result<BindingFlag> binding_flag(std::string_view flag) {
    if (flag == "n") return BindingFlag::none;
    if (flag == "y") return BindingFlag::unused;
    if (flag == "p=tls-server-end-point") return BindingFlag::tls_end_point;
    return flag.starts_with("p=") ? AuthErrc::binding_type : AuthErrc::malformed_message;
}

}  // namespace

Result<ClientFirst> ClientFirst::from(std::string_view message) {
    if (!is_acceptable(message)) return AuthErrc::malformed_message;
    const auto flag_end = message.find(',');
    if (flag_end == std::string_view::npos) return AuthErrc::malformed_message;
    const auto binding = binding_flag(message.substr(0, flag_end));
    if (!binding) return binding.error();
    const auto after_flag = message.substr(flag_end + 1);
    if (after_flag.starts_with("a=")) return AuthErrc::authorization_identity;
    if (!after_flag.starts_with(',')) return AuthErrc::malformed_message;

    ClientFirst first{*binding, message.substr(0, flag_end + 2), message.substr(flag_end + 2), {}};
    Attributes attributes(first.bare);
    if (attributes.next_is('m')) return AuthErrc::unsupported_extension;
    // The name is not looked at: the start-up packet's counts, as in PostgreSQL.
    if (!attributes.take('n')) return AuthErrc::malformed_message;
    const auto nonce = attributes.take('r');
    if (!nonce || !is_nonce(*nonce) || !attributes.skip_extensions('\0')) return AuthErrc::malformed_message;
    first.nonce = *nonce;
    return first;
}

Result<ServerFirst> ServerFirst::from(std::string_view message) {
    if (!is_acceptable(message)) return AuthErrc::malformed_message;
    Attributes attributes(message);
    if (attributes.next_is('m')) return AuthErrc::unsupported_extension;
    const auto nonce = attributes.take('r');
    const auto salt = attributes.take('s');
    const auto iterations = attributes.take('i');
    if (!nonce || !salt || !iterations || !attributes.skip_extensions('\0'))
        return AuthErrc::malformed_message;
    auto salt_bytes = from_base64(*salt);
    if (!is_nonce(*nonce) || !salt_bytes || salt_bytes->empty()) return AuthErrc::malformed_message;
    std::uint32_t count = 0;
    const auto [end, error] =
        std::from_chars(iterations->data(), iterations->data() + iterations->size(), count);
    if (error == std::errc::result_out_of_range) return AuthErrc::iterations_out_of_range;
    if (error != std::errc{} || end != iterations->data() + iterations->size())
        return AuthErrc::malformed_message;
    return ServerFirst{*nonce, *std::move(salt_bytes), count};
}

Result<ClientFinal> ClientFinal::from(std::string_view message) {
    if (!is_acceptable(message)) return AuthErrc::malformed_message;
    Attributes attributes(message);
    const auto binding = attributes.take('c');
    if (!binding) return AuthErrc::malformed_message;
    if (attributes.next_is('m')) return AuthErrc::unsupported_extension;
    const auto nonce = attributes.take('r');
    if (!nonce || !attributes.skip_extensions('p')) return AuthErrc::malformed_message;
    const auto proof_at = attributes.position();
    const auto proof = attributes.take('p');
    // The proof stands last; a comma before it belongs to neither part.
    if (!proof || !attributes.done()) return AuthErrc::malformed_message;
    auto proof_bytes = from_base64(*proof);
    if (!proof_bytes || proof_bytes->size() != sizeof(Digest)) return AuthErrc::malformed_message;
    return ClientFinal{*binding, *nonce, *std::move(proof_bytes), message.substr(0, proof_at - 1)};
}

Result<ServerFinal> ServerFinal::from(std::string_view message) {
    if (!is_acceptable(message)) return AuthErrc::malformed_message;
    Attributes attributes(message);
    if (attributes.next_is('e')) return AuthErrc::wrong_password;
    const auto signature = attributes.take('v');
    if (!signature || !attributes.skip_extensions('\0')) return AuthErrc::malformed_message;
    auto bytes = from_base64(*signature);
    if (!bytes || bytes->size() != sizeof(Digest)) return AuthErrc::malformed_message;
    return ServerFinal{*std::move(bytes)};
}

}  // namespace gateway::auth
