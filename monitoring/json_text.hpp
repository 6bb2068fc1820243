#pragma once

#include <string>
#include <string_view>

namespace monitoring {

/// Appends `text` as a JSON string with its quotes, safe to show in a terminal and to split at line feeds:
/// control characters, line separators and bidirectional marks are written as \uXXXX, each byte that is not
/// UTF-8 as \ufffd. Text over `most_bytes` is cut between two characters and ends in an ellipsis.
void append_json_text(std::string& out, std::string_view text, std::size_t most_bytes = 1024);

}  // namespace monitoring
