#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// Puts a file with this text in the place of the one at `path`, with its owner and mode (0600 if there is
/// none), so that everybody sees the whole of the one or of the other, also after a power cut. What failed;
/// the file is then as it was.
[[nodiscard]] std::optional<std::string> replace_file(const std::string& path, std::string_view text);

}  // namespace gateway::auth
