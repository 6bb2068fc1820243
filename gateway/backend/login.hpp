#pragma once

#include <optional>
#include <string>

#include "gateway/auth/scram_client.hpp"
#include "gateway/backend/connect_error.hpp"
#include "gateway/backend/connection.hpp"
#include "gateway/backend/session_request.hpp"
#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/frame_reader.hpp"

namespace gateway::backend {

/// What a server may ask for besides SCRAM-SHA-256; off unless the configuration names it.
struct WeakPasswords {
    bool cleartext = false;
    bool md5 = false;
};

/// The gateway's log-in at a server, from the start-up packet to the first ReadyForQuery. Sans-IO.
class Login {
public:
    enum class State { going_on, ready, failed };

    /// `certificate`: the server's (DER), for channel binding; empty: the connection is in clear. `request`
    /// and `keys` outlive the log-in.
    Login(const SessionRequest& request, WeakPasswords weak, std::string certificate,
          auth::ScramKeyCache& keys);

    [[nodiscard]] std::string start_up_packet() const;

    /// Appends what is to be sent to `answer`.
    State on_backend(wire::ByteView bytes, std::string& answer);

    /// After `ready`.
    [[nodiscard]] BackendFacts take_facts() { return std::move(facts_); }
    /// Bytes that came after ReadyForQuery.
    [[nodiscard]] wire::ByteView rest() const { return reader_.buffered(); }
    /// After `failed`.
    [[nodiscard]] const ConnectError& error() const { return error_; }

private:
    State take(const wire::Frame& frame, std::string& answer);
    State authenticate(const wire::Authentication& asked, std::string& answer);
    State scram(const wire::Authentication& asked, std::string& answer);
    State believe_ok();
    State refuse(const wire::Frame& frame, const wire::ErrorResponse& error);
    State fail(const std::string& why);

    const SessionRequest& request_;
    WeakPasswords weak_;
    std::string certificate_;
    auth::ScramKeyCache& keys_;
    wire::FrameReader reader_;
    std::size_t received_ = 0;
    BackendFacts facts_;
    std::optional<auth::ScramClient> scram_;
    bool password_sent_ = false;
    bool authenticated_ = false;
    ConnectError error_{};
};

}  // namespace gateway::backend
