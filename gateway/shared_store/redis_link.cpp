#include "gateway/shared_store/redis_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "gateway/net/spawn.hpp"
#include "gateway/shared_store/try_redis.hpp"
#include "monitoring/log.hpp"

namespace gateway::shared_store {
namespace {

using Clock = std::chrono::steady_clock;
using monitoring::Level;

constexpr std::chrono::milliseconds shortest_pause{50};  // between two connections
constexpr std::chrono::milliseconds longest_pause{2'000};
constexpr std::chrono::milliseconds last_words{1'000};
constexpr std::chrono::milliseconds shortest_wait{5};  // for what is due, so that nothing spins
// A far Redis takes its time to be reached: TCP, TLS and the log-in are four round trips. Nobody waits for
// it.
constexpr std::chrono::milliseconds connected_within{5'000};

net::Task<> wait_for(net::Timer& timer) {
    boost::system::error_code cancelled;
    co_await timer.async_wait(boost::asio::redirect_error(net::use_task, cancelled));
}

}  // namespace

// Shared by the coroutines that read and write it; whoever leaves first closes the stream.
struct RedisLink::Connection {
    Connection(net::IoThread& thread, net::Stream connected, const config::SharedBudgets& settings)
        : stream(std::move(connected)),
          conversation(settings),
          due(thread.context),
          deadline(thread.deadlines, [this] { close(); }) {}

    void close() {
        stream.close();
        due.cancel();
    }

    // The oldest command must be answered in time.
    void watch(std::chrono::milliseconds patience_with_scripts) {
        const auto patience = logged_in ? patience_with_scripts : connected_within;
        const auto since = conversation.waits_since();
        if (!since) return deadline.disarm();
        const auto left = *since + patience - Clock::now();
        deadline.arm(std::max(std::chrono::ceil<std::chrono::milliseconds>(left), {}));
    }

    net::Stream stream;
    Conversation conversation;
    net::Timer due;  // when commands are; cancelled when some are at once
    net::Deadline deadline;
    bool logged_in = false;
};

RedisLink::RedisLink(config::SharedBudgets settings, std::shared_ptr<const net::ClientTls> tls,
                     accounting::SharedBudgets& budgets)
    : settings_(std::move(settings)),
      tls_(std::move(tls)),
      patience_(settings_.lease / 2),
      budgets_(budgets),
      pause_(shortest_pause) {
    budgets_.wake_by([this] { boost::asio::post(threads_.first().context, [this] { wake(); }); });
    net::spawn(threads_.first().context.get_executor(), run(), "the connection to Redis");
}

RedisLink::~RedisLink() { stop(); }

void RedisLink::stop() {
    if (threads_.all().empty()) return;
    boost::asio::post(threads_.first().context, [this] {
        ending_ = true;
        budgets_.retire();
        if (between_ != nullptr) between_->cancel();
        wake();
    });
    ended_.get_future().wait_for(last_words);
    budgets_.wake_by([] {});
    threads_.stop();
}

// On the thread: there may be commands.
void RedisLink::wake() {
    if (const auto connection = current_.lock()) connection->due.cancel();
}

net::Task<> RedisLink::run() {
    net::Timer between(threads_.first().context);
    between_ = &between;
    while (!ending_) {
        const std::string why = co_await talk();
        if (ending_) break;
        report_lost(why);
        between.expires_after(next_pause());
        co_await wait_for(between);
    }
    between_ = nullptr;
    ended_.set_value();
}

// One connection, from its beginning to its end; why it ended.
net::Task<std::string> RedisLink::talk() {
    auto stream = co_await dial_redis(threads_.first(), settings_, tls_, connected_within);
    if (!stream) co_return stream.error().why;
    const auto connection = std::make_shared<Connection>(threads_.first(), std::move(*stream), settings_);
    current_ = connection;
    std::string out;
    connection->conversation.begin(Clock::now(), out);
    connection->watch(patience_);
    const bool sent = co_await connection->stream.write(out);
    std::string why = sent ? co_await listen(*connection) : "the connection broke";
    connection->close();
    current_.reset();
    if (connection->logged_in) budgets_.on_lost(Clock::now());
    co_return why;
}

net::Task<std::string> RedisLink::listen(Connection& connection) {
    std::array<char, 16'384> chunk{};
    std::vector<Heard> heard;
    for (;;) {
        const net::IoResult read = co_await connection.stream.read(chunk);
        if (connection.deadline.passed()) co_return late(connection);
        if (read.status != net::IoStatus::done) co_return "the connection was closed";
        heard.clear();
        const auto broken = connection.conversation.hear({chunk.data(), read.size}, heard);
        const bool understood = take(connection, heard);
        if (broken) co_return broken->why;
        if (!understood) co_return "an answer that no Redis gives to these scripts";
        connection.watch(patience_);
        connection.due.cancel();  // what is due next may be another thing now
    }
}

// Units that were asked for ahead are worth nothing when they arrive later than their lease.
std::string RedisLink::late(const Connection& connection) const {
    if (!connection.logged_in) return "no answer in time";
    return fmt::format("no answer within {} ms, which is half of 'lease'", patience_.count());
}

// False: an answer is none.
bool RedisLink::take(Connection& connection, std::vector<Heard>& heard) {
    for (Heard& one : heard) {
        if (const auto* logged_in = std::get_if<LoggedIn>(&one)) {
            connection.logged_in = true;
            budgets_.on_connected(logged_in->run_id, Clock::now());
            net::spawn(threads_.first().context.get_executor(), write(current_.lock()), "commands to Redis");
        } else {
            const auto& answered = std::get<Answered>(one);
            if (!budgets_.on_answer(answered.number, answered.answer, Clock::now())) return false;
            report_found();
        }
    }
    return true;
}

// Sends what is due until the connection ends. Owns a share of it.
net::Task<> RedisLink::write(std::shared_ptr<Connection> connection) {
    while (connection->stream.open()) {
        std::string out;
        const auto now = Clock::now();
        for (const auto& command : budgets_.take_commands(now))
            connection->conversation.ask(command, now, out);
        if (!out.empty()) {
            connection->watch(patience_);
            const bool sent = co_await connection->stream.write(out);
            if (!sent) break;
            continue;
        }
        if (ending_ && !connection->conversation.waits_since()) break;
        const auto due = budgets_.due();
        connection->due.expires_at(due ? std::max(*due, now + shortest_wait) : Clock::time_point::max());
        co_await wait_for(connection->due);
    }
    connection->close();
}

std::chrono::milliseconds RedisLink::next_pause() {
    const auto pause = pause_;
    pause_ = std::min(2 * pause_, longest_pause);
    std::uniform_int_distribution<std::int64_t> part(pause.count() / 2, pause.count());
    return std::chrono::milliseconds(part(jitter_));
}

void RedisLink::report_lost(const std::string& why) {
    if (!found_ && why == lost_because_) return;
    found_ = false;
    lost_because_ = why;
    monitoring::log(Level::warning, "shared_budgets_lost", {{"redis", settings_.redis.text()}, {"why", why}});
}

void RedisLink::report_found() {
    if (found_) return;
    found_ = true;
    pause_ = shortest_pause;
    monitoring::log(Level::info, "shared_budgets_found", {{"redis", settings_.redis.text()}});
}

}  // namespace gateway::shared_store
