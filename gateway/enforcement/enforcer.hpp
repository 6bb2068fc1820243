#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/bound_policy.hpp"
#include "policies/decide.hpp"
#include "sql/analyze.hpp"

namespace gateway::enforcement {

/// What is done with one statement of a restricted role.
struct StatementPlan {
    sql::StatementKind kind = sql::StatementKind::other;
    sql::PrintedStatement printed;
    std::optional<sql::SettingUse> setting;      // to be tracked once it succeeded
    std::optional<std::string> command_tag;      // replaces the server's tag (SHOW printed as SELECT)
    std::vector<policies::RuleId> because;
};

/// All statements of one message; none runs if one is refused.
struct MessagePlan {
    std::vector<StatementPlan> statements;
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

/// What the plan of a text hangs on besides the text itself.
struct PlanContext {
    std::shared_ptr<const policies::BoundPolicy> policy;
    const policies::Role* role = nullptr;
    std::string user;
    std::vector<std::string> search_path;
};

/// Turns text into plans, with a bounded cache. Thread-safe; one per process.
class Enforcer {
public:
    explicit Enforcer(std::size_t cached_plans, std::size_t max_statement_bytes);
    ~Enforcer();
    [[nodiscard]] Plan plan(std::string_view text, const PlanContext& context);

    struct CacheCounts { std::uint64_t hits = 0; std::uint64_t misses = 0; };
    [[nodiscard]] CacheCounts cache_counts() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::enforcement
