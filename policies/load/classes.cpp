#include <algorithm>
#include <cctype>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

constexpr std::uint64_t longest_kept = 64;  // characters

const std::vector<std::string> mask_names{"strip", "null",     "redact",   "keep_first", "keep_last",
                                          "email", "initials", "truncate", "constant"};
const std::vector<std::string> date_units{"year", "quarter", "month", "day", "hour"};

/// What a class's `mask` says. Outer nullopt: a mistake, reported. Inner nullopt: strip.
using MaskRead = std::optional<std::optional<sql::Mask>>;

MaskRead read_plain_mask(const Node& node, Findings& findings) {
    const std::string& word = node.text;
    if (word == "strip") return MaskRead(std::in_place, std::nullopt);
    if (word == "null") return sql::Mask{sql::mask::Null{}};
    if (word == "redact") return sql::Mask{sql::mask::Redact{}};
    if (word == "email") return sql::Mask{sql::mask::Email{}};
    if (word == "initials") return sql::Mask{sql::mask::Initials{}};
    if (word == "keep_first" || word == "keep_last") {
        findings.add(node.at, "mask " + word + " needs a number of characters; write { " + word + ": 4 }");
    } else if (word == "truncate") {
        findings.add(node.at, "mask truncate needs a unit; write { truncate: year } or { truncate: 1000 }");
    } else if (word == "constant") {
        findings.add(node.at, "mask constant needs a value; write { constant: hidden }");
    } else {
        findings.add_unknown(node.at, "mask", word, mask_names);
    }
    return std::nullopt;
}

MaskRead read_kept(const std::string& name, const Node& argument, Findings& findings) {
    const auto count = argument.is_scalar() ? positive_number(argument.text, longest_kept) : std::nullopt;
    if (!count) {
        findings.add(argument.at,
                     name + " takes a number of characters from 1 to 64; write { " + name + ": 4 }");
        return std::nullopt;
    }
    const int kept = static_cast<int>(*count);
    if (name == "keep_first") return sql::Mask{sql::mask::KeepFirst{kept}};
    return sql::Mask{sql::mask::KeepLast{kept}};
}

/// A positive decimal number: digits, perhaps a point and digits. Printed into SQL as it stands.
bool positive_decimal(const std::string& text) {
    constexpr std::size_t longest = 18;
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto digits = [](std::string_view part) {
        return !part.empty() &&
               std::ranges::all_of(part, [](unsigned char c) { return std::isdigit(c) != 0; });
    };
    return text.size() <= longest && digits(std::string_view(text).substr(0, point)) &&
           (point == text.size() || digits(std::string_view(text).substr(point + 1))) &&
           text.find_first_not_of("0.") != std::string::npos;
}

MaskRead read_truncate(const Node& argument, Findings& findings) {
    if (argument.is_scalar()) {
        const bool unit = std::ranges::find(date_units, argument.text) != date_units.end();
        if (unit || positive_decimal(argument.text)) return sql::Mask{sql::mask::Truncate{argument.text}};
    }
    const std::string word = argument.is_scalar() ? argument.text : "";
    const auto near = near_miss(word, date_units);
    findings.add(argument.at,
                 "truncate takes a unit of time or a positive number" +
                     (near ? "; did you mean " + in_quotes(*near) + '?'
                           : "; write year, quarter, month, day, hour, or a number such as 1000"));
    return std::nullopt;
}

MaskRead read_constant(const Node& argument, Findings& findings) {
    if (argument.is_word("null")) {
        findings.add(argument.at, "a constant cannot be null; write 'mask: null'");
        return std::nullopt;
    }
    if (!argument.is_scalar()) {
        findings.add(argument.at, "constant takes one value; write { constant: hidden }");
        return std::nullopt;
    }
    return sql::Mask{sql::mask::Constant{argument.text}};
}

MaskRead read_mask(const Node& node, Findings& findings) {
    if (node.is_scalar()) return read_plain_mask(node, findings);
    if (node.kind != Node::Kind::map || node.entries.size() != 1) {
        findings.add(
            node.at,
            "a mask is one word or one { name: argument }; write strip, null, redact, email, initials, "
            "{ keep_last: 4 }, { truncate: year } or { constant: hidden }");
        return std::nullopt;
    }
    const Entry& entry = node.entries.front();
    if (entry.key == "keep_first" || entry.key == "keep_last")
        return read_kept(entry.key, entry.value, findings);
    if (entry.key == "truncate") return read_truncate(entry.value, findings);
    if (entry.key == "constant") return read_constant(entry.value, findings);
    if (std::ranges::find(mask_names, entry.key) != mask_names.end()) {
        findings.add(entry.at, "mask " + entry.key + " takes no argument; write 'mask: " + entry.key + "'");
    } else {
        findings.add_unknown(entry.at, "mask", entry.key, mask_names);
    }
    return std::nullopt;
}

}  // namespace

void read_classes(const Node& node, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "classes")) {
        if (entry.key == "open") {
            findings.add(entry.at,
                         "'open' cannot be the name of a class: it says that a column is of none; "
                         "write another name");
            continue;
        }
        if (!check_name(entry.key, entry.at, findings, "a class")) continue;
        // A class with a mistake is kept, stripped, so that its uses are not reported as well.
        ClassRule rule{.name = entry.key, .mask = std::nullopt, .rule = findings.rule(entry.at)};
        const FixedMap map(entry.value, findings, "class " + entry.key, {"mask"});
        if (const Entry* mask = map.find("mask")) {
            if (auto read = read_mask(mask->value, findings)) rule.mask = std::move(*read);
        } else if (entry.value.kind == Node::Kind::map) {
            findings.add(entry.at,
                         "class " + entry.key + " has no mask; write { mask: redact } or { mask: strip }");
        }
        policy.classes.emplace(entry.key, std::move(rule));
    }
}

}  // namespace policies::load
