#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace gateway::session {

using TimePoint = std::chrono::steady_clock::time_point;

/// What the driver has to do after a call into the core. The core appends; the driver sends and empties it.
struct Effects {
    std::string to_client;        // bytes for the client, in order
    std::string to_backend;       // bytes for the back end, in order
    bool cancel_backend = false;  // send a CancelRequest; on_cancelled() is called when it has been delivered
    bool read_catalog = false;    // read the database's catalog anew; on_catalog_read() is called after it
    bool await_budgets = false;   // wait for the shared budgets; on_budgets_answered() is called after it
    bool close = false;           // close both sides once to_client is written
};

/// One logged-in conversation without sockets, clock or thread: bytes and time in, effects out. The driver
/// has already logged both sides in and sent the client its first ReadyForQuery. Calls never overlap.
class SessionCore {
public:
    virtual ~SessionCore() = default;

    /// Any number of bytes of the client, split anywhere.
    virtual void on_client(std::string_view bytes, TimePoint now, Effects& effects) = 0;
    /// The client sends nothing more, but may still read: what it has sent whole is answered.
    virtual void on_client_ended(TimePoint now, Effects& effects) = 0;
    /// Any number of bytes of the back end, split anywhere.
    virtual void on_backend(std::string_view bytes, TimePoint now, Effects& effects) = 0;
    /// The back end closed its connection; nothing comes from it any more.
    virtual void on_backend_closed(TimePoint now, Effects& effects) = 0;
    /// The CancelRequest asked for by cancel_backend was delivered (or could not be).
    virtual void on_cancelled(TimePoint now, Effects& effects) = 0;
    /// The catalog asked for by read_catalog was read (or could not be, or takes too long).
    virtual void on_catalog_read(TimePoint now, Effects& effects) = 0;

    /// The shared budgets that await_budgets waited for have answered (or it takes too long).
    virtual void on_budgets_answered(TimePoint now, Effects& effects) = 0;
    /// Instead of that: the client does not want to wait any longer. Its CancelRequest has been delivered.
    virtual void on_cancel_requested(TimePoint now, Effects& effects) = 0;

    /// False: the driver stops reading the client until a later call makes it true (back pressure).
    [[nodiscard]] virtual bool wants_client_bytes() const = 0;
    /// ... the back end.
    [[nodiscard]] virtual bool wants_backend_bytes() const = 0;
    /// No statement is under way and no transaction is open: a drain may end the session here with 57P01, and
    /// the back-end connection may go back to its pool.
    [[nodiscard]] virtual bool at_rest() const = 0;
};

}  // namespace gateway::session
