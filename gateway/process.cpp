#include "gateway/process.hpp"

#include <boost/asio/post.hpp>
#include <cstdio>
#include <optional>
#include <thread>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/detection/detection.hpp"
#include "gateway/enforcement/enforcer.hpp"
#include "gateway/enforcement/policy_store.hpp"
#include "gateway/enforcement/wall_check.hpp"
#include "gateway/events/event_report.hpp"
#include "gateway/http/http_server.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/net/spawn.hpp"
#include "gateway/opened_parts.hpp"
#include "gateway/session/environment.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/serve.hpp"
#include "gateway/shared_store/redis_link.hpp"
#include "gateway/signals.hpp"
#include "monitoring/log.hpp"

namespace gateway {
namespace {

using monitoring::Level;
using Clock = std::chrono::steady_clock;

constexpr int cannot_run = 1;
constexpr int broken_configuration = 2;
constexpr std::chrono::seconds housekeeping{1};
constexpr std::chrono::milliseconds drain_poll{50};
constexpr std::chrono::seconds last_words{2};  // for 57P01 and the cancels that are owed, after the deadline

class Process {
public:
    explicit Process(config::Config config)
        : config_(std::move(config)),
          policies_(config_, metrics_, backend::reader_for(config_)),
          enforcer_(config_.limits.plan_cache_bytes, config_.limits.statement_bytes) {
        metrics_.before_serialize([this] {
            const auto counts = enforcer_.cache_counts();
            metrics_.plan_cache(counts.hits, counts.misses, counts.bytes);
            metrics_.internal_errors(net::failed_tasks());
            if (auto* store = budgets_ ? budgets_->store() : nullptr)
                metrics_.shared_budgets_available(store->available());
            metrics_.frozen_users(frozen_ ? frozen_->size() : 0);
        });
    }

    int run();

private:
    bool listen(session::Environment& environment, net::IoThreads& threads);
    void warn_of_rights() const;
    void serve_until_told_to_stop(session::Environment& environment);
    void look_at_frozen();
    void reload(session::Environment& environment);
    static void recheck_access(session::Environment& environment);
    void drain(session::Environment& environment);

    std::unique_ptr<session::SessionCore> restricted_core(session::RestrictedStart start,
                                                          const session::PersonRules& persons);

    config::Config config_;
    Signals signals_;  // before any thread starts
    monitoring::Metrics metrics_;
    http::Readiness readiness_;
    enforcement::PolicyStore policies_;
    enforcement::Enforcer enforcer_;
    std::unique_ptr<accounting::BudgetBook> budgets_;
    std::optional<shared_store::RedisLink> redis_;
    std::unique_ptr<detection::FrozenUsers> frozen_;
    std::unique_ptr<events::Webhook> webhook_;
    std::optional<events::EventReport> report_;
    std::optional<detection::Detection> detection_;
    std::string frozen_trouble_;  // that was logged last
    std::vector<std::unique_ptr<net::Listener>> listeners_;
    std::optional<http::HttpServer> http_;
};

int fail(const std::vector<std::string>& mistakes, int code) {
    for (const std::string& mistake : mistakes)
        std::fprintf(stderr, "%s\n", mistake.c_str());
    return code;
}

int Process::run() {
    if (const auto level = monitoring::level_of(config_.log_level)) monitoring::set_log_level(*level);
    std::vector<std::string> mistakes;
    auto files = read_files(config_, mistakes);
    const auto servers = prepare_servers(config_, mistakes);
    budgets_ = open_budgets(config_, mistakes);
    const auto tls_to_redis = redis_tls(config_, mistakes);
    frozen_ = open_frozen_users(config_, mistakes);
    webhook_ = open_webhook(config_, metrics_, mistakes);
    for (const auto& mistake : policies_.start(config_.timeouts.backend_connect))
        mistakes.push_back(mistake.text());
    if (!mistakes.empty() || !files || !servers) return fail(mistakes, broken_configuration);
    report_.emplace(metrics_, webhook_.get());
    detection_.emplace(
        *frozen_, [this](const detection::SecurityEvent& event) { report_->tell(event); },
        &std::chrono::system_clock::now);

    net::IoThreads threads(config_.limits.threads);
    session::Environment environment{
        .config = config_,
        .threads = threads,
        .metrics = metrics_,
        .tls = config::Current<net::ServerTls>(files->tls),
        .users = config::Current<auth::Users>(files->users),
        .tokens = config::Current<auth::TokenVerifier>(files->tokens),
        .mock_secret = mock_secret(config_),
        .access_of = [this](
                         std::string_view user,
                         std::string_view database) { return policies_.current()->access(user, database); },
        .read_catalog =
            [this](std::string_view database, std::function<void()> done) {
                return policies_.refresh_catalog(database, std::move(done));
            },
        .budgets = *budgets_,
    };
    environment.persons = session::person_rules(environment);
    environment.make_restricted_core = [this, &environment](session::RestrictedStart start) {
        return restricted_core(std::move(start), environment.persons);
    };
    const backend::PoolLimits limits{config_.limits.pool_size, config_.timeouts.backend_connect,
                                     config_.timeouts.backend_idle};
    for (const auto& [name, server] : *servers)
        environment.pools.try_emplace(name, server, limits, metrics_);
    for (const auto& thread : threads.all())
        environment.rosters.try_emplace(thread.get());

    if (auto* store = budgets_->store()) redis_.emplace(*config_.shared_budgets, tls_to_redis, *store);

    const bool listening = listen(environment, threads);
    if (listening) {
        std::thread wall([this] { warn_of_rights(); });  // may wait for slow servers, as catalogs do
        serve_until_told_to_stop(environment);
        wall.join();
    }
    listeners_.clear();
    threads.stop();  // and with them every conversation that is left; only then may the environment go
    if (redis_) redis_->stop();
    if (http_) http_->stop();
    return listening ? 0 : cannot_run;
}

std::unique_ptr<session::SessionCore> Process::restricted_core(session::RestrictedStart start,
                                                               const session::PersonRules& persons) {
    return std::make_unique<session::RestrictedSession>(
        session::RestrictedServices{
            .planner = enforcer_,
            .budgets = *budgets_,
            .detection = *detection_,
            .access_of =
                [this](std::string_view user, std::string_view database) {
                    return policies_.current()->access(user, database);
                },
            .policy_generation = [this] { return policies_.generation(); },
            .clock = &Clock::now,
            .persons = persons,
        },
        session::RestrictedIdentity{.user = std::move(start.user),
                                    .database = std::move(start.database),
                                    .access = std::move(start.access),
                                    .search_path = std::move(start.search_path),
                                    .asker = std::move(start.asker),
                                    .number = start.number},
        start.metrics);
}

// Binds everything before anything is accepted, and tells the real ports.
bool Process::listen(session::Environment& environment, net::IoThreads& threads) {
    std::vector<net::BoundSocket> sockets;
    for (const auto& endpoint : config_.listen) {
        auto bound = net::bind_endpoint(endpoint);
        if (!bound) {
            std::fprintf(stderr, "%s\n", bound.error().message.c_str());
            return false;
        }
        for (auto& socket : *bound)
            sockets.push_back(std::move(socket));
    }
    if (auto* store = budgets_->store()) {
        readiness_.unless_degraded([store]() -> std::optional<std::string> {
            if (store->available()) return std::nullopt;
            return "budgets are shared through Redis, which does not answer: people who are counted are not "
                   "shown";
        });
    }
    if (config_.http) {
        http_.emplace(*config_.http, metrics_, readiness_);
        const auto started = http_->start();
        if (!started) {
            std::fprintf(stderr, "cannot listen on %s: %s\n", config_.http->text().c_str(),
                         started.error().message().c_str());
            return false;
        }
    }
    for (auto& socket : sockets) {
        listeners_.push_back(std::make_unique<net::Listener>(
            threads, std::move(socket),
            [&environment](net::IoThread& thread, net::Fd client, bool unix_domain) {
                net::spawn(thread.context.get_executor(),
                           session::serve(environment, thread, std::move(client), unix_domain), "a session");
            }));
        std::printf("tabir: listening on %s\n", listeners_.back()->endpoint().text().c_str());
    }
    if (http_) std::printf("tabir: http on %s:%u\n", config_.http->host.c_str(), unsigned{http_->port()});
    std::fflush(stdout);
    readiness_.now_ready();
    metrics_.ready(true);
    return true;
}

// The second wall, at start: a gateway goes on with rights that are too wide, for it does not rely on them.
void Process::warn_of_rights() const {
    const auto files = enforcement::load_policy_files(config_);
    if (!std::holds_alternative<enforcement::PolicyFiles>(files)) return;  // a reload would tell
    const auto reports =
        enforcement::check_walls(config_, std::get<enforcement::PolicyFiles>(files),
                                 backend::reader_for(config_), enforcement::rights_reader_for(config_));
    for (const enforcement::WallReport& report : reports) {
        if (!report.error.empty()) {
            monitoring::log(Level::warning, "rights_unknown",
                            {{"database", report.database}, {"why", report.error}});
        }
        for (const enforcement::WallFinding& finding : report.findings) {
            if (finding.advice) continue;
            monitoring::log(Level::warning, "rights_too_wide_or_missing",
                            {{"database", report.database},
                             {"user", report.user},
                             {"what", finding.what},
                             {"fix", finding.fix}});
        }
    }
}

void Process::serve_until_told_to_stop(session::Environment& environment) {
    std::uint64_t rechecked = policies_.generation();
    for (;;) {
        switch (signals_.wait(housekeeping)) {
            case Signals::Event::none:
                for (auto& [name, pool] : environment.pools)
                    pool.sweep(Clock::now());
                budgets_->tidy(Clock::now());
                look_at_frozen();
                if (const auto now = policies_.generation(); now != rechecked) {
                    rechecked = now;
                    recheck_access(environment);
                }
                break;
            case Signals::Event::reload: reload(environment); break;
            case Signals::Event::stop: drain(environment); return;
        }
    }
}

// Somebody may have been thawed, or frozen by another replica.
void Process::look_at_frozen() {
    std::string trouble = frozen_->look();
    if (!trouble.empty() && trouble != frozen_trouble_)
        monitoring::log(Level::error, "frozen_users_failed", {{"why", trouble}});
    frozen_trouble_ = std::move(trouble);
}

void Process::reload(session::Environment& environment) {
    look_at_frozen();
    std::vector<std::string> mistakes;
    const auto files = read_files(config_, mistakes);
    if (files) {
        environment.users.replace(files->users);
        environment.tls.replace(files->tls);
        environment.tokens.replace(files->tokens);
        monitoring::log(Level::info, "reloaded", {{"users", files->users->size()}});
        recheck_access(environment);
    }
    for (const std::string& mistake : mistakes)
        monitoring::log(Level::error, "reload_refused", {{"why", mistake}});
    policies_.reload([](const policies::Mistakes& found) {
        for (const auto& mistake : found) {
            monitoring::log(Level::error, "policy_refused", {{"why", mistake.text()}});
        }
        if (found.empty()) monitoring::log(Level::info, "policy_reloaded");
    });
}

void Process::recheck_access(session::Environment& environment) {
    environment.threads.post_to_all(
        [&environment](net::IoThread& thread) { environment.rosters.at(&thread).recheck_access(); });
}

// Statements and transactions under way may finish until the deadline. A second signal brings the deadline
// forward, a third ends the process wherever it stands. SIGHUP says nothing any more.
void Process::drain(session::Environment& environment) {
    monitoring::log(Level::info, "draining", {{"sessions", environment.threads.sessions()}});
    readiness_.not_ready("draining");
    metrics_.ready(false);
    environment.draining = true;
    for (const auto& listener : listeners_)
        listener->stop();
    const auto ask = [&environment](void (session::Roster::*how)()) {
        environment.threads.post_to_all(
            [&environment, how](net::IoThread& thread) { (environment.rosters.at(&thread).*how)(); });
    };
    // Asked again and again, for those that log in meanwhile.
    const auto ask_until = [&](Clock::time_point deadline, void (session::Roster::*how)()) {
        do {
            ask(how);
            if (signals_.wait(drain_poll) == Signals::Event::stop) return;
        } while (!environment.threads.done() && Clock::now() < deadline);
    };
    ask_until(Clock::now() + config_.timeouts.drain, &session::Roster::end_at_rest);
    if (!environment.threads.done()) ask_until(Clock::now() + last_words, &session::Roster::end_now);
}

}  // namespace

int run_process(config::Config config) { return Process(std::move(config)).run(); }

}  // namespace gateway
