#include "gateway/session/serve.hpp"

#include "gateway/session/client_log_in.hpp"
#include "gateway/session/live_session.hpp"
#include "gateway/session/relay.hpp"
#include "gateway/session/restricted_driver.hpp"
#include "gateway/session/session_settings.hpp"
#include "gateway/wire/backend_writer.hpp"
#include "monitoring/log.hpp"

namespace gateway::session {
namespace {

using monitoring::LoginResult;

// What the client asked for, and what it may have.
struct Opening {
    std::string role;
    config::DatabaseAddress address;
    SessionSettings settings;
    std::optional<enforcement::RestrictedAccess> restricted = {};
};

struct OpeningRefused {
    LoginResult why;
    std::string sqlstate;
    std::string message;
    std::string hint;
};

std::variant<Opening, OpeningRefused> decide_opening(Environment& environment, const LoggedIn& who) {
    auto access = environment.access_of(who.user, who.database);
    if (const auto* none = std::get_if<enforcement::NoAccess>(&access)) {
        return OpeningRefused{LoginResult::not_permitted, none->sqlstate, none->message, none->hint};
    }
    if (const auto* free = std::get_if<enforcement::UnrestrictedAccess>(&access)) {
        return Opening{free->role->name, free->address, unrestricted_settings(who)};
    }
    auto& restricted = std::get<enforcement::RestrictedAccess>(access);
    if (!environment.make_restricted_core) {
        return OpeningRefused{LoginResult::not_permitted, "0A000", "restricted roles are not served", ""};
    }
    const auto& backend_user = config::backend_user_of(environment.config, restricted.role->name);
    auto settings = restricted_settings(who, restricted, environment.persons, backend_user.user);
    if (const auto* refused = std::get_if<SettingsRefused>(&settings)) {
        return OpeningRefused{LoginResult::not_permitted, refused->sqlstate, refused->message, refused->hint};
    }
    return Opening{restricted.role->name, restricted.address, std::get<SessionSettings>(std::move(settings)),
                   std::move(restricted)};
}

// Restricted statements are asked for one by one; what ends such a session is that the user is gone, or free.
std::function<bool()> held_access(const Environment& environment, const LoggedIn& who,
                                  const Opening& opening) {
    return [&environment, user = who.user, database = who.database, role = opening.role,
            address = opening.address, restricted = opening.restricted.has_value()] {
        if (!environment.users.get()->contains(user)) return false;
        const auto access = environment.access_of(user, database);
        const auto* free = std::get_if<enforcement::UnrestrictedAccess>(&access);
        if (restricted) return free == nullptr;
        return free != nullptr && free->role->name == role && free->address == address;
    };
}

backend::SessionRequest request_for(const config::Config& config, const Opening& opening) {
    const config::BackendUser& user = config::backend_user_of(config, opening.role);
    return {opening.role, user.user, user.password, opening.address.database, opening.settings.for_backend};
}

// The server's notices as the client may read them; no core: as they are.
std::string notices_for(SessionCore* core, const std::string& notices) {
    if (core == nullptr || notices.empty()) return notices;
    Effects effects;
    core->on_backend(notices, std::chrono::steady_clock::now(), effects);
    return std::move(effects.to_client);
}

// All that a server says between AuthenticationOk and the first statement.
std::string greeting(const backend::BackendFacts& facts, std::string_view secret, SessionCore* core) {
    std::string bytes = notices_for(core, facts.notices_first);
    wire::BackendWriter writer(bytes);
    for (const auto& [name, value] : facts.parameters.values())
        writer.parameter_status(name, value);
    if (facts.process_id != 0) writer.backend_key_data(facts.process_id, secret);
    bytes += notices_for(core, facts.notices_last);
    writer.ready_for_query(wire::TransactionStatus::idle);
    return bytes;
}

net::Task<> refuse(net::Stream& client, OpeningRefused refused, const LoggedIn& who,
                   Environment& environment) {
    environment.metrics.login(refused.why);
    monitoring::log(monitoring::Level::warning, "login_refused",
                    {{"user", who.user}, {"database", who.database}, {"why", refused.message}});
    std::string answer;
    StartUp::append_fatal(answer, refused.sqlstate, refused.message, refused.hint);
    co_await client.write(answer);
    client.close();
}

net::Task<> report(net::Stream& client, backend::ConnectError error, Environment& environment) {
    environment.metrics.login(LoginResult::backend_failed);
    monitoring::log(monitoring::Level::warning, "backend_failed",
                    {{"sqlstate", error.sqlstate}, {"why", error.log}});
    std::string answer = std::move(error.response);
    if (answer.empty()) StartUp::append_fatal(answer, error.sqlstate, error.message, error.hint);
    co_await client.write(answer);
    client.close();
}

net::Task<> open_session(Environment& environment, net::IoThread& thread, net::Stream client, LoggedIn who) {
    auto decided = decide_opening(environment, who);
    if (auto* refused = std::get_if<OpeningRefused>(&decided)) {
        co_await refuse(client, std::move(*refused), who, environment);
        co_return;
    }
    auto& opening = std::get<Opening>(decided);
    auto access_holds = held_access(environment, who, opening);
    backend::Pool& pool = environment.pools.at(opening.address.server);
    auto leased = co_await pool.lease(thread, request_for(environment.config, opening));
    if (!leased) {
        co_await report(client, std::move(leased).error(), environment);
        co_return;
    }
    auto lease = std::move(*leased);
    auto target = std::make_shared<backend::CancelTarget>();
    target->server = pool.server();
    target->process_id = lease->connection.facts.process_id;
    target->key = lease->connection.facts.cancel_key;
    auto cancel = environment.cancels.add(std::move(target));
    auto& metrics = environment.metrics.role(opening.role);
    std::unique_ptr<SessionCore> core;
    if (opening.restricted) {
        core = environment.make_restricted_core({who.user, who.database, std::move(*opening.restricted),
                                                 std::move(opening.settings.search_path),
                                                 std::move(opening.settings.asker), who.number, metrics});
    }
    const std::string hello = greeting(lease->connection.facts, cancel->secret(), core.get());
    const bool sent = co_await client.write(hello);
    if (!sent) {
        auto unused = cancel->target();
        cancel.reset();
        pool.give_back(thread, std::move(lease), std::move(unused), backend::LeftBy::restricted);
        co_return;
    }
    environment.metrics.login(LoginResult::accepted);

    auto session = std::make_unique<LiveSession>(
        thread, environment.rosters.at(&thread), std::move(client), std::move(lease), pool, std::move(cancel),
        metrics, std::move(who.early), environment.config.timeouts.idle,
        environment.config.timeouts.backend_connect,
        [&environment, database = who.database](std::function<void()> done) {
            return environment.read_catalog(database, std::move(done));
        },
        environment.budgets, std::move(access_holds), who.replication.empty());
    if (core) {
        co_await drive(std::move(session), std::move(core));
    } else {
        co_await relay(std::move(session));
    }
}

// Takes one client off its thread's count when its connection ends, however that comes.
class Counted {
public:
    explicit Counted(net::IoThread& thread) : thread_(thread) {}
    ~Counted() { thread_.sessions.fetch_sub(1, std::memory_order_release); }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    net::IoThread& thread_;
};

}  // namespace

net::Task<> serve(Environment& environment, net::IoThread& thread, net::Fd fd, bool unix_domain) {
    const Counted counted(thread);
    net::Stream client(thread.context, std::move(fd));
    auto who = co_await log_in_client(environment, thread, client, unix_domain);
    if (!who) {
        client.close();
        co_return;
    }
    co_await open_session(environment, thread, std::move(client), std::move(*who));
}

}  // namespace gateway::session
