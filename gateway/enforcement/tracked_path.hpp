#pragma once

#include <string>
#include <vector>

#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// SET, RESET, SHOW and SELECT set_config(...) of search_path: the back end keeps its own path, so it is
/// given a setting of another name, with the transaction semantics and the command tag of the client's; SHOW
/// becomes a SELECT of the client's path.
void print_tracked_path(const sql::SettingUse& setting, sql::StatementKind kind,
                        const std::vector<std::string>& search_path, StatementPlan& plan);

}  // namespace gateway::enforcement
