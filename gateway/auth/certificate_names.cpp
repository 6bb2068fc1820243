#include "gateway/auth/certificate_names.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>

namespace gateway::auth {

namespace {

using Kind = CertificateName::Kind;

struct NamedKind {
    std::string_view prefix;
    Kind kind;
};
constexpr std::array named_kinds{NamedKind{"CN:", Kind::common_name}, NamedKind{"DNS:", Kind::dns},
                                 NamedKind{"email:", Kind::email}, NamedKind{"URI:", Kind::uri}};

// As RFC 4343 compares them.
std::string in_small_letters(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    });
    return text;
}

CertificateName name_of_kind(Kind kind, std::string value) {
    return {kind, kind == Kind::dns ? in_small_letters(std::move(value)) : std::move(value)};
}

bool is_clean(std::string_view text) {
    return !text.empty() && std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

// As UTF-8; nullopt where a C string would end early, or show something else.
std::optional<std::string> text_of_asn1(const ASN1_STRING* value) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, value);
    if (size < 0) return std::nullopt;
    std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
    return is_clean(text) ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<Kind> kind_of_general_name(int type) {
    switch (type) {
        case GEN_DNS: return Kind::dns;
        case GEN_EMAIL: return Kind::email;
        case GEN_URI: return Kind::uri;
        default: return std::nullopt;  // addresses, directory names: OpenSSL's list, not ours
    }
}

// False: the whole certificate is suspect.
bool add_common_name(const X509* certificate, std::vector<CertificateName>& names) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const int first = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (first < 0) return true;
    if (X509_NAME_get_index_by_NID(subject, NID_commonName, first) >= 0) return false;
    auto text = text_of_asn1(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, first)));
    if (!text) return false;
    names.push_back({Kind::common_name, *std::move(text)});
    return true;
}

bool add_alternative_names(const X509* certificate, std::vector<CertificateName>& names) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    for (int at = 0; all && at < sk_GENERAL_NAME_num(all.get()); ++at) {
        int type = 0;
        const void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), at), &type);
        const auto kind = kind_of_general_name(type);
        if (!kind) continue;
        auto text = text_of_asn1(static_cast<const ASN1_STRING*>(value));
        if (!text) return false;
        names.push_back(name_of_kind(*kind, *std::move(text)));
    }
    return true;
}

}  // namespace

std::optional<CertificateName> CertificateName::from(std::string_view text) {
    const auto known = std::ranges::find_if(
        named_kinds, [text](const NamedKind& one) { return text.starts_with(one.prefix); });
    if (known == named_kinds.end()) return std::nullopt;
    text.remove_prefix(known->prefix.size());
    if (!is_clean(text) || text.find('*') != std::string_view::npos) return std::nullopt;
    return name_of_kind(known->kind, std::string(text));
}

std::string CertificateName::text() const {
    const auto known = std::ranges::find(named_kinds, kind, &NamedKind::kind);
    return std::string(known->prefix) + value;
}

std::vector<CertificateName> names_in_certificate(std::string_view der) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free);
    std::vector<CertificateName> names;
    if (!certificate || !add_common_name(certificate.get(), names) ||
        !add_alternative_names(certificate.get(), names)) {
        return {};
    }
    std::erase_if(names,
                  [](const CertificateName& name) { return name.value.find('*') != std::string::npos; });
    return names;
}

}  // namespace gateway::auth
