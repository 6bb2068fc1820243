#include "gateway/opened_parts.hpp"

#include "gateway/shared_store/shared_key.hpp"

namespace gateway {

std::optional<Files> read_files(const config::Config& config, std::vector<std::string>& mistakes) {
    Files files;
    auto users = auth::UsersFile::load(config.users_file);
    if (users) {
        files.users = std::make_shared<auth::Users>(users->users());
    } else {
        for (const auto& mistake : users.error().list)
            mistakes.push_back(mistake.text());
    }
    if (config.tls) {
        auto tls = net::ServerTls::load(*config.tls);
        if (tls) {
            files.tls = *tls;
        } else {
            mistakes.push_back(tls.error().message);
        }
    }
    if (config.tokens) {
        auto tokens = auth::TokenVerifier::load(*config.tokens);
        if (tokens) {
            files.tokens = std::make_shared<auth::TokenVerifier>(*std::move(tokens));
        } else {
            mistakes.push_back(tokens.error().message);
        }
    }
    if (!mistakes.empty()) return std::nullopt;
    return files;
}

auth::MockSecret mock_secret(const config::Config& config) {
    std::string stable = config.backend_default.password;
    for (const auto& [role, user] : config.backend_roles)
        stable += user.password;
    return stable.empty() ? auth::MockSecret::random() : auth::MockSecret::derived_from(stable);
}

std::unique_ptr<accounting::BudgetBook> open_budgets(const config::Config& config,
                                                     std::vector<std::string>& mistakes) {
    std::optional<accounting::SharedSettings> shared;
    if (config.shared_budgets) {
        shared = accounting::SharedSettings{.secret = shared_store::shared_key(config.shared_budgets->secret),
                                            .lease = config.shared_budgets->lease};
    }
    if (config.budget_journal.empty())
        return shared ? std::make_unique<accounting::BudgetBook>(*shared)
                      : std::make_unique<accounting::BudgetBook>();
    const accounting::Moment now;
    auto book = shared ? accounting::BudgetBook::open(*shared, config.budget_journal, now)
                       : accounting::BudgetBook::open(config.budget_journal, now);
    if (book) return std::move(*book);
    mistakes.push_back("budget journal " + book.error().message);
    return nullptr;
}

std::unique_ptr<detection::FrozenUsers> open_frozen_users(const config::Config& config,
                                                          std::vector<std::string>& mistakes) {
    if (config.frozen_users_file.empty()) return std::make_unique<detection::FrozenUsers>();
    auto users = detection::FrozenUsers::open(config.frozen_users_file);
    if (users) return std::move(*users);
    mistakes.push_back("frozen_users_file: " + users.error().message);
    return nullptr;
}

std::unique_ptr<events::Webhook> open_webhook(const config::Config& config, monitoring::Metrics& metrics,
                                              std::vector<std::string>& mistakes) {
    if (!config.webhook) return nullptr;
    auto opened = events::Webhook::open(
        *config.webhook, [&metrics](monitoring::WebhookOutcome outcome) { metrics.webhook_event(outcome); });
    if (opened) return std::move(*opened);
    mistakes.push_back("events.webhook: " + opened.error().message);
    return nullptr;
}

std::optional<Servers> prepare_servers(const config::Config& config, std::vector<std::string>& mistakes) {
    Servers servers;
    for (const auto& [name, server] : config.servers) {
        auto prepared = backend::Server::prepare(server);
        if (prepared) {
            servers.emplace(name, *prepared);
        } else {
            mistakes.push_back("server " + name + ": " + prepared.error().message);
        }
    }
    if (!mistakes.empty()) return std::nullopt;
    return servers;
}

std::shared_ptr<const net::ClientTls> redis_tls(const config::Config& config,
                                                std::vector<std::string>& mistakes) {
    if (!config.shared_budgets || !config.shared_budgets->tls) return nullptr;
    auto tls = net::ClientTls::load(*config.shared_budgets->tls, config.shared_budgets->redis.host);
    if (tls) return *tls;
    mistakes.push_back("shared_budgets: " + tls.error().message);
    return nullptr;
}

}  // namespace gateway
