#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "gateway/config/value_reader.hpp"

namespace gateway::config {

/// At most `limit` + 1 bytes of a regular file; nullopt: it is none, or cannot be read.
[[nodiscard]] std::optional<std::string> bytes_of(const std::string& path, std::size_t limit);

/// The one line of the file that `key` names; empty without the key, or after a mistake.
[[nodiscard]] std::string password_of(const ReadingContext& context, const MapReader& reader,
                                      std::string_view key);

/// The bytes of the file that `key` names: `shortest` or more, which not everybody may read. Empty after a
/// mistake.
[[nodiscard]] std::string secret_of(const ReadingContext& context, const MapReader& reader,
                                    std::string_view key, std::size_t shortest);

}  // namespace gateway::config
