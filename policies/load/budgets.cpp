#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"
#include "policies/load/windows.hpp"

namespace policies::load {
namespace {

constexpr std::uint64_t largest_limit = 1'000'000'000;

/// What a key of a budget counts: "customer", "misses" or "clear phone"; nullopt: reported.
std::optional<Counted> read_counted(const Entry& entry, Findings& findings) {
    if (entry.key == "misses") return Counted{Counted::What::misses, {}};
    const auto words = words_of(entry.key);
    if (words.size() == 2 && words[0] == "clear") return Counted{Counted::What::in_clear, words[1]};
    if (words.size() == 1) return Counted{Counted::What::people, words[0]};
    findings.add(entry.at, "a budget counts a kind of subject, 'clear' with a class, or misses, not " +
                               in_quotes(entry.key) + "; write { customer: 30 per hour }");
    return std::nullopt;
}

void read_limit(const Node& node, Budget& budget, Findings& findings) {
    const auto words = node.is_scalar() ? words_of(node.text) : std::vector<std::string>{};
    if (words.size() != 3 || words[1] != "per") {
        findings.add(node.at, "a budget is so many people in a time" +
                                  (node.is_scalar() ? ", not " + in_quotes(node.text) : std::string()) +
                                  "; write 30 per hour");
        return;
    }
    const auto most = positive_number(words[0], largest_limit);
    const auto window = window_of(words[2]);
    if (!most) {
        findings.add(node.at, "a budget allows a number of people from 1 to 1000000000, not " +
                                  in_quotes(words[0]) +
                                  "; write 30 per hour, or take the table from the role");
    }
    if (!window) {
        findings.add_unknown(node.at, "unit of time", words[2], window_words());
    }
    if (!most || !window) return;
    if (std::ranges::find(budget.limits, *window, &Limit::window) != budget.limits.end()) {
        findings.add(node.at, "the budget of " + text_of(budget.counted) +
                                  " has two limits for the same time; keep the smaller one");
        return;
    }
    budget.limits.push_back({*most, *window, findings.rule(node.at)});
}

}  // namespace

Budgets read_budgets(const Node& node, Findings& findings, std::string_view what) {
    Budgets budgets;
    if (node.is_scalar()) {
        findings.add(node.at, "a budget says of which subject; write { customer: " + node.text + " }");
        return budgets;
    }
    for (const Entry& entry : entries_of(node, findings, what)) {
        auto counted = read_counted(entry, findings);
        if (!counted) continue;
        Budget budget{std::move(*counted), {}};
        if (entry.value.kind != Node::Kind::list) {
            read_limit(entry.value, budget, findings);
        } else if (entry.value.items.empty()) {
            findings.add(entry.value.at,
                         "the budget of " + entry.key + " is empty; write [30 per hour, 100 per day]");
        }
        for (const Node& item : entry.value.items)
            read_limit(item, budget, findings);
        if (!budget.limits.empty()) budgets.push_back(std::move(budget));
    }
    return budgets;
}

}  // namespace policies::load
