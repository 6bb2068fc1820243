#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/type_oids.hpp"

/// Types that what is compared with a parameter of theirs is turned into, which fails on some values (int8 to
/// oid, text to regclass) or in their collation (name): the error would tell of rows that are not shown.
namespace sql {

/// By the name in pg_catalog, that of the elements for an array.
[[nodiscard]] inline bool converts_others(std::string_view type) {
    return type == "oid" || type == "name" || type.starts_with("reg");
}

/// Arrays, too.
[[nodiscard]] inline bool converts_others(Oid type) {
    constexpr std::array types = {type_oid::name,
                                  type_oid::regproc,
                                  type_oid::oid,
                                  type_oid::name_array,
                                  type_oid::regproc_array,
                                  type_oid::oid_array,
                                  type_oid::regprocedure,
                                  type_oid::regoper,
                                  type_oid::regoperator,
                                  type_oid::regclass,
                                  type_oid::regtype,
                                  type_oid::regprocedure_array,
                                  type_oid::regoper_array,
                                  type_oid::regoperator_array,
                                  type_oid::regclass_array,
                                  type_oid::regtype_array,
                                  type_oid::regconfig,
                                  type_oid::regconfig_array,
                                  type_oid::regdictionary,
                                  type_oid::regdictionary_array,
                                  type_oid::regnamespace,
                                  type_oid::regnamespace_array,
                                  type_oid::regrole,
                                  type_oid::regrole_array,
                                  type_oid::regcollation,
                                  type_oid::regcollation_array};
    return std::ranges::find(types, type) != types.end();
}

/// A parameter of type `declared` can be cast to `type` whatever its value is, so that no row is told by it.
[[nodiscard]] inline bool casts_without_failing(Oid declared, Oid type) {
    if (declared == 0 || declared == type_oid::unknown || declared == type) return true;
    constexpr std::array texts = {type_oid::text, type_oid::bpchar, type_oid::varchar};
    // Each holds those before.
    constexpr std::array numbers = {type_oid::int2, type_oid::int4, type_oid::int8, type_oid::numeric};
    constexpr std::array others = {type_oid::bool_, type_oid::date, type_oid::uuid};
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
