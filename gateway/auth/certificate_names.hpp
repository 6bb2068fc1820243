#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::auth {

/// One name that a client's certificate can carry, as the users file writes it: `CN:agent7`,
/// `DNS:desk.internal`, `email:agent7@mail.example`, `URI:spiffe://tabir/desk` (the words of openssl's
/// subjectAltName).
struct CertificateName {
    enum class Kind { common_name, dns, email, uri };

    Kind kind = Kind::common_name;
    std::string value;

    bool operator==(const CertificateName&) const = default;

    /// nullopt: of no such form, empty, or with a wildcard, which names nobody.
    [[nodiscard]] static std::optional<CertificateName> from(std::string_view text);
    [[nodiscard]] std::string text() const;
};

/// The names in a certificate (DER) that was verified: the common name of its subject and its alternative
/// names of the kinds above, DNS names in small letters. Empty, so that it names nobody, if the certificate
/// cannot be read, has several common names, or a name with a NUL or another control character in it; names
/// with a wildcard are left out.
[[nodiscard]] std::vector<CertificateName> names_in_certificate(std::string_view der);

}  // namespace gateway::auth
