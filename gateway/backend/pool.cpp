#include "gateway/backend/pool.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>

#include "gateway/backend/connector.hpp"
#include "gateway/net/spawn.hpp"
#include "monitoring/log.hpp"

namespace gateway::backend {
namespace {

constexpr std::chrono::seconds reset_within{5};
constexpr std::chrono::milliseconds cancel_poll{5};

// The server said something or closed while nobody used the connection: not worth the trouble.
bool untouched(int fd) {
    char byte = 0;
    return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

ConnectError exhausted() {
    return {
        monitoring::BackendConnectResult::timed_out, "53300", "sorry, too many clients already",
        "All of the gateway's connections to this server are in use; try again, or raise limits.pool_size.",
        "no back-end connection became free in time"};
}

}  // namespace

Slot::~Slot() {
    if (pool_ != nullptr) pool_->free_slot();
}

struct Pool::Idle {
    Slot slot;
    SessionRequest request;
    std::unique_ptr<monitoring::BackendGauge> gauge;
    net::DetachedStream stream;
    BackendFacts facts;
    std::uint64_t generation;
    std::chrono::steady_clock::time_point since;
};

// Whose turn it is has an idle connection, or a slot to open one with.
struct Pool::Turn {
    std::unique_ptr<Idle> idle;
    Slot slot;
    [[nodiscard]] bool granted() const { return idle || slot; }
};

struct Pool::Waiter {
    Waiter(net::IoThread& on, const SessionRequest& wanted)
        : thread(on), request(wanted), timer(on.context) {}
    net::IoThread& thread;
    const SessionRequest& request;
    net::Timer timer;
    Turn turn;  // under the pool's mutex

    static void wake(const std::shared_ptr<Waiter>& waiter) {
        boost::asio::post(waiter->thread.context, [waiter] { waiter->timer.cancel(); });
    }
};

Pool::Pool(std::shared_ptr<const Server> server, PoolLimits limits, monitoring::Metrics& metrics)
    : server_(std::move(server)), limits_(limits), metrics_(metrics) {}

Pool::~Pool() {
    std::list<std::unique_ptr<Idle>> closing;  // destroyed after the lock: slots take it, too
    const std::lock_guard lock(mutex_);
    closing.swap(idle_);
}

void Pool::renew() {
    std::list<std::unique_ptr<Idle>> closing;  // destroyed after the lock: slots take it, too
    const std::lock_guard lock(mutex_);
    ++generation_;
    closing.swap(idle_);
}

std::uint64_t Pool::generation() {
    const std::lock_guard lock(mutex_);
    return generation_;
}

bool Pool::take_at_once(const SessionRequest& request, Turn& turn) {
    for (auto it = idle_.rbegin(); it != idle_.rend(); ++it) {
        if ((*it)->request != request) continue;
        turn.idle = std::move(*it);
        idle_.erase(std::next(it).base());
        return true;
    }
    if (open_ < limits_.connections) {
        ++open_;
        turn.slot = Slot(*this);
        return true;
    }
    if (idle_.empty()) return false;
    turn.slot = std::move(idle_.front()->slot);  // an idle one of another request makes room
    idle_.pop_front();
    return true;
}

net::Task<Pool::Turn> Pool::wait_for_turn(net::IoThread& thread, const SessionRequest& request) {
    Turn turn;
    std::shared_ptr<Waiter> waiter;
    {
        const std::lock_guard lock(mutex_);
        if (take_at_once(request, turn)) co_return turn;
        waiter = std::make_shared<Waiter>(thread, request);
        waiting_.push_back(waiter);
    }
    // Leaves the queue also when the coroutine is destroyed while it waits.
    struct Leave {
        Pool& pool;
        const std::shared_ptr<Waiter>& waiter;
        ~Leave() {
            const std::lock_guard lock(pool.mutex_);
            pool.waiting_.remove(waiter);
        }
    };
    {
        const Leave leave{*this, waiter};
        waiter->timer.expires_after(limits_.connect);
        boost::system::error_code ignored;
        co_await waiter->timer.async_wait(boost::asio::redirect_error(net::use_task, ignored));
    }
    turn = std::move(waiter->turn);
    co_return turn;
}

void Pool::free_slot() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        --open_;
        return;
    }
    const auto waiter = waiting_.front();
    waiting_.pop_front();
    waiter->turn.slot = Slot(*this);
    Waiter::wake(waiter);
}

void Pool::keep(std::unique_ptr<Idle> idle) {
    const std::lock_guard lock(mutex_);
    if (idle->generation != generation_) return;  // closed after the lock: its slot takes it, too
    if (waiting_.empty()) {
        idle_.push_back(std::move(idle));
        return;
    }
    const auto waiter = waiting_.front();
    waiting_.pop_front();
    if (waiter->request == idle->request) {
        waiter->turn.idle = std::move(idle);
    } else {
        waiter->turn.slot = std::move(idle->slot);
    }
    Waiter::wake(waiter);
}

net::Task<Result<std::unique_ptr<Lease>>> Pool::lease(net::IoThread& thread, SessionRequest request) {
    Turn turn = co_await wait_for_turn(thread, request);
    if (!turn.granted()) co_return exhausted();
    if (turn.idle && untouched(turn.idle->stream.fd.get())) {
        Idle& idle = *turn.idle;
        idle.gauge->now(monitoring::BackendState::in_use);
        co_return std::make_unique<Lease>(
            std::move(idle.slot), std::move(request), std::move(idle.gauge),
            Connection{net::Stream(thread.context, std::move(idle.stream)), std::move(idle.facts), {}},
            idle.generation);
    }
    if (turn.idle) turn.slot = std::move(turn.idle->slot);
    turn.idle.reset();

    const std::uint64_t generation = this->generation();
    auto gauge = std::make_unique<monitoring::BackendGauge>(metrics_);
    auto connected = co_await connect(thread, server_, request, keys_, limits_.connect);
    metrics_.backend_connect(connected ? monitoring::BackendConnectResult::connected
                                       : connected.error().result);
    if (!connected) co_return std::move(connected).error();
    gauge->now(monitoring::BackendState::in_use);
    co_return std::make_unique<Lease>(std::move(turn.slot), std::move(request), std::move(gauge),
                                      std::move(*connected), generation);
}

void Pool::give_back(net::IoThread& thread, std::unique_ptr<Lease> lease,
                     std::shared_ptr<CancelTarget> cancels, LeftBy left_by) {
    net::spawn(thread.context.get_executor(),
               reset_and_keep(thread, std::move(lease), std::move(cancels), left_by),
               "resetting a back-end connection");
}

net::Task<> Pool::reset_and_keep(net::IoThread& thread, std::unique_ptr<Lease> lease,
                                 std::shared_ptr<CancelTarget> cancels, LeftBy left_by) {
    net::Stream& stream = lease->connection.stream;
    net::Deadline deadline(thread.deadlines, [&stream] { stream.close(); });
    deadline.arm(reset_within);

    net::Timer pause(thread.context);
    while (cancels && cancels->under_way.load(std::memory_order_acquire) > 0) {
        if (!stream.open()) co_return;
        pause.expires_after(cancel_poll);
        boost::system::error_code ignored;
        co_await pause.async_wait(boost::asio::redirect_error(net::use_task, ignored));
    }

    Reset reset(random_nonce(), left_by, lease->connection.facts);
    const std::string request = reset.request();
    const bool sent = co_await stream.write(request);
    if (!sent) co_return;
    std::array<char, 4096> chunk{};
    Reset::State state = Reset::State::going_on;
    while (state == Reset::State::going_on) {
        const net::IoResult read = co_await stream.read(chunk);
        if (read.status != net::IoStatus::done) co_return;
        state = reset.on_backend({chunk.data(), read.size});
    }
    if (state == Reset::State::spoiled || !stream.open()) co_return;
    deadline.disarm();
    lease->gauge->now(monitoring::BackendState::idle);
    keep(std::make_unique<Idle>(std::move(lease->slot), std::move(lease->request), std::move(lease->gauge),
                                stream.detach(), std::move(lease->connection.facts), lease->generation,
                                std::chrono::steady_clock::now()));
}

void Pool::sweep(std::chrono::steady_clock::time_point now) {
    std::list<std::unique_ptr<Idle>> closing;  // destroyed after the lock: slots take it, too
    const std::lock_guard lock(mutex_);
    while (!idle_.empty() && now - idle_.front()->since > limits_.idle) {
        closing.splice(closing.end(), idle_, idle_.begin());
    }
}

}  // namespace gateway::backend
