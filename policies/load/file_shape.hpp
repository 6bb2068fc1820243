#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policies/load/node.hpp"

namespace policies::load {

struct WrongShape {
    Position at;
    std::string message;
};

/// What keeps a file's bytes from being read at all: its size, a NUL byte, bytes that are not UTF-8.
[[nodiscard]] std::optional<WrongShape> wrong_shape(std::string_view text);

}  // namespace policies::load
