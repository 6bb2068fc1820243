// Replicas that share budgets, a store, and a nemesis, all driven by a seed. The people whom each replica
// shows are counted by an oracle that sees all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

#include "replicas_model.hpp"

namespace {

using namespace std::chrono_literals;
using namespace gateway::accounting;
using policies::Budget;
using policies::Budgets;
using policies::Counted;
using tests::RedisModel;
using tests::ReplicaModel;
using tests::RevealOracle;
using Milliseconds = std::chrono::milliseconds;

constexpr TimePoint start{1h};
constexpr std::size_t replica_count = 10;
constexpr auto longest = 20s;  // of the windows

const Budgets own{{{.name = "customer"}, {{5, 8s, {}}, {9, longest, {}}}},
                  {{Counted::What::in_clear, "phone"}, {{3, 12s, {}}}},
                  {{Counted::What::misses, {}}, {{4, 8s, {}}}}};
const Budgets of_team{{{.name = "customer"}, {{12, 12s, {}}}}};
const SharedSettings settings{.secret = {1, 2}, .lease = 2s};

/// Somebody who asks for one person, or for nobody, and maybe waits.
struct Request {
    std::size_t replica;
    int life;
    std::string user;
    std::string key;  // empty: a miss
    std::set<std::string> in_clear;
    TimePoint gives_up;
    bool is_ready = false;
    std::optional<Miss> miss = std::nullopt;
    std::shared_ptr<bool> woken = std::make_shared<bool>(true);
};

/// A folder in memory, where there is such a file system: nothing here is to outlive a power cut.
class MemoryFolder {
public:
    MemoryFolder() : path_(std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp") {
        path_ += "/tabir-journals-XXXXXX";
        if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder for journals");
    }
    ~MemoryFolder() { std::filesystem::remove_all(path_); }
    MemoryFolder(const MemoryFolder&) = delete;
    MemoryFolder& operator=(const MemoryFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

class World {
public:
    explicit World(std::uint64_t seed, bool with_journals = false) : redis(seed), random(seed) {
        if (with_journals) journals.emplace();
        for (std::size_t i = 0; i < replica_count; ++i)
            replicas.push_back(std::make_unique<ReplicaModel>(redis, random, settings,
                                                              journals ? journals->path() : std::string()));
    }

    std::uint64_t below(std::uint64_t end) { return random() % end; }
    bool sometimes(std::uint64_t one_in) { return below(one_in) == 0; }

    void ask(std::string user, std::string key, std::set<std::string> in_clear = {}) {
        const std::size_t replica = below(replicas.size());
        requests.push_back({replica, replicas[replica]->life(), std::move(user), std::move(key),
                            std::move(in_clear), now + 8s});
    }
    void ask_something(std::uint64_t users) {
        const std::string user = "user" + std::to_string(below(users));
        const std::string key = sometimes(8) ? "" : std::to_string(below(60));
        ask(user, key, sometimes(4) ? std::set<std::string>{"phone"} : std::set<std::string>{});
    }

    void step(Milliseconds time) {
        now += time;
        just_shown.reset();
        for (const auto& replica : replicas)
            replica->run(now);
        for (auto request = requests.begin(); request != requests.end();)
            request = is_over(*request) ? requests.erase(request) : std::next(request);
        for (const auto& replica : replicas)
            replica->run(now);
    }

    RedisModel redis;
    std::mt19937_64 random;
    std::optional<MemoryFolder> journals;  // that all replicas have in common
    std::vector<std::unique_ptr<ReplicaModel>> replicas;
    TimePoint now = start;
    RevealOracle oracle;
    std::vector<std::string> overshoots;
    std::optional<std::size_t> just_shown;  // the replica, in the last step
    std::size_t shown = 0;
    std::size_t refused = 0;
    std::deque<Request> requests;

private:
    static Accounts accounts_of(const std::string& user) {
        return {{Account::Of::person, user, &own}, {Account::Of::team, "team", &of_team}};
    }

    bool is_over(Request& request) {
        ReplicaModel& replica = *replicas[request.replica];
        if (replica.life() != request.life || now > request.gives_up) return true;
        if (!replica.runs(now) || !*request.woken) return false;
        const Accounts accounts = accounts_of(request.user);
        if (!request.is_ready) {
            request.is_ready = replica.book().ready(accounts, replica.own_time(now));
            if (!request.is_ready) return wait(request, replica);
        }
        if (!request.miss) request.miss = replica.book().next_miss();
        const ChargeResult charged =
            request.key.empty()
                ? replica.book().charge_miss(accounts, *request.miss, {"customer"}, {}, replica.own_time(now))
                : replica.book().charge(accounts, {"customer", request.key, request.in_clear},
                                        replica.own_time(now));
        if (std::holds_alternative<Waits>(charged)) return wait(request, replica);
        if (std::holds_alternative<Charged>(charged) && replica.book().record()) {
            note_reveal(request);
        } else {
            ++refused;
        }
        return true;
    }

    bool wait(Request& request, ReplicaModel& replica) {
        *request.woken = false;
        replica.book().when_answered([woken = request.woken] { *woken = true; });
        return false;
    }

    void note_reveal(const Request& request) {
        ++shown;
        just_shown = request.replica;
        std::vector<RevealOracle::Payer> payers;
        const bool miss = request.key.empty();
        if (miss) {
            payers = {{request.user + " misses", &own[2].limits}};
        } else {
            payers = {{request.user + " people", &own[0].limits}, {"team people", &of_team[0].limits}};
            if (!request.in_clear.empty()) payers.push_back({request.user + " phone", &own[1].limits});
        }
        const std::string subject = miss ? "miss " + std::to_string(shown) : request.key;
        if (auto mistake = oracle.reveal(payers, subject, now); !mistake.empty())
            overshoots.push_back(std::move(mistake));
    }
};

// Not among them: that Redis' clock jumps. Its model has none, and fails a script that asks for the time.
enum class Fault {
    none,
    crashes,
    partition,
    delays,
    flush,
    old_snapshot,
    pauses,
    errors,
    away,
    script_flush,
    anew
};
constexpr std::uint64_t kinds_of_faults = 11;

/// One kind of fault for a while. What it begins is healed by heal().
class Nemesis {
public:
    Nemesis(World& world, Fault fault) : world_(world), fault_(fault), snapshot_(world.redis.data()) {
        ends_ = world.now +
                Milliseconds(500 +
                             world.below(fault == Fault::partition || fault == Fault::away ? 20'000 : 8'000));
        begin();
    }

    void step() {
        if (fault_ == Fault::crashes) {
            // Some of them before they can tell whom they have shown.
            if (world_.just_shown && world_.sometimes(2)) crash(*world_.replicas[*world_.just_shown]);
            if (world_.sometimes(60)) crash(some_replica());
        } else if (fault_ == Fault::old_snapshot && !restarted_ && world_.now > ends_ - Milliseconds(500)) {
            restart();
        } else if (fault_ == Fault::script_flush && world_.sometimes(30)) {
            world_.redis.forget_scripts();
        }
    }
    [[nodiscard]] bool over() const { return world_.now >= ends_; }
    void heal() {
        for (auto& replica : world_.replicas) {
            replica->faults = {};
            replica->redis_is_up = true;
        }
    }

private:
    void crash(ReplicaModel& replica) { replica.crash(world_.now + Milliseconds(world_.below(2'000))); }
    ReplicaModel& some_replica() { return *world_.replicas[world_.below(replica_count)]; }

    void begin() {
        switch (fault_) {
            case Fault::none:
            case Fault::crashes:
            case Fault::script_flush:
            case Fault::old_snapshot: return;
            case Fault::flush: return world_.redis.flush();
            case Fault::pauses:
                for (int i = 0; i < 3; ++i)
                    some_replica().pause(world_.now + Milliseconds(world_.below(15'000)));
                return;
            case Fault::partition:
                for (int i = 0; i < 4; ++i) {
                    auto& faults = some_replica().faults;
                    faults.commands_lost = world_.sometimes(2);
                    faults.answers_lost = !faults.commands_lost || world_.sometimes(2);
                }
                return;
            case Fault::delays:
                for (int i = 0; i < 4; ++i) {
                    auto& faults = some_replica().faults;
                    faults.delay = Milliseconds(world_.below(world_.sometimes(2) ? 800 : 8'000));
                    faults.answer_delay = Milliseconds(world_.below(2'000));
                }
                return;
            case Fault::away:  // while some replicas are replaced, as a roll-out does
                for (auto& replica : world_.replicas) {
                    replica->redis_is_up = false;
                    if (!world_.sometimes(8)) replica->crash(world_.now + Milliseconds(world_.below(8'000)));
                }
                return;
            case Fault::anew:  // all at once, and Redis without its data: what journals are for
                if (!world_.journals) return;
                for (auto& replica : world_.replicas)
                    replica->crash(world_.now + Milliseconds(world_.below(8'000)));
                return world_.redis.flush();
            case Fault::errors:
                for (auto& replica : world_.replicas)
                    replica->faults.refused = true;
                return;
        }
    }

    // Redis is away for a moment, and comes back as it was when this began.
    void restart() {
        restarted_ = true;
        world_.redis.restart(snapshot_);
        for (auto& replica : world_.replicas) {
            replica->redis_is_up = false;
            replica->lose_line(world_.now);
        }
    }

    World& world_;
    Fault fault_;
    RedisModel::Data snapshot_;
    bool restarted_ = false;
    TimePoint ends_;
};

void live(World& world, Milliseconds time, std::uint64_t users) {
    for (const TimePoint end = world.now + time; world.now < end;) {
        if (world.sometimes(5)) world.ask_something(users);
        world.step(Milliseconds(1 + world.below(80)));
    }
}

void suffer(World& world, Fault fault) {
    Nemesis nemesis(world, fault);
    while (!nemesis.over()) {
        if (world.sometimes(5)) world.ask_something(4);
        nemesis.step();
        world.step(Milliseconds(1 + world.below(80)));
    }
    nemesis.heal();
}

// Whatever happened: once it has left the longest window, one person sees as many through all replicas as the
// budget says. Empty, or what he saw.
std::string whole_budget(World& world) {
    for (const TimePoint end = world.now + longest + 10s; world.now < end;)
        world.step(Milliseconds(250));
    const std::size_t before = world.oracle.seen("user0 people", 8s, world.now);
    for (int key = 0; key < 10; ++key) {
        world.ask("user0", "new " + std::to_string(key));
        for (int i = 0; i < 5; ++i)
            world.step(Milliseconds(1 + world.below(20)));
    }
    for (int i = 0; i < 100; ++i)
        world.step(Milliseconds(50));
    const std::size_t after = world.oracle.seen("user0 people", 8s, world.now);
    if (before == 0 && after == 5) return {};
    return "5 people were left to see, but " + std::to_string(after) + " were seen";
}

std::uint64_t seeds() {
    if (const char* given = std::getenv("TABIR_SEEDS")) return std::strtoull(given, nullptr, 10);
    return std::getenv("TABIR_LONG") != nullptr ? 10'000 : 200;
}

std::uint64_t first_seed() {
    const char* const given = std::getenv("TABIR_SEED");
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

bool has_journals(std::uint64_t seed) {
    return static_cast<Fault>(seed % kinds_of_faults) == Fault::anew || seed % 4 == 0;
}

void live_by(std::uint64_t seed, World& world) {
    live(world, Milliseconds(5'000 + world.below(8'000)), 4);
    suffer(world, static_cast<Fault>(seed % kinds_of_faults));
    live(world, longest + 4s, 4);
    if (seed % 4 == 0) {
        suffer(world, static_cast<Fault>(world.below(kinds_of_faults)));
        live(world, 10s, 4);
    }
}

/// Tells many stories, several at a time, until one goes wrong. `story` gives what did, or nothing.
template <class Story>
void tell(std::uint64_t stories, Story story) {
    const std::uint64_t end = first_seed() + stories;
    std::atomic<std::uint64_t> next = first_seed();
    std::atomic<bool> failed = false;
    const auto work = [&] {
        for (std::uint64_t seed = next++; seed < end && !failed; seed = next++) {
            const std::string mistake = story(seed);
            if (mistake.empty()) continue;
            failed = true;
            ADD_FAILURE() << mistake << "; repeat with TABIR_SEED=" << seed << " TABIR_SEEDS=1";
        }
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
        threads.emplace_back(work);
}

TEST(SharedBudgetsSimulation, ASeedIsTheSameStoryAgain) {
    tell(std::min<std::uint64_t>(seeds(), 2 * kinds_of_faults), [](std::uint64_t seed) -> std::string {
        World once(seed, has_journals(seed)), again(seed, has_journals(seed));
        live_by(seed, once);
        live_by(seed, again);
        const bool same = once.redis.trace() == again.redis.trace() && once.shown == again.shown &&
                          once.refused == again.refused;
        return same ? "" : "the second time Redis was asked something else";
    });
}

TEST(SharedBudgetsSimulation, NobodyIsShownBeyondABudgetWhateverFails) {
    std::atomic<std::size_t> shown = 0;
    std::atomic<std::size_t> refused = 0;
    tell(seeds(), [&](std::uint64_t seed) {
        World world(seed, has_journals(seed));
        live_by(seed, world);
        std::string mistake = whole_budget(world);
        shown += world.shown;
        refused += world.refused;
        if (world.overshoots.empty()) return mistake;
        return std::to_string(world.overshoots.size()) +
               " people too many, the first: " + world.overshoots.front();
    });
    if (HasFailure()) return;
    std::cout << seeds() << " seeds from " << first_seed() << ": " << shown << " people shown, " << refused
              << " refused\n";
    EXPECT_GT(shown, seeds() * 20);
    EXPECT_GT(refused, seeds() * 20) << "budgets that are never used up prove nothing";
}

TEST(SharedBudgetsSimulation, AStoreThatLiesGivesAReplicaNoMoreThanTheBudget) {
    std::atomic<std::size_t> shown = 0;
    tell(seeds() / 10, [&](std::uint64_t seed) -> std::string {
        World world(seed);
        world.replicas.resize(1);
        for (int i = 0; i < 2'000; ++i) {
            world.replicas[0]->faults.garbage = world.sometimes(30);
            if (world.sometimes(5)) world.redis.forget_people();
            world.ask("user0", std::to_string(i));
            world.step(Milliseconds(1 + world.below(40)));
        }
        shown += world.shown;
        return world.overshoots.empty() ? "" : world.overshoots.front();
    });
    EXPECT_GE(shown, seeds() / 2);
}

}  // namespace
