#pragma once

#include <string>
#include <vector>

namespace policies::load {

/// A place in the file; both count from 1, columns in bytes.
struct Position {
    int line = 1;
    int column = 1;
    auto operator<=>(const Position&) const = default;
};

struct Entry;

/// One value of the file as it was written: no types are guessed, so that `no` stays a word.
struct Node {
    enum class Kind {
        nothing,  // the value is missing
        scalar,
        list,
        map,
    };
    Kind kind = Kind::nothing;
    Position at;
    std::string text;     // of a scalar
    bool quoted = false;  // of a scalar
    std::vector<Node> items;
    std::vector<Entry> entries;

    [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
    [[nodiscard]] bool is_word(const char* word) const { return is_scalar() && !quoted && text == word; }
};

/// One `key: value` of a map. Keys are unique within their map.
struct Entry {
    std::string key;
    Position at;
    Node value;
};

}  // namespace policies::load
