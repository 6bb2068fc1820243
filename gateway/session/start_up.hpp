#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/auth/scram_server.hpp"
#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/startup.hpp"
#include "monitoring/labels.hpp"

namespace gateway::session {

/// Start-up parameters besides user and database, as the client gave them.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Who came, proven by SCRAM, and what the session shall begin with.
struct LoggedIn {
    std::string user;
    std::string database;
    Settings settings;
    std::string options;
    std::string replication;
    std::string early;  // bytes behind the log-in of a client that did not wait: the session's first
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
    std::string user = {};  // as the client says; empty where it did not get that far
};
using StartUpStep = std::variant<NeedBytes, BeginTls, CancelWanted, LoggedIn, Refused>;

/// What the log-in of one connection hangs on.
struct StartUpRules {
    bool tls_offered = false;
    bool tls_required = false;  // not through Unix sockets
    bool too_many_sessions = false;
    bool shutting_down = false;
    std::function<auth::LoginVerifier(std::string_view user)> login_of;
};

/// The first part of a client's conversation: encryption requests in any order, cancel requests, the start-up
/// packet, SCRAM. Sans-IO. Words and SQLSTATEs are PostgreSQL's.
class StartUp {
public:
    explicit StartUp(StartUpRules rules);

    /// `answer` gets what is to be sent.
    StartUpStep on_client(wire::ByteView bytes, std::string& answer);

    /// The handshake succeeded. `certificate`: our own (DER), to which SCRAM-SHA-256-PLUS is bound.
    void tls_began(const std::string& certificate);

    /// What a failure of the database server after the log-in, or a role without rights, is told with.
    static void append_fatal(std::string& answer, std::string_view sqlstate, std::string_view message,
                             std::string_view hint = {});

private:
    enum class Phase { packets, sasl_initial, sasl_final, over };

    StartUpStep take_packet(wire::ByteView packet, std::string& answer);
    StartUpStep begin_session(const wire::StartupMessage& message, std::string& answer);
    StartUpStep take_password(const wire::Frame& frame, std::string& answer);
    StartUpStep take_sasl_initial(wire::ByteView body, std::string& answer);
    StartUpStep take_sasl_final(wire::ByteView body, std::string& answer);
    StartUpStep refuse(monitoring::LoginResult why, std::string& answer, std::string_view sqlstate,
                       std::string_view message);
    StartUpStep refuse(auth::AuthErrc why, std::string& answer);
    StartUpStep refuse(wire::WireErrc why, std::string& answer);
    StartUpStep leave_silently();

    StartUpRules rules_;
    wire::FrameReader reader_;
    Phase phase_ = Phase::packets;
    bool tls_ = false;
    bool tls_asked_ = false;
    bool gss_asked_ = false;
    std::optional<std::string> certificate_hash_;
    LoggedIn who_;
    std::optional<auth::ScramServer> scram_;
};

}  // namespace gateway::session
