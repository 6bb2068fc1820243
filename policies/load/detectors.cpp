#include <algorithm>
#include <array>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"
#include "policies/load/windows.hpp"

namespace policies::load {
namespace {

using Of = Detector::Of;

constexpr std::uint64_t most_counted = 1000;
constexpr std::uint64_t widest_step = 1000;
constexpr std::uint64_t usual_step = 3;
constexpr std::chrono::seconds usual_quiet = std::chrono::hours(1);
constexpr std::chrono::minutes whole_day = std::chrono::hours(24);

/// What a detector's map may hold, besides what every one may.
struct Shape {
    Of of;
    std::vector<std::string> keys;
};
const std::array shapes{
    Shape{Of::consecutive_keys, {"most", "step", "by"}},
    Shape{Of::misses, {"most", "by"}},
    Shape{Of::many_readers, {"most"}},
    Shape{Of::canaries, {}},
    Shape{Of::watched, {}},
    Shape{Of::outside_hours, {"days", "hours", "time_zone"}},
};

const std::vector<std::string> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

bool counts(Of of) { return of == Of::consecutive_keys || of == Of::misses || of == Of::many_readers; }

void read_most(const FixedMap& map, Position at, Detector& detector, Findings& findings) {
    const Entry* most = map.find("most");
    if (most == nullptr) {
        findings.add(
            at, std::string(name_of(detector.of)) + " needs how many are usual; add 'most: 10 per hour'");
        return;
    }
    const Node& node = most->value;
    const auto words = node.is_scalar() ? words_of(node.text) : std::vector<std::string>{};
    const auto count =
        words.size() == 3 && words[1] == "per" ? positive_number(words[0], most_counted) : std::nullopt;
    if (!count) {
        findings.add(node.at, "'most' is a number from 1 to 1000 in a time; write 10 per hour");
        return;
    }
    const auto window = window_of(words[2]);
    if (!window) return findings.add_unknown(node.at, "unit of time", words[2], window_words());
    detector.limit = {*count, *window, findings.rule(node.at)};
}

void read_step(const FixedMap& map, Detector& detector, Findings& findings) {
    detector.step = usual_step;
    const Entry* step = map.find("step");
    if (step == nullptr) return;
    const auto width =
        step->value.is_scalar() ? positive_number(step->value.text, widest_step) : std::nullopt;
    if (width)
        detector.step = *width;
    else
        findings.add(step->value.at,
                     "'step' is how far two neighbours may be apart, from 1 to 1000; write 'step: 3'");
}

void read_by(const FixedMap& map, Detector& detector, Findings& findings) {
    const Entry* by = map.find("by");
    if (by == nullptr) return;
    detector.by_tool = by->value.is_word("tool");
    if (!detector.by_tool && !by->value.is_word("person"))
        findings.add(by->value.at, "'by' is person or tool; write 'by: tool'");
}

// Minutes since midnight of "08:00"; 24:00 is the end of the day.
std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(text[0]) || !digit(text[1]) || !digit(text[3]) ||
        !digit(text[4]))
        return std::nullopt;
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    const auto time = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (minutes > 59 || time > whole_day) return std::nullopt;
    return time;
}

std::optional<WorkingHours::Days> read_days(const Entry& entry, Findings& findings) {
    WorkingHours::Days days{};
    bool good = true;
    read_words(entry.value, findings, "days", [&](const std::string& name, Position at) {
        const auto day = std::ranges::find(day_names, name);
        if (day == day_names.end()) {
            findings.add_unknown(at, "day", name, day_names);
            good = false;
        } else {
            days.at(static_cast<std::size_t>(day - day_names.begin())) = true;
        }
    });
    if (good && std::ranges::find(days, true) == days.end()) {
        if (entry.value.kind == Node::Kind::list)
            findings.add(entry.value.at, "nobody works on no day; write [mon, tue, wed, thu, fri]");
        good = false;
    }
    return good ? std::optional(days) : std::nullopt;
}

void read_hours(const FixedMap& map, Position at, Detector& detector, Findings& findings) {
    const Entry* days_entry = map.find("days");
    const Entry* hours = map.find("hours");
    const Entry* zone = map.find("time_zone");
    if (days_entry == nullptr || hours == nullptr || zone == nullptr) {
        findings.add(at,
                     "outside_hours needs the working hours; write { days: [mon, tue, wed, thu, fri], "
                     "hours: 08:00-18:00, time_zone: Asia/Jakarta }");
        return;
    }
    const auto days = read_days(*days_entry, findings);
    const std::string& text = hours->value.text;
    const auto begin = time_of_day(std::string_view(text).substr(0, 5));
    const auto end =
        text.size() == 11 && text[5] == '-' ? time_of_day(std::string_view(text).substr(6)) : std::nullopt;
    const bool range = begin && end && *begin != *end && *begin != whole_day;
    if (!range) {
        findings.add(hours->value.at,
                     "'hours' are from a time to another, on 24 hours; write 'hours: 08:00-18:00'");
    }
    const auto name = read_word(zone->value, findings, "time_zone");
    if (!name) return;
    detector.hours =
        WorkingHours::in(*name, days.value_or(WorkingHours::Days{}), begin.value_or(std::chrono::minutes(0)),
                         end.value_or(std::chrono::minutes(0)));
    if (!detector.hours) {
        findings.add(zone->value.at, "there is no time zone " + in_quotes(*name) +
                                         "; write a name of the IANA's, such as Asia/Jakarta");
    }
}

void read_actions(const FixedMap& map, Detector& detector, Findings& findings) {
    const Entry* actions = map.find("actions");
    if (actions == nullptr) return;
    static const std::vector<std::string> known{"alert", "refuse", "freeze"};
    read_words(actions->value, findings, "actions", [&](const std::string& name, Position at) {
        if (name == "refuse") detector.refuses = true;
        if (name == "freeze") detector.freezes = true;
        if (std::ranges::find(known, name) == known.end()) findings.add_unknown(at, "action", name, known);
    });
    if (actions->value.kind == Node::Kind::list && actions->value.items.empty())
        findings.add(actions->value.at, "a detector does something; write 'actions: [alert]'");
}

void read_detector(const Node& node, Position at, const Shape& shape, PolicySet& policy, Findings& findings) {
    Detector detector{.of = shape.of, .rule = findings.rule(at)};
    auto keys = shape.keys;
    keys.insert(keys.end(), {"roles", "once_per", "actions"});
    const FixedMap map(node, findings, "detector " + std::string(name_of(shape.of)), keys);
    if (node.kind != Node::Kind::map) return;
    if (counts(shape.of)) read_most(map, at, detector, findings);
    read_step(map, detector, findings);
    read_by(map, detector, findings);
    if (shape.of == Of::outside_hours) read_hours(map, at, detector, findings);
    read_actions(map, detector, findings);
    if (const Entry* roles = map.find("roles")) {
        read_words(roles->value, findings, "roles", [&](const std::string& name, Position where) {
            detector.roles.emplace_back(name, findings.rule(where));
        });
        if (roles->value.kind == Node::Kind::list && roles->value.items.empty())
            findings.add(roles->value.at, "'roles' is empty; name roles, or remove it for all of them");
    }
    detector.once_per = counts(shape.of) ? detector.limit.window : usual_quiet;
    if (const Entry* once = map.find("once_per")) {
        const auto window = window_of(once->value.text);
        if (window)
            detector.once_per = *window;
        else
            findings.add_unknown(once->value.at, "unit of time", once->value.text, window_words());
    }
    policy.detectors.all.push_back(std::move(detector));
}

}  // namespace

void read_detectors(const Node& node, PolicySet& policy, Findings& findings) {
    std::vector<std::string> known{"name_subjects"};
    for (const Shape& shape : shapes)
        known.emplace_back(name_of(shape.of));
    const FixedMap map(node, findings, "detectors", known);
    if (const Entry* named = map.find("name_subjects"))
        policy.detectors.name_subjects =
            read_true_false(named->value, findings, "name_subjects").value_or(false);
    for (const Shape& shape : shapes) {
        const Entry* entry = map.find(name_of(shape.of));
        if (entry == nullptr) continue;
        if (entry->value.kind != Node::Kind::list) {
            read_detector(entry->value, entry->at, shape, policy, findings);
            continue;
        }
        for (const Node& item : entry->value.items)
            read_detector(item, item.at, shape, policy, findings);
    }
}

}  // namespace policies::load
