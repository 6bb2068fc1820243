#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/bound_policy.hpp"
#include "sql/analyze.hpp"
#include "sql/facts.hpp"
#include "sql/treatment.hpp"

namespace policies {

/// Reasons that label metrics; bounded.
enum class Reason {
    statement_kind,
    unlisted_table,
    table_not_granted,
    stripped_column,
    class_flow,  // values of a class would be written where they are open
    function_not_allowed,
    system_catalog,
    setting_not_allowed,
    row_locking,
    not_countable,
    not_aggregated,
    unsupported,
    syntax,
    names,  // undefined or ambiguous names
    too_complex,
    verify_failed,
};
[[nodiscard]] const char* name_of(Reason reason);

/// The statement goes to the database in Tabir's own print, every protected relation treated so.
struct Rewrite {
    sql::Treatment treatment;
    std::vector<RuleId> because;
};

/// Answered with SQLSTATE 42501. `message` names the rule (file:line); `hint` says what would be allowed.
struct Deny {
    Reason reason;
    RuleId rule;
    std::string message;
    std::string hint;
};

using Decision = std::variant<Rewrite, Deny>;

/// What a restricted `role` may do with one statement. A pure function. `user` is whom :user in row filters
/// names.
[[nodiscard]] Decision decide(const BoundPolicy& policy, const Role& role, const std::string& user,
                              const sql::Facts& facts);

/// The facts of statement `index` as the role sees what it reads. decide() judges these.
[[nodiscard]] sql::Facts facts_for(const BoundPolicy& policy, const Role& role, const std::string& user,
                                   const sql::Analysis& analysis, std::size_t index);

/// SHOW of it tells what is left of the reader's budgets: a setting of Tabir's own.
inline constexpr std::string_view budget_setting = "tabir.budget";
/// SET of it says for whom a tool asks: the person's name, or a token that proves it.
inline constexpr std::string_view person_setting = "tabir.user";
inline constexpr std::string_view token_setting = "tabir.token";

/// Whether a client of this role may send `name` as a start-up parameter or in SET with these values.
[[nodiscard]] std::optional<Deny> check_setting(const PolicySet& policy, const Role& role,
                                                const sql::SettingUse& setting);

}  // namespace policies
