#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gateway/backend/connection.hpp"
#include "gateway/wire/frame_walker.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::session {

/// Looks on while bytes are relayed: counts, notes what the server reports, and knows whether both streams
/// stand between messages. It never decides what is relayed, but for Terminate, which is the gateway's to
/// answer.
class RelayWatch {
public:
    RelayWatch(monitoring::RoleMetrics& metrics, backend::ReportedParameters& parameters);

    struct FromClient {
        std::size_t forward;                // so many bytes go on
        bool terminate;                     // and behind them stands a whole Terminate: nothing more comes
        bool wants_database_alone = false;  // one of them is CREATE, ALTER or DROP DATABASE
    };
    FromClient on_client(wire::ByteView bytes);
    /// True: what new sessions start with was changed, and that is committed.
    bool on_backend(wire::ByteView bytes);

    /// As far as can be seen from outside: no transaction open, nothing under way, no message half-sent.
    [[nodiscard]] bool at_rest() const;
    /// LOAD was carried out: a module stays in the server's process for good.
    [[nodiscard]] bool loaded_modules() const { return loaded_modules_; }
    /// A message of the gateway's own may be put in here without breaking one of the server's.
    [[nodiscard]] bool backend_at_boundary() const { return backend_followed_ && backend_.at_boundary(); }
    [[nodiscard]] bool client_at_boundary() const { return client_followed_ && client_.at_boundary(); }

private:
    FromClient follow_client(wire::ByteView bytes);
    void on_backend_message(char type, wire::ByteView body);
    void on_ready(char status);

    monitoring::RoleMetrics& metrics_;
    backend::ReportedParameters& parameters_;
    monitoring::SessionGauge gauge_;
    wire::FrameWalker client_;
    wire::FrameWalker backend_;
    bool client_followed_ = true;  // false: the client sends what is no message; only PostgreSQL answers that
    bool backend_followed_ = true;
    bool busy_ = false;  // the client sent something since the last ReadyForQuery
    char status_ = 'I';
    bool loaded_modules_ = false;
    bool start_values_changed_ = false;  // by the transaction that is open, or was
    std::chrono::steady_clock::time_point busy_since_{};
    std::string gathered_;  // body of the message of interest that comes in pieces
};

}  // namespace gateway::session
