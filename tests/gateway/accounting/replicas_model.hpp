#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "redis_model.hpp"

namespace tests {

using gateway::accounting::TimePoint;
using Milliseconds = std::chrono::milliseconds;

/// Knows every reveal of every replica, and counts anew at each.
class RevealOracle {
public:
    /// One ledger of those who paid, and the limits that hold.
    struct Payer {
        std::string ledger;
        const std::vector<policies::Limit>* limits;
    };
    /// Empty, or which limit was exceeded.
    [[nodiscard]] std::string reveal(const std::vector<Payer>& payers, const std::string& subject,
                                     TimePoint at);
    [[nodiscard]] std::size_t seen(const std::string& ledger, Milliseconds window, TimePoint now) const;

private:
    std::map<std::string, std::map<std::string, TimePoint>> last_;
};

/// What goes wrong on the way to the store.
struct LineFaults {
    bool commands_lost = false;
    bool answers_lost = false;
    bool refused = false;   // each command is answered by an error, and not carried out
    bool garbage = false;   // each answer is some other one
    Milliseconds delay{0};  // of commands, at most
    Milliseconds answer_delay{0};
};

/// One process, whose steady clock is its own, and its line to the store.
class ReplicaModel {
public:
    /// `journals`: the folder of them; empty: there are none.
    ReplicaModel(RedisModel& redis, std::mt19937_64& random, gateway::accounting::SharedSettings settings,
                 std::string journals = {});

    void run(TimePoint now);
    void crash(TimePoint until);
    void pause(TimePoint until) { paused_until_ = until; }
    void lose_line(TimePoint now);

    [[nodiscard]] bool runs(TimePoint now) const {
        return book_ != nullptr && now >= down_until_ && now >= paused_until_;
    }
    [[nodiscard]] gateway::accounting::BudgetBook& book() { return *book_; }
    [[nodiscard]] TimePoint own_time(TimePoint now) const { return now + offset_; }
    /// Crashes so far: what waited for an older one is gone.
    [[nodiscard]] int life() const { return life_; }

    LineFaults faults{};
    bool redis_is_up = true;

private:
    struct Command {
        TimePoint at;
        int line;
        bool loads;  // the first of its line brings the script along
        gateway::accounting::StoreCommand command;
    };
    struct Answer {
        TimePoint at;
        int line;
        std::uint64_t number;
        gateway::accounting::StoreAnswer answer;
    };

    void start(TimePoint now);
    void carry_out(TimePoint now);
    void deliver(TimePoint now);
    void send(TimePoint now);
    [[nodiscard]] Milliseconds some(Milliseconds most);
    [[nodiscard]] TimePoint arrival(TimePoint now, Milliseconds delay);
    [[nodiscard]] gateway::accounting::StoreAnswer garbage_for(gateway::accounting::StoreAnswer answer);

    RedisModel& redis_;
    std::mt19937_64& random_;
    gateway::accounting::SharedSettings settings_;
    std::string journals_;
    std::unique_ptr<gateway::accounting::BudgetBook> book_;
    std::chrono::milliseconds offset_{};
    TimePoint down_until_{};
    TimePoint paused_until_{};
    TimePoint connect_at_{};
    TimePoint sent_at_{};  // the oldest command without an answer
    bool connected_ = false;
    bool waits_ = false;
    bool loads_ = true;
    int line_ = 0;
    int life_ = 0;
    std::deque<Command> commands_;
    std::deque<Answer> answers_;
};

}  // namespace tests
