#pragma once

#include <optional>
#include <string_view>

#include "policies/load/findings.hpp"
#include "policies/load/node.hpp"

namespace policies::load {

/// What a policy file may be at most; a larger one is a mistake or an attack.
inline constexpr std::size_t max_file_bytes = std::size_t{1024} * 1024;
inline constexpr std::size_t max_events = 100'000;
inline constexpr int max_depth = 16;

/// Reads one YAML document of plain shape: maps, lists and scalars. Anchors, aliases, tags, merge keys,
/// duplicate keys and a second document are reported. nullopt: nothing further can be said about the file.
[[nodiscard]] std::optional<Node> read_document(std::string_view text, Findings& findings);

}  // namespace policies::load
