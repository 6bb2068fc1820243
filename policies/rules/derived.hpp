#pragma once

#include <optional>
#include <string>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// Whether the role may read a materialized view whose rule follows from its definition: its rows must be
/// those that the role may know of, and their people must be countable where the role's are counted.
[[nodiscard]] std::optional<Deny> check_derived(const Request& request, const TableRule& view);

/// The row filter that holds for a table of the role: its own, or for a derived materialized view those of
/// the tables whose rows it shows. nullopt: none.
[[nodiscard]] std::optional<std::pair<std::string, RuleId>> row_filter_of(const Role& role,
                                                                          const TableRule& table);

}  // namespace policies::rules
