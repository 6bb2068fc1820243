#include "gateway/auth/users.hpp"

#include <algorithm>

namespace gateway::auth {

std::string UsersMistake::text() const {
    return file + (line > 0 ? ':' + std::to_string(line) : std::string{}) + ": " + message;
}

void throw_exception_from_error(const UsersMistakes& mistakes, const boost::source_location&) {
    throw std::logic_error(mistakes.list.empty() ? "users file" : mistakes.list.front().text());
}

LoginVerifier Users::login_of(std::string_view user, const MockSecret& secret) const {
    auto login = mock_verifier(user, secret);
    if (const auto found = verifiers_.find(user); found != verifiers_.end()) login = {found->second, true};
    return login;
}

bool valid_user_name(std::string_view name) {
    constexpr std::size_t longest_name = 63;  // NAMEDATALEN - 1 of PostgreSQL
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !name.empty() && name.size() <= longest_name && std::ranges::none_of(name, is_control);
}

}  // namespace gateway::auth
