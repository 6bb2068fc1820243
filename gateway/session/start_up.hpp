#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/auth/certificate_names.hpp"
#include "gateway/auth/replay_cache.hpp"
#include "gateway/auth/scram_server.hpp"
#include "gateway/auth/token_errors.hpp"
#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/startup.hpp"
#include "monitoring/labels.hpp"

namespace gateway::session {

/// Start-up parameters besides user and database, as the client gave them.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Who came, proven by SCRAM, a token or a certificate, and what the session shall begin with.
struct LoggedIn {
    std::string user;
    std::string database;
    Settings settings;
    std::string options;
    std::string replication;
    std::string early;  // bytes behind the log-in of a client that did not wait: the session's first
    auth::SessionNumber number{};  // to whom tokens that it shows belong from then on
};

/// How the next step of a log-in looks. Whatever it is, the answer is sent first.
struct NeedBytes {};
struct BeginTls {};  // shake hands, then tell tls_began()
struct CancelWanted {
    std::uint32_t process_id;
    std::string key;
};
struct Refused {
    monitoring::LoginResult why;
    std::string user = {};    // as the client says; empty where it did not get that far
    std::string detail = {};  // for the log, where there is more to say than `why`
};
using StartUpStep = std::variant<NeedBytes, BeginTls, CancelWanted, LoggedIn, Refused>;

/// What the log-in of one connection hangs on.
struct StartUpRules {
    bool tls_offered = false;
    bool tls_required = false;  // not through Unix sockets
    bool too_many_sessions = false;
    bool shutting_down = false;
    auth::SessionNumber number{};
    std::function<auth::LoginVerifier(std::string_view user)> login_of;
    /// Log-ins by token: whether the user is one of them, and whether the token is his. Empty: none are
    /// taken.
    std::function<bool(std::string_view user)> takes_token = {};
    std::function<auth::TokenResult<void>(std::string_view user, std::string_view token)> check_token = {};
    /// Log-ins by certificate: whether one with these names is the user's. Empty: none are taken.
    std::function<bool(std::string_view user, const std::vector<auth::CertificateName>& names)> is_let_in =
        {};
};

/// The first part of a client's conversation: encryption requests in any order, cancel requests, the start-up
/// packet, SCRAM. Sans-IO. Words and SQLSTATEs are PostgreSQL's.
///
/// Only under TLS, users of tokens are asked for one (AuthenticationCleartextPassword), and those of
/// certificates are in. Everybody else, they too without TLS or without their certificate, goes through SCRAM
/// as an unknown user does. That a name belongs to a user of tokens can therefore be seen, but only under
/// TLS; what tokens and certificates need is told with each failed log-in, whoever tried it.
class StartUp {
public:
    explicit StartUp(StartUpRules rules);

    /// `answer` gets what is to be sent.
    StartUpStep on_client(wire::ByteView bytes, std::string& answer);

    /// The handshake succeeded. `certificate`: our own (DER), to which SCRAM-SHA-256-PLUS is bound. `client`:
    /// the names in the client's verified certificate, if it has shown one.
    void tls_began(const std::string& certificate, std::vector<auth::CertificateName> client = {});

    /// What a failure of the database server after the log-in, or a role without rights, is told with.
    static void append_fatal(std::string& answer, std::string_view sqlstate, std::string_view message,
                             std::string_view hint = {});

private:
    enum class Phase { packets, token, sasl_initial, sasl_final, over };

    StartUpStep take_packet(wire::ByteView packet, std::string& answer);
    StartUpStep begin_session(const wire::StartupMessage& message, std::string& answer);
    StartUpStep take_password(const wire::Frame& frame, std::string& answer);
    StartUpStep take_token(wire::ByteView body, std::string& answer);
    StartUpStep take_sasl_initial(wire::ByteView body, std::string& answer);
    StartUpStep take_sasl_final(wire::ByteView body, std::string& answer);
    StartUpStep refuse(monitoring::LoginResult why, std::string& answer, std::string_view sqlstate,
                       std::string_view message);
    StartUpStep refuse(auth::AuthErrc why, std::string& answer);
    StartUpStep refuse(auth::TokenErrc why, std::string& answer);
    StartUpStep let_in(std::string& answer);
    [[nodiscard]] std::string_view other_ways_in() const;
    StartUpStep refuse(wire::WireErrc why, std::string& answer);
    StartUpStep leave_silently();

    StartUpRules rules_;
    wire::FrameReader reader_;
    Phase phase_ = Phase::packets;
    bool tls_ = false;
    bool tls_asked_ = false;
    bool gss_asked_ = false;
    std::optional<std::string> certificate_hash_;
    std::vector<auth::CertificateName> client_names_;
    LoggedIn who_;
    std::optional<auth::ScramServer> scram_;
};

}  // namespace gateway::session
