#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/session/person_rules.hpp"
#include "gateway/session/session_core.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::session {

/// What a restricted session begins with, once both sides are logged in.
struct RestrictedStart {
    std::string user;
    std::string database;                  // as the client names it
    enforcement::RestrictedAccess access;  // at the log-in
    std::vector<std::string> search_path;  // the client's own
    Asker asker;                           // for whom the client says it asks
    auth::SessionNumber number;
    monitoring::RoleMetrics& metrics;
};

/// Makes the conversation of one restricted session. Thread-safe.
using RestrictedCoreFactory = std::function<std::unique_ptr<SessionCore>(RestrictedStart)>;

}  // namespace gateway::session
