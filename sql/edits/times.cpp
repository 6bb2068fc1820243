#include "sql/edits/times.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "sql/edits/time_zones.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// A constant in a cast: interval '1 day', timestamptz '2024-01-01'.
std::string_view typed_text(const Node* node) {
    if (node != nullptr && IsA(node, TypeCast)) node = reinterpret_cast<const TypeCast*>(node)->arg;
    const char* text = parse::literal_text(node);
    return text == nullptr ? "" : text;
}

}  // namespace

bool is_time(Oid type) { return type_oid::is_date_or_timestamp(type); }
bool is_date(Oid type) { return type == type_oid::date; }
bool is_time(std::string_view type) { return is_one_of(type, "date", "timestamp", "timestamptz"); }

std::string unit_of(const Node* node) {
    // As views spell it: 'month'::text.
    if (node != nullptr && IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(node);
        if (cast->typeName->arrayBounds == nullptr && cast->typeName->typmods == nullptr &&
            is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar"))
            node = cast->arg;
    }
    const char* written = parse::literal_text(node);
    std::string unit = written == nullptr ? "" : written;
    std::ranges::transform(unit, unit.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return unit;
}

bool cuts_times(std::string_view unit) {
    return is_one_of(unit, "millennium", "century", "decade", "year", "quarter", "month", "week", "day",
                     "hour", "minute", "second", "milliseconds", "microseconds");
}

bool is_field_of_dates(std::string_view unit) {
    return is_one_of(unit, "millennium", "century", "decade", "year", "quarter", "month", "week", "day",
                     "dow", "isodow", "doy", "isoyear", "epoch");
}

bool is_field_of_times(std::string_view unit) { return is_field_of_dates(unit) || cuts_times(unit); }

bool is_short_interval(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits > 4 || digits == std::string_view::npos) return false;
    text.remove_prefix(digits);
    if (is_one_of(text, " year", " years")) return digits < 4;
    return is_one_of(text, " second", " seconds", " minute", " minutes", " hour", " hours", " day", " days",
                     " week", " weeks", " month", " months");
}

bool is_short_interval(const Node* node) { return is_short_interval(typed_text(node)); }

bool is_near_time(const Node* node) {
    const std::string_view text = typed_text(node);
    // A word behind it could be BC.
    return text.size() >= 10 && (text[0] == '1' || text[0] == '2') && text[4] == '-' &&
           text.find_first_not_of("0123456789") == 4 &&
           text.find_first_not_of("0123456789-+:. TZ") == std::string_view::npos;
}

bool is_written_time(const FuncCall* call) {
    const int count = list_length(call->args);
    if (count == 1) {
        const A_Const* seconds = parse::literal(static_cast<const Node*>(linitial(call->args)));
        return seconds != nullptr && !seconds->isnull && IsA(&seconds->val, Integer);
    }
    if (count != 2) return false;
    const std::string_view text = typed_text(static_cast<const Node*>(linitial(call->args)));
    const std::string_view format = typed_text(static_cast<const Node*>(lsecond(call->args)));
    const bool known = is_one_of(format, "YYYY-MM-DD", "YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DD HH24:MI:SS.MS",
                                 "YYYY-MM-DD HH24:MI:SS.US");
    if (!known) return false;
    const std::string_view whole = "0000-00-00 00:00:00.000000";
    const std::size_t size = format.ends_with("DD")   ? 10
                             : format.ends_with("SS") ? 19
                             : format.ends_with("MS") ? 23
                                                      : 26;
    const auto fits = [](char c, char shape) { return shape == '0' ? c >= '0' && c <= '9' : c == shape; };
    if (!std::ranges::equal(text, whole.substr(0, size), fits)) return false;
    const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    const std::chrono::year_month_day day{std::chrono::year(number(0) * 100 + number(2)),
                                          std::chrono::month(static_cast<unsigned>(number(5))),
                                          std::chrono::day(static_cast<unsigned>(number(8)))};
    return day.ok() && number(0) >= 10 && number(0) < 30 &&
           (size == 10 || (number(11) < 24 && number(14) < 60 && number(17) < 60));
}

int most_of_unit(const Node* node) {
    const std::string_view text = typed_text(node);
    return text.starts_with("1 ") ? most_of_unit(std::string(text.substr(2)) + "s") : 0;
}

int most_of_unit(std::string_view argument) {
    struct Unit {
        std::string_view name;
        int most;
    };
    constexpr std::array<Unit, 8> units = {{{"seconds", 2'000'000'000},
                                            {"minutes", 400'000'000},
                                            {"mins", 400'000'000},
                                            {"hours", 7'000'000},
                                            {"days", 300'000},
                                            {"weeks", 45'000},
                                            {"months", 9'999},
                                            {"years", 899}}};
    const auto found = std::ranges::find(units, argument, &Unit::name);
    return found == units.end() ? 0 : found->most;
}

bool is_known_zone(const Node* node) { return is_time_zone(unit_of(node)); }

}  // namespace sql::edits
