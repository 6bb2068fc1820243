#include "gateway/session/restricted_driver.hpp"

#include <atomic>
#include <boost/asio/redirect_error.hpp>

#include "gateway/net/look_until.hpp"
#include "gateway/net/spawn.hpp"
#include "gateway/session/out_queue.hpp"
#include "gateway/session/scratch.hpp"
#include "gateway/session/start_up.hpp"

namespace gateway::session {
namespace {

using net::IoStatus;

// With one more chunk read beyond it, at most 256 KiB wait for either side.
constexpr std::size_t queued_at_most = 192UL * 1024;
constexpr std::size_t kept_capacity = 16UL * 1024;   // an idle session gives larger buffers back
constexpr std::chrono::seconds farewell_within{10};  // for what is queued when a session ends
constexpr std::chrono::seconds catalog_within{2};    // then what waits for a catalog goes on without it
constexpr std::chrono::seconds budgets_within{1};    // then they are asked again

void empty(std::string& bytes) {
    bytes.clear();
    if (bytes.capacity() > kept_capacity) bytes = {};
}

class Driver final : public Endable, public std::enable_shared_from_this<Driver> {
public:
    Driver(std::unique_ptr<LiveSession> session, std::unique_ptr<SessionCore> core)
        : session_(std::move(session)),
          core_(std::move(core)),
          client_(session_->client),
          backend_(session_->backend()),
          to_client_(client_),
          to_backend_(backend_),
          gauge_(session_->metrics),
          idle_(session_->thread.deadlines, [this] { on_idle(); }),
          client_may_go_on_(session_->thread.context, net::Timer::time_point::max()),
          backend_may_go_on_(session_->thread.context, net::Timer::time_point::max()),
          entry_(session_->roster, *this) {}

    net::Task<> run();
    void end_at_rest() override;
    void end_now() override;
    void recheck_access() override;

private:
    net::Task<> pump_client();
    net::Task<> pump_backend();
    net::Task<> flush_client();
    net::Task<> flush_backend();
    net::Task<> cancel_backend(backend::PendingCancel cancel);
    void start_cancel();
    net::Task<> read_catalog();
    net::Task<> await_budgets();
    void on_client_bytes(std::string_view bytes);
    void on_backend_bytes(std::string_view bytes);

    void apply();
    void finish(bool reuse);
    void close_both();
    void on_client_lost();
    void on_defect();
    void on_idle();
    void end_with(std::string_view sqlstate, std::string_view message, std::string_view hint = {});
    void settle();

    [[nodiscard]] bool client_must_wait() const {
        return !core_->wants_client_bytes() || to_client_.size() > queued_at_most ||
               to_backend_.size() > queued_at_most;
    }
    [[nodiscard]] bool backend_must_wait() const {
        return !core_->wants_backend_bytes() || to_client_.size() > queued_at_most;
    }
    /// CancelRequests of the client that the server has had.
    [[nodiscard]] std::uint64_t cancels() const {
        return session_->cancel->target()->asked_for.load(std::memory_order_acquire);
    }
    [[nodiscard]] static TimePoint now() { return std::chrono::steady_clock::now(); }

    // Runs a member coroutine that keeps this alive.
    void start(net::Task<> (Driver::*task)(), const char* what) {
        net::spawn(
            client_.executor(),
            [](std::shared_ptr<Driver> self, net::Task<> (Driver::*member)()) -> net::Task<> {
                co_await ((*self).*member)();
            }(shared_from_this(), task),
            what,
            [self = shared_from_this()](bool failed) {
                if (failed) self->on_defect();
            });
    }

    std::unique_ptr<LiveSession> session_;
    std::unique_ptr<SessionCore> core_;
    net::Stream& client_;
    net::Stream& backend_;
    OutQueue to_client_;
    OutQueue to_backend_;
    Effects effects_;
    monitoring::SessionGauge gauge_;
    net::Deadline idle_;
    net::Timer client_may_go_on_;  // cancelled when whatever held a pump back is over
    net::Timer backend_may_go_on_;
    bool awaiting_budgets_ = false;
    std::uint64_t cancels_ = 0;  // that came while nothing waited for budgets: the back end's own affair
    bool flushing_client_ = false;
    bool flushing_backend_ = false;
    bool finished_ = false;  // what is queued for the client is still sent, nothing is read
    bool reuse_ = false;
    bool ending_ = false;  // at the next rest
    Roster::Entry entry_;
};

net::Task<> Driver::run() {
    recheck_access();  // it may have changed while the back end was connected
    co_await net::run_both(client_.executor(), pump_client(), "reading a client", pump_backend(),
                           "reading a back end", [self = shared_from_this()] { self->on_defect(); });
    net::Deadline farewell(session_->thread.deadlines, [this] { client_.close(); });
    farewell.arm(farewell_within);
    co_await to_client_.flush();
    settle();
}

net::Task<> Driver::pump_client() {
    if (!session_->early.empty()) on_client_bytes(std::exchange(session_->early, {}));
    IoStatus wanted = IoStatus::want_readable;
    while (!finished_) {
        while (client_must_wait() && !finished_) {
            boost::system::error_code ignored;
            co_await client_may_go_on_.async_wait(boost::asio::redirect_error(net::use_task, ignored));
        }
        if (finished_) co_return;
        const bool ready = co_await client_.wait(wanted);
        if (!ready || finished_) co_return;
        wanted = IoStatus::want_readable;
        for (int reads = 0; reads < reads_in_a_row && !finished_ && !client_must_wait(); ++reads) {
            const net::IoResult read = client_.read_some(scratch());
            if (read.status == IoStatus::ended) {
                core_->on_client_ended(now(), effects_);
                apply();
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
            on_client_bytes({scratch().data(), read.size});
            if (read.size < scratch_size) break;
        }
    }
}

void Driver::on_client_bytes(std::string_view bytes) {
    if (session_->idle.count() > 0) idle_.arm(session_->idle);
    session_->metrics.bytes_from_client(bytes.size());
    if (!awaiting_budgets_) cancels_ = cancels();
    core_->on_client(bytes, now(), effects_);
    apply();
}

net::Task<> Driver::pump_backend() {
    if (const std::string early = std::exchange(session_->lease->connection.early, {}); !early.empty())
        on_backend_bytes(early);
    IoStatus wanted = IoStatus::want_readable;
    while (!finished_) {
        while (backend_must_wait() && !finished_) {
            boost::system::error_code ignored;
            co_await backend_may_go_on_.async_wait(boost::asio::redirect_error(net::use_task, ignored));
        }
        if (finished_) co_return;
        const bool ready = co_await backend_.wait(wanted);
        if (!ready || finished_) co_return;
        wanted = IoStatus::want_readable;
        for (int reads = 0; reads < reads_in_a_row && !finished_ && !backend_must_wait(); ++reads) {
            const net::IoResult read = backend_.read_some(scratch());
            if (read.status == IoStatus::ended || read.status == IoStatus::failed) {
                core_->on_backend_closed(now(), effects_);
                apply();
                finish(false);
                co_return;
            }
            if (read.status != IoStatus::done) {
                wanted = read.status;
                break;
            }
            on_backend_bytes({scratch().data(), read.size});
            if (read.size < scratch_size) break;
        }
    }
}

void Driver::on_backend_bytes(std::string_view bytes) {
    if (!awaiting_budgets_) cancels_ = cancels();
    core_->on_backend(bytes, now(), effects_);
    apply();
    if (ending_ && !finished_) end_at_rest();
}

void Driver::apply() {
    session_->metrics.bytes_to_client(effects_.to_client.size());
    const bool sent = to_client_.send(effects_.to_client);
    const bool passed_on = to_backend_.send(effects_.to_backend);  // if not, reading the back end will tell
    empty(effects_.to_client);
    empty(effects_.to_backend);
    if (!sent) {
        on_client_lost();
        return;
    }
    if (std::exchange(effects_.cancel_backend, false)) start_cancel();
    if (std::exchange(effects_.read_catalog, false)) start(&Driver::read_catalog, "reading a catalog anew");
    if (std::exchange(effects_.await_budgets, false))
        start(&Driver::await_budgets, "waiting for the shared budgets");
    if (!to_client_.empty() && !flushing_client_) {
        flushing_client_ = true;
        start(&Driver::flush_client, "writing to a client");
    }
    if (passed_on && !to_backend_.empty() && !flushing_backend_) {
        flushing_backend_ = true;
        start(&Driver::flush_backend, "writing to a back end");
    }
    const bool rest = core_->at_rest();
    gauge_.now(rest ? monitoring::SessionState::idle : monitoring::SessionState::active);
    if (!client_must_wait()) client_may_go_on_.cancel();
    if (!backend_must_wait()) backend_may_go_on_.cancel();
    if (std::exchange(effects_.close, false)) finish(rest);
}

net::Task<> Driver::flush_client() {
    const bool flushed = co_await to_client_.flush();
    flushing_client_ = false;
    if (finished_) co_return;
    if (!flushed) {
        on_client_lost();
        co_return;
    }
    client_may_go_on_.cancel();
    backend_may_go_on_.cancel();
}

net::Task<> Driver::flush_backend() {
    const bool flushed = co_await to_backend_.flush();
    flushing_backend_ = false;
    if (flushed) client_may_go_on_.cancel();
}

void Driver::start_cancel() {
    net::spawn(
        client_.executor(),
        [](std::shared_ptr<Driver> self, backend::PendingCancel cancel) -> net::Task<> {
            co_await self->cancel_backend(std::move(cancel));
        }(shared_from_this(), backend::PendingCancel(session_->thread, session_->cancel->target())),
        "cancelling a statement");
}

net::Task<> Driver::cancel_backend(backend::PendingCancel cancel) {
    co_await backend::forward_cancel(session_->thread, std::move(cancel), session_->cancel_within);
    if (finished_) co_return;
    core_->on_cancelled(now(), effects_);
    apply();
}

net::Task<> Driver::read_catalog() {
    const auto done = std::make_shared<std::atomic<bool>>(false);
    const bool asked = session_->read_catalog([done] { done->store(true, std::memory_order_release); });
    const auto over = [this, done, give_up = now() + catalog_within] {
        return finished_ || done->load(std::memory_order_acquire) || now() >= give_up;
    };
    if (asked) co_await net::look_until(session_->thread.context, over);
    if (finished_) co_return;
    core_->on_catalog_read(now(), effects_);
    apply();
}

net::Task<> Driver::await_budgets() {
    const auto done = std::make_shared<std::atomic<bool>>(false);
    session_->budgets.when_answered([done] { done->store(true, std::memory_order_release); });
    awaiting_budgets_ = true;
    const auto over = [this, done, give_up = now() + budgets_within] {
        return finished_ || done->load(std::memory_order_acquire) || cancels() != cancels_ ||
               now() >= give_up;
    };
    co_await net::look_until(session_->thread.context, over);
    awaiting_budgets_ = false;
    if (finished_) co_return;
    if (const auto asked_for = cancels(); std::exchange(cancels_, asked_for) != asked_for) {
        core_->on_cancel_requested(now(), effects_);
    } else {
        core_->on_budgets_answered(now(), effects_);
    }
    apply();
    if (ending_ && !finished_) end_at_rest();
}

// Ends both pumps. The client still gets what is queued; the back end is kept open only to be used again.
void Driver::finish(bool reuse) {
    if (finished_) return;
    finished_ = true;
    reuse_ = reuse && !ending_ && session_->reusable && to_backend_.empty();
    if (reuse_) {
        backend_.cancel();
    } else {
        if (!core_->at_rest()) start_cancel();
        backend_.close();
    }
    client_may_go_on_.cancel();
    backend_may_go_on_.cancel();
    if (to_client_.empty()) {
        client_.close();
    } else {
        client_.cancel();  // wakes the reader; the writer tries again
    }
}

void Driver::on_client_lost() {
    client_.close();
    finish(false);
}

void Driver::end_with(std::string_view sqlstate, std::string_view message, std::string_view hint) {
    std::string farewell;
    StartUp::append_fatal(farewell, sqlstate, message, hint);
    (void)to_client_.send(farewell);
    finish(false);
}

// One of its tasks is gone: the others would wait for what it was to do, while locks are held.
void Driver::on_defect() {
    if (finished_) return;
    end_with("XX000", "the gateway ended this connection because of a defect of its own",
             "Please report it as a defect of Tabir, with the statement.");
}

void Driver::on_idle() {
    if (core_->at_rest()) {
        end_with("57P05", "terminating connection due to idle-session timeout");
    } else {
        idle_.arm(session_->idle);
    }
}

void Driver::end_at_rest() {
    ending_ = true;
    if (!finished_ && core_->at_rest())
        end_with("57P01", "terminating connection due to administrator command");
}

// The core gives whole messages only, so that one of ours may follow at any time.
void Driver::end_now() {
    if (!finished_) end_with("57P01", "terminating connection due to administrator command");
    client_.close();
}

void Driver::recheck_access() {
    if (!finished_ && !session_->access_holds()) end_with("57P01", access_changed, connect_again);
}

void Driver::settle() {
    client_.close();
    auto target = session_->cancel->target();
    session_->cancel.reset();
    if (!reuse_ || !backend_.open()) return;
    session_->pool.give_back(session_->thread, std::move(session_->lease), std::move(target),
                             backend::LeftBy::restricted);
}

}  // namespace

net::Task<> drive(std::unique_ptr<LiveSession> session, std::unique_ptr<SessionCore> core) {
    const auto one = std::make_shared<Driver>(std::move(session), std::move(core));
    co_await one->run();
}

}  // namespace gateway::session
