#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/errors.hpp"

namespace gateway::config {

struct Entry;

/// One value of the configuration file, with the place where it stands (1-based).
struct Node {
    enum class Kind { null, scalar, list, map };

    Kind kind = Kind::null;
    int line = 0;
    int column = 0;
    std::string text;            // of a scalar
    std::vector<Node> items;     // of a list
    std::vector<Entry> entries;  // of a map; keys are scalars, each once

    [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Entry {
    Node key;
    Node value;
};

/// Reads one YAML document of plain maps, lists and scalars. Anchors, aliases, tags, duplicate keys, a second
/// document, NUL bytes, invalid UTF-8 and nesting deeper than any configuration needs are mistakes, which are
/// appended to `mistakes`; nullopt when there is any.
[[nodiscard]] std::optional<Node> read_yaml(std::string_view text, const std::string& file,
                                            policies::Mistakes& mistakes);

}  // namespace gateway::config
