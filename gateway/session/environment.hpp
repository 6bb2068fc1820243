#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/auth/token_verifier.hpp"
#include "gateway/auth/users.hpp"
#include "gateway/backend/pool.hpp"
#include "gateway/config/config.hpp"
#include "gateway/config/current.hpp"
#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/session/person_rules.hpp"
#include "gateway/session/restricted_start.hpp"
#include "gateway/session/roster.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::session {

/// What all sessions share. Outlives the I/O threads' coroutines.
struct Environment {
    const config::Config& config;
    net::IoThreads& threads;
    monitoring::Metrics& metrics;
    config::Current<net::ServerTls> tls;  // nullptr: TLS is not configured
    config::Current<auth::Users> users;
    config::Current<auth::TokenVerifier> tokens;  // nullptr: none are taken
    auth::MockSecret mock_secret;
    std::function<enforcement::Access(std::string_view user, std::string_view database)> access_of;
    /// Reads the database's catalog anew; `done` is called on another thread. False: nothing will be read.
    std::function<bool(std::string_view database, std::function<void()> done)> read_catalog;
    accounting::BudgetBook& budgets;
    PersonRules persons = {};
    RestrictedCoreFactory make_restricted_core = {};
    std::map<std::string, backend::Pool> pools = {};  // by the server's name
    std::map<const net::IoThread*, Roster> rosters = {};
    backend::CancelRegistry cancels = {};
    auth::ReplayCache shown_tokens{};
    std::atomic<std::uint64_t> sessions_begun{0};  // gives each its auth::SessionNumber
    std::atomic<bool> draining{false};
};

/// The time of day, to which tokens refer.
[[nodiscard]] auth::WallTime wall_clock();

/// By the users file's names and the keys of now. `environment` outlives them.
[[nodiscard]] PersonRules person_rules(Environment& environment);

}  // namespace gateway::session
