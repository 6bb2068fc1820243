#pragma once

#include <string_view>

#include "sql/is_one_of.hpp"

namespace sql::edits {

/// Functions that give another value each time: what calls one cannot be written twice.
[[nodiscard]] inline bool is_volatile_function(std::string_view name) {
    return is_one_of(name, "random", "gen_random_uuid", "clock_timestamp", "timeofday", "setseed",
                     "gen_random_bytes", "gen_salt", "uuid_generate_v1", "uuid_generate_v1mc",
                     "uuid_generate_v4", "nextval", "setval", "currval", "lastval");
}

}  // namespace sql::edits
