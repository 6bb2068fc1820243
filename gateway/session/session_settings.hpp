#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/session/person_rules.hpp"
#include "gateway/session/start_up.hpp"

namespace gateway::session {

/// With what the back end's session is opened for a client.
struct SessionSettings {
    Settings for_backend;
    std::vector<std::string> search_path = {};  // restricted roles only: kept by the gateway
    Asker asker = {};                           // restricted roles only
};

struct SettingsRefused {
    std::string sqlstate;
    std::string message;
    std::string hint;
};

/// For an unrestricted role: all that the client said, in its words; the server judges it.
[[nodiscard]] SessionSettings unrestricted_settings(const LoggedIn& who);

/// For a restricted role: each setting is checked by the policy, `options` are taken apart (a named parameter
/// wins over them, as in PostgreSQL), and the back end gets the search path and encoding that the gateway
/// relies on, and no JIT unless the client asks for it. A client that names no search path has the one that
/// the database gives to `backend_user`.
[[nodiscard]] std::variant<SessionSettings, SettingsRefused> restricted_settings(
    const LoggedIn& who, const enforcement::RestrictedAccess& access, const PersonRules& persons,
    std::string_view backend_user);

}  // namespace gateway::session
