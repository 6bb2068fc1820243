#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policies/rule_id.hpp"

namespace policies {

/// What a budget counts.
struct Counted {
    enum class What {
        people,    // of one kind, who are seen at all
        in_clear,  // people of any kind, by whom values of one class are seen in clear
        misses,    // questions about people that find nobody
    };
    What what = What::people;
    std::string name;  // the kind of subject; the class; empty for misses

    bool operator==(const Counted&) const = default;
};

/// As the policy writes it: "customer", "clear phone", "misses".
[[nodiscard]] std::string text_of(const Counted& counted);

/// So many of them in any window of this length.
struct Limit {
    std::uint64_t most = 0;
    std::chrono::seconds window{};
    RuleId rule;
};

/// All limits for one thing that is counted.
struct Budget {
    Counted counted;
    std::vector<Limit> limits;
};

/// One for each thing that is counted.
using Budgets = std::vector<Budget>;

[[nodiscard]] const Budget* find_budget(const Budgets& budgets, Counted::What what, std::string_view name);

}  // namespace policies
