#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "sql/masks/expressions.hpp"
#include "sql/print/quote.hpp"

namespace sql::masks {
namespace {

Error unfit(std::string message, std::string hint) {
    return Error{.code = Errc::not_maskable, .message = std::move(message), .hint = std::move(hint)};
}

// Units of date_trunc, the coarse ones last.
constexpr std::array<std::string_view, 11> time_units = {
    "second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century", "millennium"};

Result<void> check_time_unit(std::string_view unit, std::size_t first, std::size_t last) {
    const auto from = time_units.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = time_units.begin() + static_cast<std::ptrdiff_t>(last);
    if (std::find(from, to, unit) != to) return {};
    return unfit(fmt::format("truncate: \"{}\" is no unit for this column", unit),
                 fmt::format("Write one of {}.", fmt::join(from, to, ", ")));
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::int64_t> number_unit(std::string_view unit) {
    std::int64_t value = 0;
    if (!all_digits(unit) ||
        std::from_chars(unit.data(), unit.data() + unit.size(), value).ec != std::errc{} || value < 1) {
        return unfit(fmt::format("truncate: \"{}\" is no unit for a number", unit),
                     "Write a whole number, such as 1000.");
    }
    return value;
}

std::string date_trunc(std::string_view unit, std::string_view value) {
    return fmt::format("\"pg_catalog\".\"date_trunc\"('{}', {})", unit, value);
}

bool is_number(std::string_view text, bool fraction) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || !fraction) return all_digits(text);
    return all_digits(text.substr(0, dot)) && all_digits(text.substr(dot + 1));
}

// YYYY-MM-DD, the one spelling whose meaning hangs on no DateStyle.
bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    if (!all_digits(text.substr(0, 4)) || !all_digits(text.substr(5, 2)) || !all_digits(text.substr(8)))
        return false;
    const int month = (text[5] - '0') * 10 + text[6] - '0';
    const int day = (text[8] - '0') * 10 + text[9] - '0';
    return text.substr(0, 4) != "0000" && month >= 1 && month <= 12 && day >= 1 && day <= 28;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

}  // namespace

Result<std::string> truncated(const ColumnType& type, std::string_view reference, std::string_view unit) {
    switch (type.family) {
        case Family::date:
            // Through timestamp: date_trunc of a date itself goes through timestamptz and hangs on the time
            // zone.
            if (auto known = check_time_unit(unit, 3, time_units.size()); !known) return known.error();
            return date_trunc(unit, fmt::format("({})::\"pg_catalog\".\"timestamp\"", reference));
        case Family::timestamp:
            if (auto known = check_time_unit(unit, 0, time_units.size()); !known) return known.error();
            return date_trunc(unit, reference);
        case Family::timestamptz: {
            if (auto known = check_time_unit(unit, 0, time_units.size()); !known) return known.error();
            // In UTC: in the session's zone the result would hang on a setting.
            const std::string utc = fmt::format("\"pg_catalog\".\"timezone\"('UTC', {})", reference);
            return fmt::format("\"pg_catalog\".\"timezone\"('UTC', {})", date_trunc(unit, utc));
        }
        case Family::time:
            if (auto known = check_time_unit(unit, 0, 3); !known) return known.error();
            return date_trunc(unit, fmt::format("({})::\"pg_catalog\".\"interval\"", reference));
        case Family::interval:
            if (auto known = check_time_unit(unit, 0, 4); !known) return known.error();
            return date_trunc(unit, reference);
        case Family::integer: {
            const auto step = number_unit(unit);
            if (!step) return step.error();
            return fmt::format("(({0}) OPERATOR(\"pg_catalog\"./) {1}) OPERATOR(\"pg_catalog\".*) {1}",
                               reference, *step);
        }
        case Family::decimal:
        case Family::floating: {
            const auto step = number_unit(unit);
            if (!step) return step.error();
            const std::string_view wide = type.family == Family::decimal ? "numeric" : "float8";
            return fmt::format(
                "\"pg_catalog\".\"trunc\"(({0})::\"pg_catalog\".\"{2}\" OPERATOR(\"pg_catalog\"./) {1}) "
                "OPERATOR(\"pg_catalog\".*) {1}",
                reference, *step, wide);
        }
        case Family::text:
        case Family::boolean:
        case Family::uuid:
        case Family::json:
        case Family::bytea:
        case Family::inet:
        case Family::array:
        case Family::other: break;
    }
    return unfit("truncate needs a date, a time or a number, this column is " + type.text,
                 "Use null, redact or keep_first.");
}

std::optional<std::string_view> redacted_constant(Family family) {
    switch (family) {
        case Family::text: return "'***'";
        case Family::json: return "'{}'";
        case Family::bytea: return "''";
        case Family::uuid: return "'00000000-0000-0000-0000-000000000000'";
        case Family::inet: return "'0.0.0.0'";
        case Family::integer:
        case Family::decimal:
        case Family::floating:
        case Family::date:
        case Family::timestamp:
        case Family::timestamptz:
        case Family::time:
        case Family::interval:
        case Family::boolean:
        case Family::array:  // masked element by element
        case Family::other: return std::nullopt;
    }
    return std::nullopt;
}

Result<std::string> checked_constant(const ColumnType& type, std::string_view value) {
    bool fits = false;
    switch (type.family) {
        case Family::text: fits = value.find('\0') == std::string_view::npos; break;
        case Family::integer:
            fits = is_number(value, false) && value.size() <= 4;
            break;  // fits int2 and all wider ones
        case Family::decimal:
        case Family::floating: fits = is_number(value, true) && value.size() <= 15; break;
        case Family::date:
        case Family::timestamp:
        case Family::timestamptz: fits = is_date(value); break;
        case Family::boolean: fits = value == "true" || value == "false"; break;
        case Family::uuid: fits = is_uuid(value); break;
        case Family::json: fits = value == "{}" || value == "[]" || value == "null"; break;
        case Family::time:
        case Family::interval:
        case Family::bytea:
        case Family::inet:
        case Family::array:
        case Family::other: break;
    }
    if (!fits) {
        return unfit(fmt::format("constant: \"{}\" is no value for {}", value, type.text),
                     "Whole numbers have 4 digits at most, dates the form 2000-01-31 (day 28 at most), json "
                     "is {}, [] or null; else use null or redact.");
    }
    return print::quote_string(value);
}

}  // namespace sql::masks
