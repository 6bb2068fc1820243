#include "gateway/auth/users.hpp"

#include <algorithm>

namespace gateway::auth {

std::string UsersMistake::text() const {
    return file + (line > 0 ? ':' + std::to_string(line) : std::string{}) + ": " + message;
}

void throw_exception_from_error(const UsersMistakes& mistakes, const boost::source_location&) {
    throw std::logic_error(mistakes.list.empty() ? "users file" : mistakes.list.front().text());
}

bool lets_in(const LogInByCertificate& by, std::string_view name,
             const std::vector<CertificateName>& presented) {
    if (by.names.empty()) {
        return std::ranges::any_of(presented, [name](const CertificateName& one) {
            return one.kind == CertificateName::Kind::common_name && one.value == name;
        });
    }
    return std::ranges::any_of(by.names, [&presented](const CertificateName& known) {
        return std::ranges::find(presented, known) != presented.end();
    });
}

const LogIn* Users::log_in_of(std::string_view user) const {
    const auto found = users_.find(user);
    if (found == users_.end() || std::holds_alternative<NoLogIn>(found->second.log_in)) return nullptr;
    return &found->second.log_in;
}

LoginVerifier Users::login_of(std::string_view user, const MockSecret& secret) const {
    auto login = mock_verifier(user, secret);
    const LogIn* known = log_in_of(user);
    const auto* verifier = known == nullptr ? nullptr : std::get_if<ScramVerifier>(known);
    if (verifier != nullptr) login = {*verifier, true};
    return login;
}

bool Users::takes_token(std::string_view user) const {
    const LogIn* known = log_in_of(user);
    return known != nullptr && std::holds_alternative<LogInByToken>(*known);
}

bool Users::is_let_in(std::string_view user, const std::vector<CertificateName>& presented) const {
    const LogIn* known = log_in_of(user);
    const auto* by = known == nullptr ? nullptr : std::get_if<LogInByCertificate>(known);
    return by != nullptr && lets_in(*by, user, presented);
}

bool valid_user_name(std::string_view name) {
    constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1 of PostgreSQL
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !name.empty() && name.size() <= longest_name && std::ranges::none_of(name, is_control);
}

}  // namespace gateway::auth
