#pragma once

#include <string_view>

#include "sql/catalog.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// What an expression is, as far as settings say what a time means.
enum class TimeKind {
    plain,    // no time
    literal,  // a text that becomes what it is compared with
    date,
    moment,    // timestamp
    instant,   // timestamptz
    interval,  // of days or months
    span,      // of hours at most: the same length on every day
    other,     // ranges and arrays of times, times of day, and what is not known
};

[[nodiscard]] TimeKind kind_of(Oid type);
/// Of a type of pg_catalog.
[[nodiscard]] TimeKind kind_of(std::string_view type);
[[nodiscard]] bool is_plain(TimeKind kind);
[[nodiscard]] bool is_interval(TimeKind kind);
/// Without a time zone.
[[nodiscard]] bool is_local(TimeKind kind);
/// The type, and that of arrays of it; nullptr: not known.
[[nodiscard]] const char* type_of(TimeKind kind);
[[nodiscard]] const char* array_of(TimeKind kind);

/// 2024-05-31, and for times with 12:00, 12:00:00 or 12:00:00.5 behind it and +07, +07:00 or Z behind that:
/// the same under every setting.
[[nodiscard]] bool is_iso(std::string_view text, TimeKind kind);
/// 30 days: every IntervalStyle reads it in one way; else `other`.
[[nodiscard]] TimeKind interval_of(std::string_view text);
/// 90, or 10-1: of an interval whose unit stands behind it.
[[nodiscard]] bool is_number(std::string_view text);
/// A constant that could be read as a time.
[[nodiscard]] bool is_time_like(const Node* node);
/// A literal of a time zone that is no abbreviation, as EST: what those mean is a setting.
[[nodiscard]] bool is_firm_zone(const Node* node);

}  // namespace sql::edits
