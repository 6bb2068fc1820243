#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/auth/token_verifier.hpp"
#include "gateway/auth/users.hpp"
#include "gateway/backend/server.hpp"
#include "gateway/config/config.hpp"
#include "gateway/detection/frozen_users.hpp"
#include "gateway/events/webhook.hpp"
#include "gateway/net/tls_context.hpp"
#include "monitoring/metrics.hpp"

// What a configuration names, read and opened. Each function adds to `mistakes` what it finds wrong, and
// gives nothing then.
namespace gateway {

/// What is read from files at start, and again on SIGHUP.
struct Files {
    std::shared_ptr<const auth::Users> users;
    std::shared_ptr<const net::ServerTls> tls;
    std::shared_ptr<const auth::TokenVerifier> tokens;
};
[[nodiscard]] std::optional<Files> read_files(const config::Config& config,
                                              std::vector<std::string>& mistakes);

using Servers = std::map<std::string, std::shared_ptr<const backend::Server>>;
[[nodiscard]] std::optional<Servers> prepare_servers(const config::Config& config,
                                                     std::vector<std::string>& mistakes);

/// Budgets in memory, with a journal, or shared with other replicas.
[[nodiscard]] std::unique_ptr<accounting::BudgetBook> open_budgets(const config::Config& config,
                                                                   std::vector<std::string>& mistakes);
/// nullptr: Redis is asked in clear, or nothing is shared.
[[nodiscard]] std::shared_ptr<const net::ClientTls> redis_tls(const config::Config& config,
                                                              std::vector<std::string>& mistakes);
[[nodiscard]] std::unique_ptr<detection::FrozenUsers> open_frozen_users(const config::Config& config,
                                                                        std::vector<std::string>& mistakes);
/// nullptr: there is none.
[[nodiscard]] std::unique_ptr<events::Webhook> open_webhook(const config::Config& config,
                                                            monitoring::Metrics& metrics,
                                                            std::vector<std::string>& mistakes);

/// Unknown users see salts that stay the same over restarts and replicas, as those of known ones do.
[[nodiscard]] auth::MockSecret mock_secret(const config::Config& config);

}  // namespace gateway
