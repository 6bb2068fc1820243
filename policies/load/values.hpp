#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/load/findings.hpp"
#include "policies/load/node.hpp"

namespace policies::load {

/// Bytes: NAMEDATALEN - 1 of PostgreSQL, which cuts longer names, and two may then be one.
inline constexpr std::size_t longest_name = 63;

/// A map whose keys the language fixes, such as a role's. Reports a node that is no map, and unknown keys.
class FixedMap {
public:
    FixedMap(const Node& node, Findings& findings, std::string_view what, std::vector<std::string> known);
    [[nodiscard]] const Entry* find(std::string_view key) const;

private:
    const Node* node_ = nullptr;
};

/// The entries of a map whose keys the author chooses, such as `classes`; empty, and reported, for anything
/// else.
[[nodiscard]] const std::vector<Entry>& entries_of(const Node& node, Findings& findings,
                                                   std::string_view what);

/// The values of a list, or reported. A single scalar is not a list.
[[nodiscard]] const std::vector<Node>& items_of(const Node& node, Findings& findings, std::string_view what);

/// A word that is not empty.
[[nodiscard]] std::optional<std::string> read_word(const Node& node, Findings& findings,
                                                   std::string_view what);

/// `true` or `false`; YAML's other spellings (yes, no, on, off) are reported.
[[nodiscard]] std::optional<bool> read_true_false(const Node& node, Findings& findings,
                                                  std::string_view what);

/// A whole number from 1 to `most`, in digits only.
[[nodiscard]] std::optional<std::uint64_t> positive_number(std::string_view text, std::uint64_t most);

/// Reads a list of words, each once; a repeated one is reported. `take` gets each word and where it stands.
void read_words(const Node& node, Findings& findings, std::string_view what,
                const std::function<void(const std::string&, Position)>& take);

/// Names of classes, roles and kinds of subject: a letter, then letters, digits, '_' or '-', at most 63
/// bytes.
[[nodiscard]] bool check_name(const std::string& name, Position at, Findings& findings,
                              std::string_view what);

/// Splits `schema.name`; reports anything else.
[[nodiscard]] std::optional<std::pair<std::string, std::string>> split_qualified(const std::string& text,
                                                                                 Position at,
                                                                                 Findings& findings,
                                                                                 std::string_view what);

template <class Map>
[[nodiscard]] std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    keys.reserve(map.size());
    for (const auto& entry : map)
        keys.push_back(entry.first);
    return keys;
}

}  // namespace policies::load
