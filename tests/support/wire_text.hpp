#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/wire/frame.hpp"

namespace tests {

/// A message in the words of a case file: `ErrorResponse sqlstate=42501`. A field may stand several times
/// (value=).
struct WireLine {
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;

    [[nodiscard]] std::string field(std::string_view key, std::string_view otherwise = "") const;
    [[nodiscard]] std::vector<std::string> all(std::string_view key) const;
    [[nodiscard]] std::string text() const;
};

/// Reads `Name key=value key="quoted \n \" \\ \x00" | Name ...`; throws std::runtime_error with the reason.
[[nodiscard]] std::vector<WireLine> wire_lines(std::string_view text);

/// The bytes of a message that a client sends; `Raw bytes="..."` stands for itself. Throws std::runtime_error
/// for a name or field that no client message has.
[[nodiscard]] std::string client_bytes(const WireLine& line);

/// A server's message in words; what does not decode is `Malformed reason=...`.
[[nodiscard]] WireLine described(const gateway::wire::Frame& frame);

/// True if `actual` has the name and, for each field that `expected` gives, the same values.
[[nodiscard]] bool matches(const WireLine& expected, const WireLine& actual);

}  // namespace tests
