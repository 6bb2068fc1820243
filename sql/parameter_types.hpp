#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/catalog.hpp"

/// Types that what is compared with a parameter of theirs is turned into, which fails on some values (int8 to
/// oid, text to regclass) or in their collation (name): the error would tell of rows that are not shown.
namespace sql {

/// By the name in pg_catalog, that of the elements for an array.
[[nodiscard]] inline bool converts_others(std::string_view type) {
    return type == "oid" || type == "name" || type.starts_with("reg");
}

/// oid, name, regproc to regrole, and arrays of them (pg_type.dat).
[[nodiscard]] inline bool converts_others(Oid type) {
    constexpr std::array<Oid, 26> types = {19,   24,   26,   1003, 1008, 1028, 2202, 2203, 2204,
                                           2205, 2206, 2207, 2208, 2209, 2210, 2211, 3734, 3735,
                                           3769, 3770, 4089, 4090, 4096, 4097, 4191, 4192};
    return std::ranges::find(types, type) != types.end();
}

inline constexpr const char* converting_parameter_message =
    "a parameter of type oid, name or regclass cannot be compared with rows that are not all shown";
inline constexpr const char* converting_parameter_hint = "Declare the type of the column, or none.";

}  // namespace sql
