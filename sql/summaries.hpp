#pragma once

#include "sql/is_one_of.hpp"

namespace sql {

/// Aggregates of PostgreSQL whose result hangs on everybody in the group. Not min, max, percentiles and those
/// that collect: what they show is one person's. Nor bool_or and the like, which one person decides.
[[nodiscard]] constexpr bool is_summary_name(std::string_view name) {
    return is_one_of(name, "count", "sum", "avg", "stddev", "stddev_pop", "stddev_samp", "variance",
                     "var_pop", "var_samp", "corr", "covar_pop", "covar_samp", "regr_avgx", "regr_avgy",
                     "regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy",
                     "regr_syy");
}

/// How a value weighs in such an aggregate's result.
enum class Weighing {
    no,       // it is counted
    sums,     // by itself
    products  // with itself, or with the other argument
};
[[nodiscard]] constexpr Weighing weighing_of(std::string_view name) {
    if (name == "count") return Weighing::no;
    return is_one_of(name, "sum", "avg") ? Weighing::sums : Weighing::products;
}

}  // namespace sql
