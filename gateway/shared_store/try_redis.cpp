#include "gateway/shared_store/try_redis.hpp"

#include <array>
#include <future>
#include <vector>

#include "gateway/net/dialling.hpp"
#include "gateway/net/spawn.hpp"
#include "gateway/shared_store/conversation.hpp"

namespace gateway::shared_store {
namespace {

constexpr std::chrono::seconds patience_of_a_try{5};

// Writes nothing that stays: a key of ours that is gone when the script ends.
const std::string harmless =
    "redis.call('HSET', KEYS[1], 'a', '1') redis.call('DEL', KEYS[1]) return redis.call('TIME')";

// Why it does not work; empty: it does.
net::Task<std::string> talk_once(net::IoThread& thread, const config::SharedBudgets& settings,
                                 std::shared_ptr<const net::ClientTls> tls) {
    auto stream = co_await dial_redis(thread, settings, std::move(tls), patience_of_a_try);
    if (!stream) co_return stream.error().why;
    net::Deadline deadline(thread.deadlines, [&stream] { stream->close(); });
    deadline.arm(patience_of_a_try);
    Conversation conversation(settings);
    std::string out;
    conversation.begin({}, out);
    conversation.ask({.number = 1, .script = &harmless, .keys = {"tabir:{b}:try"}, .arguments = {}}, {}, out);
    const bool sent = co_await stream->write(out);
    if (!sent) co_return "the connection broke";
    std::array<char, 4096> chunk{};
    std::vector<Heard> heard;
    while (conversation.waits_since()) {
        const net::IoResult read = co_await stream->read(chunk);
        if (deadline.passed()) co_return "no answer in time";
        if (read.status != net::IoStatus::done) co_return "the connection was closed";
        if (const auto broken = conversation.hear({chunk.data(), read.size}, heard)) co_return broken->why;
    }
    co_return std::string{};
}

net::Task<> tell(net::IoThread& thread, const config::SharedBudgets& settings,
                 std::shared_ptr<const net::ClientTls> tls, std::promise<std::string>& told) {
    told.set_value(co_await talk_once(thread, settings, std::move(tls)));
}

}  // namespace

net::Task<boost::system::result<net::Stream, Broken>> dial_redis(net::IoThread& thread,
                                                                 const config::SharedBudgets& settings,
                                                                 std::shared_ptr<const net::ClientTls> tls,
                                                                 std::chrono::milliseconds within) {
    net::Dialling attempt(thread, within);
    const auto failure = co_await attempt.connect(settings.redis);
    if (failure) co_return Broken{"cannot connect: " + *failure};
    if (tls) {
        const auto shaken = co_await attempt.stream().connect_tls(std::move(tls));
        if (attempt.timed_out()) co_return Broken{"TLS: no answer in time"};
        if (!shaken) co_return Broken{"TLS: " + shaken.error().message};
    }
    co_return std::move(attempt.stream());
}

std::optional<std::string> try_redis(const config::SharedBudgets& settings,
                                     std::shared_ptr<const net::ClientTls> tls) {
    std::promise<std::string> told;
    net::IoThreads threads(1);
    net::spawn(threads.first().context.get_executor(), tell(threads.first(), settings, std::move(tls), told),
               "a try of Redis");
    auto why = told.get_future().get();
    threads.stop();
    if (why.empty()) return std::nullopt;
    return why;
}

}  // namespace gateway::shared_store
