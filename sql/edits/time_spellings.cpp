#include "sql/edits/time_spellings.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

TimeKind kind_of(Oid type) {
    constexpr std::array others = {
        type_oid::time,           type_oid::timetz,          type_oid::timestamp_array,
        type_oid::date_array,     type_oid::time_array,      type_oid::timestamptz_array,
        type_oid::interval_array, type_oid::timetz_array,    type_oid::tsrange,
        type_oid::tsrange_array,  type_oid::tstzrange,       type_oid::tstzrange_array,
        type_oid::daterange,      type_oid::daterange_array, type_oid::tsmultirange,
        type_oid::tstzmultirange, type_oid::datemultirange};
    switch (type) {
        case type_oid::date: return TimeKind::date;
        case type_oid::timestamp: return TimeKind::moment;
        case type_oid::timestamptz: return TimeKind::instant;
        case type_oid::interval: return TimeKind::interval;
        default: return std::ranges::find(others, type) == others.end() ? TimeKind::plain : TimeKind::other;
    }
}

TimeKind kind_of(std::string_view type) {
    if (type == "date") return TimeKind::date;
    if (type == "timestamp") return TimeKind::moment;
    if (type == "timestamptz") return TimeKind::instant;
    if (type == "interval") return TimeKind::interval;
    return is_one_of(type, "time", "timetz", "tsrange", "tstzrange", "daterange", "tsmultirange",
                     "tstzmultirange", "datemultirange")
               ? TimeKind::other
               : TimeKind::plain;
}

bool is_plain(TimeKind kind) { return kind == TimeKind::plain || kind == TimeKind::literal; }
bool is_interval(TimeKind kind) { return kind == TimeKind::interval || kind == TimeKind::span; }
bool is_local(TimeKind kind) { return kind == TimeKind::date || kind == TimeKind::moment; }

const char* type_of(TimeKind kind) {
    switch (kind) {
        case TimeKind::date: return "date";
        case TimeKind::moment: return "timestamp";
        case TimeKind::instant: return "timestamptz";
        case TimeKind::interval:
        case TimeKind::span: return "interval";
        default: return nullptr;
    }
}

bool is_iso(std::string_view text, TimeKind kind) {
    const auto take = [&](std::string_view shape) {
        if (text.size() < shape.size()) return false;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const bool digit = text[i] >= '0' && text[i] <= '9';
            if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
        }
        text.remove_prefix(shape.size());
        return true;
    };
    if (!take("0000-00-00")) return false;
    if (kind == TimeKind::date) return text.empty();
    if ((take(" 00:00") || take("T00:00")) && take(":00") && take("."))
        text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    if (kind == TimeKind::moment) return text.empty();
    const bool zoned = take("Z") || take("+00") || take("-00");
    return zoned && (text.empty() || ((take(":00") || take("00")) && text.empty()));
}

TimeKind interval_of(std::string_view text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits > 7 || digits == std::string_view::npos) return TimeKind::other;
    text.remove_prefix(digits);
    if (is_one_of(text, " second", " seconds", " minute", " minutes", " hour", " hours"))
        return TimeKind::span;
    return is_one_of(text, " day", " days", " week", " weeks", " month", " months", " year", " years")
               ? TimeKind::interval
               : TimeKind::other;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 10 && text.front() != '-' &&
           text.find_first_not_of("0123456789-") == std::string_view::npos;
}

const char* array_of(TimeKind kind) {
    switch (kind) {
        case TimeKind::date: return "_date";
        case TimeKind::moment: return "_timestamp";
        case TimeKind::instant: return "_timestamptz";
        case TimeKind::interval:
        case TimeKind::span: return "_interval";
        default: return nullptr;
    }
}

bool is_time_like(const Node* node) {
    if (!IsA(node, A_Const)) return false;
    const char* written = parse::literal_text(node);
    if (written == nullptr) return false;
    const std::string_view text = written;
    return text.find_first_of("0123456789") != std::string_view::npos ||
           is_one_of(unit_of(node), "now", "today", "tomorrow", "yesterday");
}

bool is_firm_zone(const Node* node) {
    const std::string zone = unit_of(node);
    return is_known_zone(node) && (zone == "utc" || zone.find('/') != std::string::npos);
}

}  // namespace sql::edits
