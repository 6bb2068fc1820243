#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/detection/detection.hpp"
#include "gateway/enforcement/planner.hpp"
#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/session/person_rules.hpp"
#include "gateway/session/session_core.hpp"

namespace gateway::session {

/// What a restricted session uses and does not own; all of it outlives the session.
struct RestrictedServices {
    enforcement::Planner& planner;
    accounting::BudgetBook& budgets;
    detection::Detection& detection;
    std::function<enforcement::Access(std::string_view user, std::string_view database)> access_of;
    std::function<std::uint64_t()> policy_generation;  // changes whenever access_of() may answer otherwise
    std::function<TimePoint()> clock;
    PersonRules persons;
};

/// An Asker as the values of a TrackedSetting.
[[nodiscard]] std::vector<std::string> tracked(const Asker& asker);

/// Who the session belongs to and what it begins with.
struct RestrictedIdentity {
    std::string user;
    std::string database;
    enforcement::RestrictedAccess access;
    std::vector<std::string> search_path;
    Asker asker = {};  // for whom it asks until it says otherwise
    auth::SessionNumber number{};
};

/// A Query that runs as Parse, Bind and Execute: its text, with blanks in place of what was planned before.
struct Steps {
    std::shared_ptr<const std::string> whole;
    std::shared_ptr<const std::string> text;
    std::shared_ptr<const enforcement::MessagePlan> plan;
    std::size_t next = 0;        // of the plan's statements
    bool await_budgets = false;  // of whom the rest is asked for
};

}  // namespace gateway::session
