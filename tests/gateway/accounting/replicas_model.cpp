#include "replicas_model.hpp"

#include <algorithm>
#include <utility>

namespace tests {
namespace {

using namespace std::chrono_literals;
using gateway::accounting::BudgetBook;
using gateway::accounting::KeyHash;
using gateway::accounting::SharedSettings;
using gateway::accounting::StoreAnswer;
using gateway::accounting::StoreError;

}  // namespace

std::string RevealOracle::reveal(const std::vector<Payer>& payers, const std::string& subject, TimePoint at) {
    std::string mistake;
    for (const Payer& payer : payers) {
        last_[payer.ledger][subject] = at;
        for (const policies::Limit& limit : *payer.limits) {
            const std::size_t count = seen(payer.ledger, limit.window, at);
            if (count > limit.most)
                mistake = payer.ledger + ": " + std::to_string(count) + " of " + std::to_string(limit.most) +
                          " in " + std::to_string(limit.window.count()) + " s";
        }
    }
    return mistake;
}

std::size_t RevealOracle::seen(const std::string& ledger, Milliseconds window, TimePoint now) const {
    const auto found = last_.find(ledger);
    if (found == last_.end()) return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(found->second, [&](const auto& seen) { return now - seen.second < window; }));
}

ReplicaModel::ReplicaModel(RedisModel& redis, std::mt19937_64& random, SharedSettings settings,
                           std::string journals)
    : redis_(redis), random_(random), settings_(std::move(settings)), journals_(std::move(journals)) {
    settings_.draw = [this] { return KeyHash::Key{random_(), random_()}; };
}

Milliseconds ReplicaModel::some(Milliseconds most) {
    return Milliseconds(random_() % static_cast<std::uint64_t>(most.count() + 1));
}

// One draw after the other, so that no compiler orders them.
TimePoint ReplicaModel::arrival(TimePoint now, Milliseconds delay) {
    const TimePoint usual = now + 1ms + some(5ms);
    return usual + some(delay);
}

void ReplicaModel::start(TimePoint now) {
    offset_ = 1h + some(Milliseconds(24h));
    if (journals_.empty()) {
        book_ = std::make_unique<BudgetBook>(settings_);
    } else {
        const gateway::accounting::JournalTime wall(std::chrono::floor<Milliseconds>(now.time_since_epoch()));
        book_ = BudgetBook::open(settings_, journals_, {own_time(now), wall}).value();
    }
}

void ReplicaModel::crash(TimePoint until) {
    if (random_() % 2 == 0) commands_.clear();
    book_.reset();
    connected_ = waits_ = false;
    ++life_;
    ++line_;
    down_until_ = until;
}

void ReplicaModel::lose_line(TimePoint now) {
    if (!connected_) return;
    connected_ = waits_ = false;
    connect_at_ = now + 50ms + some(950ms);
    ++line_;
    book_->store()->on_lost(own_time(now));
}

void ReplicaModel::run(TimePoint now) {
    carry_out(now);
    if (!book_ && now >= down_until_) start(now);
    if (!runs(now)) return;
    deliver(now);
    if (waits_ && now - sent_at_ > settings_.lease / 2) lose_line(now);
    if (!connected_ && now >= connect_at_) {
        if (!redis_is_up || (faults.commands_lost && faults.answers_lost)) {
            connect_at_ = now + 50ms + some(950ms);
        } else {
            connected_ = loads_ = true;
            book_->store()->on_connected(redis_.run_id(), own_time(now));
        }
    }
    if (connected_) send(now);
}

// What the store has got, also on a line that is gone.
void ReplicaModel::carry_out(TimePoint now) {
    for (auto command = commands_.begin(); command != commands_.end();) {
        if (command->at > now) {
            ++command;
            continue;
        }
        if (redis_is_up) {
            if (command->loads) redis_.load(command->command.script);
            StoreAnswer answer = faults.refused ? StoreAnswer{StoreError{"OOM command not allowed"}}
                                                : redis_.run(command->command);
            if (faults.garbage) answer = garbage_for(std::move(answer));
            if (!faults.answers_lost)
                answers_.push_back({arrival(now, faults.answer_delay), command->line, command->command.number,
                                    std::move(answer)});
        }
        command = commands_.erase(command);
    }
}

void ReplicaModel::deliver(TimePoint now) {
    for (auto answer = answers_.begin(); answer != answers_.end();) {
        if (answer->at > now) {
            ++answer;
            continue;
        }
        const Answer arrived = std::move(*answer);
        answer = answers_.erase(answer);
        if (arrived.line != line_) continue;
        waits_ = false;
        if (!book_->store()->on_answer(arrived.number, arrived.answer, own_time(now))) lose_line(now);
    }
}

void ReplicaModel::send(TimePoint now) {
    for (auto& command : book_->store()->take_commands(own_time(now))) {
        if (!waits_) sent_at_ = now;
        waits_ = true;
        if (!faults.commands_lost)
            commands_.push_back(
                {arrival(now, faults.delay), line_, std::exchange(loads_, false), std::move(command)});
    }
}

StoreAnswer ReplicaModel::garbage_for(StoreAnswer answer) {
    auto* const list = std::get_if<std::vector<StoreAnswer>>(&answer.value);
    if (list != nullptr && !list->empty() && random_() % 8 != 0) {
        StoreAnswer& item = (*list)[random_() % list->size()];
        item = garbage_for(std::move(item));
        return answer;
    }
    switch (random_() % 6) {
        case 0: return {};
        case 1: return {static_cast<std::int64_t>(random_())};
        case 2: return {std::int64_t{-1}};
        case 3: return {static_cast<std::int64_t>(random_() % 1000)};
        case 4: return {std::string(random_() % 80, 'x')};
        default: return {std::vector<StoreAnswer>(random_() % 5)};
    }
}

}  // namespace tests
