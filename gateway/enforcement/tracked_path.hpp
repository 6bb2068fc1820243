#pragma once

#include <string>
#include <vector>

#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// SET, RESET, SHOW and SELECT set_config(...) of search_path: the back end is given its own path for the
/// client's (sql::backend_search_path), and the client is told of its own.
void print_tracked_path(const sql::SettingUse& setting, sql::StatementKind kind, const sql::Catalog& catalog,
                        const std::vector<std::string>& search_path, StatementPlan& plan);

}  // namespace gateway::enforcement
