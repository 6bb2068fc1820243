#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/accounting/store_command.hpp"
#include "gateway/config/config.hpp"
#include "gateway/shared_store/reply_reader.hpp"

namespace gateway::shared_store {

using TimePoint = std::chrono::steady_clock::time_point;

/// Scripts can be run. `run_id` is Redis' own name of this run of it (docs, "INFO").
struct LoggedIn {
    std::string run_id;
};

struct Answered {
    std::uint64_t number = 0;  // the command's
    accounting::StoreAnswer answer;
};

using Heard = std::variant<LoggedIn, Answered>;

/// One connection's conversation with Redis: the log-in, then scripts, each answered in its turn. Bytes in,
/// bytes out; it owns no socket and no clock.
class Conversation {
public:
    explicit Conversation(const config::SharedBudgets& settings) : settings_(settings) {}

    /// Appends the log-in and the questions of who answers.
    void begin(TimePoint now, std::string& out);
    /// Appends a script's call, and the script itself where this connection has not sent it: Redis runs
    /// commands in the order in which they come, so EVALSHA finds it.
    void ask(const accounting::StoreCommand& command, TimePoint now, std::string& out);

    /// Appends what `bytes` tell. An error of Redis (READONLY, LOADING, OOM, NOSCRIPT, ...) breaks the
    /// conversation: nothing that it says behind it would be in order.
    [[nodiscard]] std::optional<Broken> hear(std::string_view bytes, std::vector<Heard>& heard);

    /// Since when the oldest unanswered command waits.
    [[nodiscard]] std::optional<TimePoint> waits_since() const;

private:
    enum class Question { login, database, who, load, script };
    struct Asked {
        Question question;
        TimePoint at;
        std::uint64_t number = 0;  // of a script's call
        std::string hash;          // of a script that is loaded
    };

    void expect(Question question, TimePoint now) { asked_.push_back({.question = question, .at = now}); }
    std::optional<Broken> take(const Asked& asked, accounting::StoreAnswer answer,
                               std::vector<Heard>& heard) const;

    const config::SharedBudgets& settings_;
    ReplyReader reader_;
    std::deque<Asked> asked_;
    std::map<const std::string*, std::string> loaded_;  // scripts that were sent, with their SHA-1
};

}  // namespace gateway::shared_store
