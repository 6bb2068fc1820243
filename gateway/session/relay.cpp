#include "gateway/session/relay.hpp"

#include <utility>

#include "gateway/net/spawn.hpp"
#include "gateway/session/relay_watch.hpp"
#include "gateway/session/scratch.hpp"
#include "gateway/session/start_up.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace gateway::session {
namespace {

using net::IoStatus;

class Relay final : public Endable, public std::enable_shared_from_this<Relay> {
public:
    explicit Relay(std::unique_ptr<LiveSession> session)
        : session_(std::move(session)),
          client_(session_->client),
          backend_(session_->backend()),
          watch_(session_->metrics, session_->lease->connection.facts.parameters),
          idle_(session_->thread.deadlines, [this] { on_idle(); }),
          entry_(session_->roster, *this) {}

    net::Task<> run();
    void end_at_rest() override;
    void end_now() override;
    void recheck_access() override;

private:
    net::Task<> pump_client();
    net::Task<> pump_backend();
    net::Task<bool> pass_on(net::Stream& to, wire::ByteView bytes);
    net::Task<bool> from_client(wire::ByteView bytes);
    net::Task<bool> from_backend(wire::ByteView bytes);

    void on_terminate();
    void on_client_lost();
    void on_idle();
    void close_both();
    void end_with(std::string_view sqlstate, std::string_view message, std::string_view hint = {});
    void cut(std::string_view message, std::string_view hint = {});
    void cancel_backend();
    void settle();

    std::unique_ptr<LiveSession> session_;
    net::Stream& client_;
    net::Stream& backend_;
    RelayWatch watch_;
    net::Deadline idle_;
    bool writing_client_ = false;  // a message to the client is half-written
    bool ending_ = false;          // at the next rest
    bool reuse_ = false;
    Roster::Entry entry_;
};

net::Task<> Relay::run() {
    recheck_access();  // it may have changed while the back end was connected
    co_await net::run_both(client_.executor(), pump_client(), "relaying for a client", pump_backend(),
                           "relaying to a client", [self = shared_from_this()] { self->close_both(); });
    settle();
}

net::Task<> Relay::pump_client() {
    if (session_->idle.count() > 0) idle_.arm(session_->idle);
    if (!session_->early.empty()) {
        const std::string early = std::move(session_->early);
        const bool going_on = co_await from_client(early);
        if (!going_on) co_return;
    }
    IoStatus wanted = IoStatus::want_readable;
    for (;;) {
        const bool ready = co_await client_.wait(wanted);
        if (!ready) co_return;
        wanted = IoStatus::want_readable;
        for (int reads = 0; reads < reads_in_a_row; ++reads) {
            const net::IoResult read = client_.read_some(scratch());
            if (read.status == IoStatus::ended) {
                // It may still read: what is under way is answered, then PostgreSQL closes.
                backend_.finish_writing();
                co_return;
            }
            if (read.status == IoStatus::failed) {
                on_client_lost();
                co_return;
            }
            if (read.status != IoStatus::done) {
                wanted = read.status;
                break;
            }
            const bool going_on = co_await from_client({scratch().data(), read.size});
            if (!going_on) co_return;
            if (read.size < scratch_size) break;
        }
    }
}

// False: nothing more is read from the client.
net::Task<bool> Relay::from_client(wire::ByteView bytes) {
    if (session_->idle.count() > 0) idle_.arm(session_->idle);
    const RelayWatch::FromClient seen = watch_.on_client(bytes);
    if (seen.wants_database_alone) session_->pool.renew();
    const bool sent = co_await pass_on(backend_, bytes.substr(0, seen.forward));
    if (!sent) co_return false;  // the other pump still passes on what the server said last
    if (seen.terminate) on_terminate();
    co_return !seen.terminate;
}

net::Task<> Relay::pump_backend() {
    if (const std::string early = std::exchange(session_->lease->connection.early, {}); !early.empty()) {
        const bool going_on = co_await from_backend(early);
        if (!going_on) co_return;
    }
    IoStatus wanted = IoStatus::want_readable;
    for (;;) {
        if (reuse_) co_return;
        const bool ready = co_await backend_.wait(wanted);
        if (!ready || reuse_) co_return;
        wanted = IoStatus::want_readable;
        for (int reads = 0; reads < reads_in_a_row; ++reads) {
            const net::IoResult read = backend_.read_some(scratch());
            if (read.status == IoStatus::ended || read.status == IoStatus::failed) {
                close_both();
                co_return;
            }
            if (read.status != IoStatus::done) {
                wanted = read.status;
                break;
            }
            const bool going_on = co_await from_backend({scratch().data(), read.size});
            if (!going_on) co_return;
            if (read.size < scratch_size) break;
        }
    }
}

// False: nothing more is read from the back end.
net::Task<bool> Relay::from_backend(wire::ByteView bytes) {
    if (watch_.on_backend(bytes)) session_->pool.renew();
    writing_client_ = true;
    const bool sent = co_await pass_on(client_, bytes);
    if (!sent) {
        on_client_lost();
        co_return false;
    }
    writing_client_ = false;
    if (ending_) end_at_rest();
    co_return true;
}

// Most of the time the socket takes all at once; only what it does not take is copied.
net::Task<bool> Relay::pass_on(net::Stream& to, wire::ByteView bytes) {
    if (bytes.empty()) co_return true;
    const net::IoResult written = to.write_some(bytes);
    if (written.status == IoStatus::done && written.size == bytes.size()) co_return true;
    if (written.status == IoStatus::failed || written.status == IoStatus::ended) co_return false;
    const std::string rest(bytes.substr(written.size));
    const bool sent = co_await to.write(rest);
    co_return sent;
}

void Relay::on_terminate() {
    if (watch_.at_rest() && session_->reusable && !watch_.loaded_modules() && !ending_) {
        reuse_ = true;
        backend_.cancel();  // ends its pump
        client_.close();
        return;
    }
    std::string terminate;
    wire::FrontendWriter(terminate).terminate();
    (void)backend_.write_some(terminate);  // the FIN says the same, should there be no room
    backend_.finish_writing();
}

// Nobody is there to read: what runs is stopped, and an open transaction rolled back.
void Relay::on_client_lost() {
    if (!watch_.at_rest()) cancel_backend();
    close_both();
}

void Relay::cancel_backend() {
    backend::PendingCancel cancel(session_->thread, session_->cancel->target());
    net::spawn(client_.executor(),
               backend::forward_cancel(session_->thread, std::move(cancel), session_->cancel_within),
               "cancelling for a client that is gone");
}

void Relay::close_both() {
    client_.close();
    backend_.close();
}

void Relay::end_with(std::string_view sqlstate, std::string_view message, std::string_view hint) {
    std::string farewell;
    StartUp::append_fatal(farewell, sqlstate, message, hint);
    (void)client_.write_some(farewell);
    close_both();
}

void Relay::on_idle() {
    if (watch_.at_rest() && !writing_client_) {
        end_with("57P05", "terminating connection due to idle-session timeout");
    } else {
        idle_.arm(session_->idle);
    }
}

void Relay::end_at_rest() {
    ending_ = true;
    if (watch_.at_rest() && !writing_client_) {
        end_with("57P01", "terminating connection due to administrator command");
    }
}

void Relay::end_now() { cut("terminating connection due to administrator command"); }

void Relay::recheck_access() {
    if (!session_->access_holds()) cut(access_changed, connect_again);
}

// Whatever is under way.
void Relay::cut(std::string_view message, std::string_view hint) {
    if (!watch_.at_rest()) cancel_backend();
    if (watch_.backend_at_boundary() && !writing_client_) {
        end_with("57P01", message, hint);
    } else {
        close_both();
    }
}

void Relay::settle() {
    client_.close();
    auto target = session_->cancel->target();
    session_->cancel.reset();  // from here on nobody can cancel what the next client does
    if (!reuse_ || !backend_.open()) return;
    session_->pool.give_back(session_->thread, std::move(session_->lease), std::move(target),
                             backend::LeftBy::anybody);
}

}  // namespace

net::Task<> relay(std::unique_ptr<LiveSession> session) {
    const auto one = std::make_shared<Relay>(std::move(session));
    co_await one->run();
}

}  // namespace gateway::session
