#include "gateway/session/client_log_in.hpp"

#include <array>

#include "monitoring/log.hpp"

namespace gateway::session {
namespace {

using monitoring::LoginResult;

constexpr std::size_t log_in_chunk = 2048;

// By a token the person logs in himself: he is the user, and the tool.
auth::TokenResult<void> check_token(Environment& environment, std::string_view user, std::string_view token,
                                    auth::SessionNumber number) {
    const auto verifier = environment.tokens.get();
    if (!verifier) return auth::TokenErrc::not_configured;
    const auto now = wall_clock();
    const auto claims = verifier->verify(token, now, user);
    if (!claims) return claims.error();
    const auto person = environment.users.get()->names().of(claims->subject);
    if (!person || *person != user) return auth::TokenErrc::other_subject;
    // Only now: who finds another's token cannot use it up.
    return environment.shown_tokens.note(claims->issuer, claims->id, claims->usable_until, number, now);
}

StartUpRules rules_of(Environment& environment, bool unix_domain, bool tls_offered) {
    StartUpRules rules{
        .tls_offered = tls_offered,
        .tls_required = !unix_domain && environment.config.tls && environment.config.tls->required,
        .too_many_sessions = environment.threads.sessions() > environment.config.limits.sessions,
        .shutting_down = environment.draining.load(std::memory_order_relaxed),
        .number = auth::SessionNumber{environment.sessions_begun.fetch_add(1, std::memory_order_relaxed)},
        .login_of =
            [&environment](std::string_view user) {
                return environment.users.get()->login_of(user, environment.mock_secret);
            },
    };
    if (environment.config.tokens) {
        rules.takes_token = [&environment](std::string_view user) {
            return environment.users.get()->takes_token(user);
        };
        rules.check_token = [&environment, number = rules.number](std::string_view user,
                                                                  std::string_view token) {
            return check_token(environment, user, token, number);
        };
    }
    if (environment.config.tls && !environment.config.tls->client_ca_file.empty()) {
        rules.is_let_in = [&environment](std::string_view user,
                                         const std::vector<auth::CertificateName>& names) {
            return environment.users.get()->is_let_in(user, names);
        };
    }
    return rules;
}

class ClientLogIn {
public:
    ClientLogIn(Environment& environment, net::IoThread& thread, net::Stream& client, bool unix_domain)
        : environment_(environment),
          thread_(thread),
          client_(client),
          tls_(unix_domain ? nullptr : environment.tls.get()),
          machine_(rules_of(environment, unix_domain, tls_ != nullptr)),
          deadline_(thread.deadlines, [this] { client_.close(); }) {
        deadline_.arm(environment.config.timeouts.login);
    }

    net::Task<std::optional<LoggedIn>> run();

private:
    net::Task<bool> begin_tls(bool direct);
    net::Task<bool> tls_comes_first();
    net::Task<> cancel(CancelWanted wanted);

    Environment& environment_;
    net::IoThread& thread_;
    net::Stream& client_;
    std::shared_ptr<const net::ServerTls> tls_;
    StartUp machine_;
    net::Deadline deadline_;
};

net::Task<std::optional<LoggedIn>> ClientLogIn::run() {
    if (tls_) {
        const bool direct = co_await tls_comes_first();
        if (direct) {
            const bool shaken = co_await begin_tls(true);
            if (!shaken) co_return std::nullopt;
        }
    }
    std::array<char, log_in_chunk> chunk{};
    std::string answer;
    for (;;) {
        const net::IoResult read = co_await client_.read(chunk);
        if (deadline_.passed()) {
            environment_.metrics.login(LoginResult::timed_out);
            co_return std::nullopt;
        }
        if (read.status != net::IoStatus::done) co_return std::nullopt;
        answer.clear();
        StartUpStep step = machine_.on_client({chunk.data(), read.size}, answer);
        const bool sent = co_await client_.write(answer);
        if (!sent) co_return std::nullopt;
        if (const auto* refused = std::get_if<Refused>(&step)) {
            environment_.metrics.login(refused->why);
            const std::string_view why = refused->detail.empty() ? monitoring::name_of(refused->why)
                                                                 : std::string_view(refused->detail);
            monitoring::log(monitoring::Level::warning, "login_refused",
                            {{"user", refused->user}, {"why", why}});
            co_return std::nullopt;
        }
        if (auto* wanted = std::get_if<CancelWanted>(&step)) {
            co_await cancel(std::move(*wanted));
            co_return std::nullopt;
        }
        if (auto* who = std::get_if<LoggedIn>(&step)) co_return std::move(*who);
        if (!std::holds_alternative<BeginTls>(step)) continue;
        const bool shaken = co_await begin_tls(false);
        if (!shaken) co_return std::nullopt;
    }
}

// sslnegotiation=direct: the first byte is that of a TLS handshake, not of a packet's length.
net::Task<bool> ClientLogIn::tls_comes_first() {
    for (;;) {
        const bool ready = co_await client_.wait(net::IoStatus::want_readable);
        if (!ready) co_return false;
        char first = 0;
        const net::IoResult peeked = client_.peek(first);
        if (peeked.status == net::IoStatus::want_readable) continue;
        co_return peeked.status == net::IoStatus::done&& wire::is_tls_hello({&first, 1});
    }
}

net::Task<bool> ClientLogIn::begin_tls(bool direct) {
    const auto shaken = co_await client_.accept_tls(tls_);
    // Without ALPN another protocol's client could be led here (PostgreSQL 17's rule for direct TLS).
    const bool good = shaken && (!direct || net::chose_postgresql(client_.ssl()));
    if (good) {
        machine_.tls_began(tls_->certificate(),
                           auth::names_in_certificate(net::verified_certificate(client_.ssl())));
        co_return true;
    }
    environment_.metrics.login(deadline_.passed() ? LoginResult::timed_out : LoginResult::tls_failed);
    monitoring::log(monitoring::Level::info, "tls_failed",
                    {{"why", shaken ? "direct TLS without ALPN" : shaken.error().message}});
    co_return false;
}

// The client waits until we close: by then the server has been told. A wrong key is answered with nothing.
net::Task<> ClientLogIn::cancel(CancelWanted wanted) {
    auto pending = environment_.cancels.begin(thread_, wanted.process_id, wanted.key);
    if (!pending) co_return;
    deadline_.disarm();
    const auto target = pending->shared_target();
    co_await backend::forward_cancel(thread_, std::move(*pending),
                                     environment_.config.timeouts.backend_connect);
    // Only now: what the session ends by it must not be followed by a signal that hits the next statement.
    target->asked_for.fetch_add(1, std::memory_order_release);
}

}  // namespace

net::Task<std::optional<LoggedIn>> log_in_client(Environment& environment, net::IoThread& thread,
                                                 net::Stream& client, bool unix_domain) {
    ClientLogIn log_in(environment, thread, client, unix_domain);
    auto who = co_await log_in.run();
    co_return who;
}

}  // namespace gateway::session
