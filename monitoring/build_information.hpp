#pragma once

#include <string_view>

namespace monitoring {

/// The program's version, as CMake's project() has it: "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace monitoring
