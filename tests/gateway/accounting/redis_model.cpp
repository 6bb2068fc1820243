#include "redis_model.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "gateway/accounting/key_hash.hpp"

namespace tests {
namespace {

using gateway::accounting::StoreAnswer;
using gateway::accounting::StoreCommand;
using gateway::accounting::StoreError;

struct Bound {
    double score;
    bool open;

    explicit Bound(std::string text) : open(text.starts_with('(')) {
        if (open) text.erase(0, 1);
        score = text == "+inf"   ? std::numeric_limits<double>::infinity()
                : text == "-inf" ? -std::numeric_limits<double>::infinity()
                                 : std::stod(text);
    }
};

bool lies_between(double score, const Bound& from, const Bound& to) {
    return (from.open ? score > from.score : score >= from.score) &&
           (to.open ? score < to.score : score <= to.score);
}

std::string text_of_number(double number) {
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "%.17g", number);
    return text.data();
}

void push_text(lua_State* lua, const std::string& text) { lua_pushlstring(lua, text.data(), text.size()); }

void set_table(lua_State* lua, const char* name, const std::vector<std::string>& items) {
    lua_createtable(lua, static_cast<int>(items.size()), 0);
    for (std::size_t i = 0; i < items.size(); ++i) {
        push_text(lua, items[i]);
        lua_rawseti(lua, -2, static_cast<int>(i + 1));
    }
    lua_setglobal(lua, name);
}

}  // namespace

RedisModel::RedisModel(std::uint64_t seed) : random_(seed), lua_(luaL_newstate(), &lua_close) {
    lua_State* const lua = lua_.get();
    luaL_openlibs(lua);
    lua_newtable(lua);
    lua_pushlightuserdata(lua, this);
    lua_pushcclosure(lua, &RedisModel::call_from_lua, 1);
    lua_setfield(lua, -2, "call");
    lua_setglobal(lua, "redis");
}

RedisModel::~RedisModel() = default;

void RedisModel::restart(Data data) {
    data_ = std::move(data);
    forget_scripts();
    run_id_ = "run " + std::to_string(++restarts_);
}

// What is answered shows in what is asked next.
void RedisModel::note(const Words& words) {
    for (const std::string& word : words)
        trace_ = gateway::accounting::KeyHash({trace_, words.size()})(word);
}

StoreAnswer RedisModel::run(const StoreCommand& command) {
    note(command.keys);
    note(command.arguments);
    if (!loaded_.contains(command.script)) return {StoreError{"NOSCRIPT No matching script"}};
    lua_State* const lua = lua_.get();
    auto compiled = compiled_.find(command.script);
    if (compiled == compiled_.end()) {
        if (luaL_loadbuffer(lua, command.script->data(), command.script->size(), "script") != 0)
            throw std::logic_error(lua_tostring(lua, -1));
        compiled = compiled_.emplace(command.script, luaL_ref(lua, LUA_REGISTRYINDEX)).first;
    }
    set_table(lua, "KEYS", command.keys);
    set_table(lua, "ARGV", command.arguments);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, compiled->second);
    const bool done = lua_pcall(lua, 0, 1, 0) == 0;
    StoreAnswer answer = done ? answer_at(-1) : StoreAnswer{StoreError{lua_tostring(lua, -1)}};
    lua_settop(lua, 0);
    return answer;
}

// As Redis turns Lua's values into answers: numbers lose their fraction.
StoreAnswer RedisModel::answer_at(int index) {
    lua_State* const lua = lua_.get();
    switch (lua_type(lua, index)) {
        case LUA_TNUMBER: return {static_cast<std::int64_t>(lua_tonumber(lua, index))};
        case LUA_TSTRING: {
            std::size_t size = 0;
            const char* const text = lua_tolstring(lua, index, &size);
            return {std::string(text, size)};
        }
        case LUA_TTABLE: {
            std::vector<StoreAnswer> list;
            for (std::size_t i = 1; i <= lua_objlen(lua, index); ++i) {
                lua_rawgeti(lua, index, static_cast<int>(i));
                list.push_back(answer_at(lua_gettop(lua)));
                lua_pop(lua, 1);
            }
            return {std::move(list)};
        }
        default: return {};
    }
}

// Leaves by a jump where it fails: nothing with a destructor is alive then.
int RedisModel::call_from_lua(lua_State* lua) {
    auto* const self = static_cast<RedisModel*>(lua_touserdata(lua, lua_upvalueindex(1)));
    self->mistake_.clear();
    {
        Words words;
        for (int i = 1; i <= lua_gettop(lua); ++i) {
            if (lua_type(lua, i) == LUA_TNUMBER) {
                words.push_back(text_of_number(lua_tonumber(lua, i)));
                continue;
            }
            std::size_t size = 0;
            const char* const text = lua_tolstring(lua, i, &size);
            if (text == nullptr) {
                self->mistake_ = "Lua redis lib command arguments must be strings or integers";
                break;
            }
            words.emplace_back(text, size);
        }
        if (self->mistake_.empty()) self->push_result(words);
    }
    if (!self->mistake_.empty()) return luaL_error(lua, "%s", self->mistake_.c_str());
    return 1;
}

void RedisModel::push_result(const Words& words) {
    if (words.front() == "DEL") {
        for (const std::string& key : words)
            data_.sorted_sets.erase(key);
        lua_pushnumber(lua_.get(), 1);
    } else if (words.front().starts_with('H')) {
        push_hash_result(words);
    } else {
        push_set_result(words);
    }
}

void RedisModel::push_hash_result(const Words& words) {
    lua_State* const lua = lua_.get();
    auto& hash = data_.hashes[words.at(1)];
    const auto push_field = [&](const std::string& name) {
        const auto field = hash.find(name);
        if (field == hash.end()) {
            lua_pushboolean(lua, 0);
        } else {
            push_text(lua, field->second);
        }
    };
    if (words[0] == "HMGET") {
        lua_newtable(lua);
        for (std::size_t i = 2; i < words.size(); ++i) {
            push_field(words[i]);
            lua_rawseti(lua, -2, static_cast<int>(i - 1));
        }
    } else if (words[0] == "HGET") {
        push_field(words.at(2));
    } else if (words[0] == "HSET") {
        for (std::size_t i = 2; i + 1 < words.size(); i += 2)
            hash[words[i]] = words[i + 1];
        lua_pushnumber(lua, 1);
    } else if (words[0] == "HDEL") {
        lua_pushnumber(lua, static_cast<double>(hash.erase(words.at(2))));
    } else if (words[0] == "HRANDFIELD" && hash.empty()) {
        lua_pushboolean(lua, 0);
    } else if (words[0] == "HRANDFIELD") {
        push_text(lua, std::next(hash.begin(), static_cast<std::ptrdiff_t>(random_() % hash.size()))->first);
    } else {
        mistake_ = "unknown command " + words[0];
    }
}

void RedisModel::push_set_result(const Words& words) {
    lua_State* const lua = lua_.get();
    const std::string& key = words.at(1);
    auto& set = data_.sorted_sets[key];
    double count = 0;
    if (words[0] == "ZADD" && words.at(2) == "GT") {
        const double score = std::stod(words.at(3));
        const auto [member, is_new] = set.try_emplace(words.at(4), score);
        member->second = std::max(member->second, score);
        count = is_new ? 1 : 0;
    } else if (words[0] == "ZADD") {
        count = set.insert_or_assign(words.at(3), std::stod(words.at(2))).second ? 1 : 0;
    } else if (words[0] == "ZREM") {
        count = static_cast<double>(set.erase(words.at(2)));
    } else if (words[0] == "ZREMRANGEBYSCORE") {
        const Bound from(words.at(2)), to(words.at(3));
        count = static_cast<double>(
            std::erase_if(set, [&](const auto& member) { return lies_between(member.second, from, to); }));
    } else if (words[0] == "ZCOUNT") {
        const Bound from(words.at(2)), to(words.at(3));
        count = static_cast<double>(std::ranges::count_if(
            set, [&](const auto& member) { return lies_between(member.second, from, to); }));
    } else if (words[0] == "ZRANGEBYSCORE") {
        push_range(words);
        return drop_empty(key);
    } else if (words[0] == "ZSCORE") {
        const auto member = set.find(words.at(2));
        if (member == set.end()) {
            lua_pushboolean(lua, 0);
        } else {
            push_text(lua, text_of_number(member->second));
        }
        return drop_empty(key);
    } else {
        mistake_ = "unknown command " + words[0];
    }
    lua_pushnumber(lua, count);
    drop_empty(key);
}

// ZRANGEBYSCORE key from to WITHSCORES LIMIT offset count
void RedisModel::push_range(const Words& words) {
    lua_State* const lua = lua_.get();
    const Bound from(words.at(2)), to(words.at(3));
    std::vector<std::pair<double, std::string>> range;
    for (const auto& [member, score] : data_.sorted_sets[words[1]]) {
        if (lies_between(score, from, to)) range.emplace_back(score, member);
    }
    std::ranges::sort(range);
    lua_newtable(lua);
    int place = 0;
    const auto begin = std::stoul(words.at(6));
    for (std::size_t i = begin; i < std::min(range.size(), begin + std::stoul(words.at(7))); ++i) {
        push_text(lua, range[i].second);
        lua_rawseti(lua, -2, ++place);
        push_text(lua, text_of_number(range[i].first));
        lua_rawseti(lua, -2, ++place);
    }
}

void RedisModel::drop_empty(const std::string& key) {
    if (data_.sorted_sets[key].empty()) data_.sorted_sets.erase(key);
}

}  // namespace tests
