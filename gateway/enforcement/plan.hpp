#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policies/bound_policy.hpp"
#include "policies/decide.hpp"
#include "sql/analyze.hpp"

namespace gateway::enforcement {

/// How many columns a row shows to the client: learnt from its first description, -1 before. Shared by
/// everybody who has the plan, and by all plans of one template.
class LearntColumns {
public:
    [[nodiscard]] int known() const { return count_->load(std::memory_order_relaxed); }
    void learn(std::size_t count) const { count_->store(static_cast<int>(count), std::memory_order_relaxed); }
    /// What was learnt makes no other plan.
    bool operator==(const LearntColumns& /*other*/) const { return true; }

private:
    std::shared_ptr<std::atomic<int>> count_ = std::make_shared<std::atomic<int>>(-1);
};

/// What is done with one statement of a restricted role.
struct StatementPlan {
    sql::StatementKind kind = sql::StatementKind::other;
    sql::PrintedStatement printed;
    std::optional<sql::SettingUse> setting;  // to be tracked once it succeeded
    std::optional<std::string> savepoint;    // the name that SAVEPOINT and its kind give
    std::optional<sql::CursorUse> cursor;
    std::optional<sql::PreparedUse> prepared;
    std::optional<sql::CopyUse> copy;
    std::optional<std::string> command_tag;  // replaces the server's tag (SHOW printed as SELECT)
    bool changes_temporary = false;          // makes or drops a temporary table
    bool fills_temporary = false;            // what protected relations show goes into a temporary table
    bool spreads_temporary = false;          // allowed only while temporary tables hold nothing of those
    bool changes_rows = false;               // INSERT, UPDATE, DELETE, MERGE; in WITH too
    bool names_person = false;               // SET tabir.user or tabir.token: printed by the session
    bool reads_tables = false;               // may read or change other tables than system catalogs
    bool shows_budget = false;               // SHOW tabir.budget: asked anew each time it runs
    std::vector<std::string> stored_masks;   // stored_masks.hpp
    std::vector<policies::RuleId> because;
    LearntColumns visible_columns{};

    bool operator==(const StatementPlan&) const = default;
};

/// All statements of one message; none runs if one is refused.
struct MessagePlan {
    std::vector<StatementPlan> statements;
    /// Where others begin: those behind a statement that makes, drops or alters a temporary table, or sets
    /// search_path or for whom is asked. They are decided when that has been done. Nothing is committed
    /// before.
    std::optional<std::size_t> rest = {};

    bool operator==(const MessagePlan&) const = default;
};

struct Refusal {
    std::string sqlstate;  // 42501, 42601, 42P01, ...
    policies::Reason reason = policies::Reason::unsupported;
    sql::StatementKind kind = sql::StatementKind::other;
    std::string message;
    std::string hint;
    std::optional<std::size_t> position;  // 1-based, in characters of the client's text
};

using Plan = std::variant<std::shared_ptr<const MessagePlan>, Refusal>;

/// The temporary tables of one session, as it has them now. Immutable; each list has a number of its own in
/// the process.
struct TemporaryTables {
    std::uint64_t number = 0;
    std::vector<sql::Relation> relations;
    std::string made_under;     // temporary_circumstances() of all of them
    bool any = false;           // there are some, or a savepoint may bring some back
    bool holds_values = false;  // of relations with a treatment
};

/// What rows that a temporary table keeps hang on: the policy, and whom row filters are about.
[[nodiscard]] inline std::string temporary_circumstances(const policies::PolicySet& policy,
                                                         const std::string& person) {
    return policy.version + ' ' + person;
}

/// What the plan of a text hangs on besides the text itself.
struct PlanContext {
    std::shared_ptr<const policies::BoundPolicy> policy;
    const policies::Role* role = nullptr;
    std::string user;
    std::vector<std::string> search_path;
    /// nullptr: the session has not made any.
    std::shared_ptr<const TemporaryTables> temporary = nullptr;
    bool declares_parameters = false;  // sql::NameContext
};

}  // namespace gateway::enforcement
