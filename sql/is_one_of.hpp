#pragma once

#include <string_view>

namespace sql {

[[nodiscard]] constexpr bool is_one_of(std::string_view name, auto... names) {
    return ((name == names) || ...);
}

}  // namespace sql
