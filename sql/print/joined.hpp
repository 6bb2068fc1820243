#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace sql::print {

/// The parts, one behind the other: what is written for each statement is not worth a format.
[[nodiscard]] std::string joined(std::initializer_list<std::string_view> parts);

}  // namespace sql::print
