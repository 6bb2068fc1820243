#pragma once

#include <lua5.1/lua.hpp>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gateway/accounting/store_command.hpp"

namespace tests {

/// The part of Redis that the store's script uses, with the Lua that Redis uses. A command that the model
/// does not know fails the script: TIME and PEXPIRE are not among them, for nothing may hang on Redis' clock.
class RedisModel {
public:
    /// What a snapshot holds.
    struct Data {
        std::map<std::string, std::map<std::string, std::string>> hashes;
        std::map<std::string, std::map<std::string, double>> sorted_sets;
    };

    explicit RedisModel(std::uint64_t seed);
    ~RedisModel();
    RedisModel(const RedisModel&) = delete;
    RedisModel& operator=(const RedisModel&) = delete;

    /// EVALSHA: the script must have been loaded.
    [[nodiscard]] gateway::accounting::StoreAnswer run(const gateway::accounting::StoreCommand& command);
    void load(const std::string* script) { loaded_.insert(script); }
    /// SCRIPT FLUSH.
    void forget_scripts() { loaded_.clear(); }

    [[nodiscard]] const std::string& run_id() const { return run_id_; }
    /// A hash of all commands so far: two runs that asked the same in the same order have the same one.
    [[nodiscard]] std::uint64_t trace() const { return trace_; }
    [[nodiscard]] const Data& data() const { return data_; }
    void flush() { data_ = {}; }
    /// Loses data, and does not tell: against this there is no defence but each replica's own count.
    void forget_people() { data_.sorted_sets.clear(); }
    /// The process starts anew with `data`.
    void restart(Data data);

private:
    using Words = std::vector<std::string>;

    static int call_from_lua(lua_State* lua);
    void push_result(const Words& words);
    void push_hash_result(const Words& words);
    void push_set_result(const Words& words);
    void push_range(const Words& words);
    void drop_empty(const std::string& key);
    [[nodiscard]] gateway::accounting::StoreAnswer answer_at(int index);
    void note(const Words& words);

    Data data_;
    std::mt19937_64 random_;
    std::string run_id_ = "run 0";
    int restarts_ = 0;
    std::uint64_t trace_ = 0;
    std::unique_ptr<lua_State, decltype(&lua_close)> lua_;
    std::set<const std::string*> loaded_;         // scripts
    std::map<const std::string*, int> compiled_;  // in Lua's registry
    std::string mistake_;
};

}  // namespace tests
