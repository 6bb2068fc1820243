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

/// A parameter of type `declared` can be cast to `type` whatever its value is, so that no row is told by it.
[[nodiscard]] inline bool casts_without_failing(Oid declared, Oid type) {
    constexpr Oid unknown = 705;
    if (declared == 0 || declared == unknown || declared == type) return true;
    constexpr std::array<Oid, 3> texts = {25, 1042, 1043};  // text, bpchar, varchar
    constexpr std::array<Oid, 4> numbers = {21, 23, 20,
                                            1700};  // int2, int4, int8, numeric: each holds those before
    constexpr std::array<Oid, 3> others = {16, 1082, 2950};  // bool, date, uuid
    const auto is_one_of = [](Oid one, const auto& all) { return std::ranges::find(all, one) != all.end(); };
    if (is_one_of(type, texts))
        return is_one_of(declared, texts) || is_one_of(declared, numbers) || is_one_of(declared, others);
    const auto from = std::ranges::find(numbers, declared);
    return from != numbers.end() && std::find(from, numbers.end(), type) != numbers.end();
}

inline constexpr const char* converting_parameter_message =
    "a parameter of type oid, name or regclass cannot be compared with rows that are not all shown";
inline constexpr const char* converting_parameter_hint = "Declare the type of the column, or none.";

}  // namespace sql
