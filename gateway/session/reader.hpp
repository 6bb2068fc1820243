#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/session/budget_limits.hpp"
#include "gateway/session/person_rules.hpp"

namespace gateway::session {

/// For whom a statement is asked: who pays for what it shows, and what he may see of it.
class Reader {
public:
    Reader(std::string login, std::string database, Asker asker)
        : login_(std::move(login)), database_(std::move(database)), asker_(std::move(asker)) {}

    /// Takes the access of now, of which `version` tells whether it has changed, and looks at the budgets. To
    /// be called before anything else.
    void refresh(const enforcement::RestrictedAccess& access, std::uint64_t version,
                 accounting::BudgetBook& book, accounting::TimePoint now);

    /// What plans of one access hang on besides: who reads, and what he sees. Equal for two readers whose
    /// statements have the same plans.
    [[nodiscard]] std::string view() const { return asker_.person + '\0' + limits_.taken(); }
    [[nodiscard]] const Asker& asker() const { return asker_; }
    [[nodiscard]] const std::string& person() const { return asker_.person; }
    /// It is said for whom, and holds.
    [[nodiscard]] bool known_at(accounting::TimePoint now) const {
        return !asker_.person.empty() && (!asker_.until || now < *asker_.until);
    }
    [[nodiscard]] const policies::Role& role() const { return limits_.role(); }
    [[nodiscard]] const BudgetLimits& limits() const { return limits_; }

private:
    std::string login_;
    std::string database_;
    Asker asker_;
    std::shared_ptr<const policies::BoundPolicy> policy_;  // what limits_ points into
    std::uint64_t version_ = 0;                            // of the access
    BudgetLimits limits_;
};

}  // namespace gateway::session
