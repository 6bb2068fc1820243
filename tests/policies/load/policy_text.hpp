#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/load.hpp"

/// Policies for tests: a small good one, and what the loader says of a text.
namespace policies::testing {

/// A policy of which a test replaces or extends one part. Line 1 is `version`.
struct PolicyText {
    std::string classes = "phone: { mask: { keep_last: 4 } }, id_card: { mask: strip }";
    std::string tables =
        "public.customers: { subject: { customer: id }, columns: { id: open, phone: phone, photo: id_card } "
        "}, "
        "support.tickets: open";
    std::string role = "tables: [public.customers, support.tickets]";
    std::string users = "agent7: { role: support }";
    std::string more;  // further top-level lines

    [[nodiscard]] std::string text() const {
        return "version: 1\ndatabases: [payments]\nclasses: { " + classes + " }\ntables: { " + tables +
               " }\nroles: { support: { " + role + " } }\nusers: { " + users + " }\n" + more;
    }
};

/// Each mistake as the user reads it; empty: the policy is good.
inline std::vector<std::string> mistakes_in(std::string_view text) {
    const LoadedPolicy loaded = load_text(text, "p.yaml");
    std::vector<std::string> lines;
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) {
        for (const Mistake& mistake : *mistakes)
            lines.push_back(mistake.text());
    }
    return lines;
}

/// The policy of a text that must be good.
inline std::shared_ptr<const PolicySet> good_policy(std::string_view text) {
    LoadedPolicy loaded = load_text(text, "p.yaml");
    if (auto* policy = std::get_if<std::shared_ptr<const PolicySet>>(&loaded)) return *policy;
    throw std::logic_error(std::get<Mistakes>(loaded).front().text());
}

}  // namespace policies::testing
