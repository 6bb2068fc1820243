#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace gateway::accounting {

/// A script of the shared store, its keys and arguments (Redis docs, "EVAL").
struct StoreCommand {
    std::uint64_t number = 0;             // names the command in its answer; never 0, never used twice
    const std::string* script = nullptr;  // Lua; lives as long as the program
    std::vector<std::string> keys;
    std::vector<std::string> arguments;
};

struct StoreError {
    std::string message;
};

/// What Redis answers (RESP2). monostate: nil.
struct StoreAnswer {
    std::variant<std::monostate, std::int64_t, std::string, std::vector<StoreAnswer>, StoreError> value;
};

}  // namespace gateway::accounting
