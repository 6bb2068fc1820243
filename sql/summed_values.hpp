#pragma once

#include <functional>
#include <string>

#include "sql/catalog.hpp"

struct ColumnRef;
struct Node;

/// What aggregates may be made of where nothing may be told of a single person. A sum is harmless as long as
/// every value weighs in it by itself: sum(floor((age + 987.0) / 1000)) counts those who are thirteen or
/// older, as a condition would that nobody has proven.
namespace sql {

struct SummedColumn {
    std::string name;          // another one for each column that is stored
    bool is_fraction = false;  // a number that divides without rounding
    bool is_time = false;
    bool is_moment = false;  // which is 0 for nobody, as a length of time may be
    bool is_choice = false;  // of what was worked out below: no column
};
using SummedColumns = std::function<SummedColumn(const ColumnRef*)>;

/// What is known of a stored column of `relation`.
[[nodiscard]] SummedColumn summed_column(const Relation& relation, const Column& column);

/// In how many columns a product may be.
inline constexpr int most_factors = 3;  // pieces * price * (1 - discount)

/// Whether `value` adds and multiplies columns, each of them once in a product of `factors` at most, so that
/// no choice of people is in it. Where it rounds, takes a part or cuts, nothing that the client says moves
/// the value at which: only a column or a product of columns is cut, or a difference of times. A quotient
/// rounds, too, and so does whatever becomes a floating number: of a sum with constants that is far from
/// zero.
[[nodiscard]] bool chooses_nobody(const Node* value, const SummedColumns& columns, int factors);

}  // namespace sql
