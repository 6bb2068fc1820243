#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "sql/is_one_of.hpp"
#include "sql/pins.hpp"
#include "sql/print/quote.hpp"

namespace sql {
namespace {

/// Other names of the same time zone, which drivers set.
std::span<const std::string_view> same_time_zones(std::string_view name) {
    static constexpr std::array<std::string_view, 9> universal = {
        "UTC", "Etc/UTC", "GMT", "Etc/GMT", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal"};
    if (std::ranges::find(universal, name) == universal.end()) return {};
    return universal;
}

bool says_what_times_mean(std::string_view name) {
    return is_one_of(name, "TimeZone", "DateStyle", "IntervalStyle", "timezone_abbreviations");
}

}  // namespace

std::string settings_pin(const Catalog& catalog, PinnedSettings which) {
    std::string condition;
    for (const auto& [name, value] : catalog.reading_settings()) {
        if (says_what_times_mean(name) ? !which.times : !which.texts) continue;
        std::string values = print::quote_string(value);
        for (const std::string_view same : same_time_zones(value))
            values += ", " + print::quote_string(same);
        condition += (condition.empty() ? "" : " AND ") + std::string("\"pg_catalog\".\"current_setting\"(") +
                     print::quote_string(name) + ") IN (" + values + ")";
    }
    return "(CASE WHEN " + condition + " THEN 'true' ELSE '" + settings_mark +
           "' END)::\"pg_catalog\".\"bool\"";
}

}  // namespace sql
