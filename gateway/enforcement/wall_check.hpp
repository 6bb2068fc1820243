#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/backend/catalog_store.hpp"
#include "gateway/enforcement/policy_files.hpp"
#include "gateway/enforcement/second_wall.hpp"

namespace gateway::enforcement {

using RightsReader = std::function<std::variant<backend::DatabaseAudit, backend::CatalogError>(
    const config::DatabaseAddress&, const std::set<std::string>& users,
    const std::set<std::string>& functions)>;

/// Reads with the configuration's catalog user, through libpqxx.
[[nodiscard]] RightsReader rights_reader_for(const config::Config& config);

/// What was found out about one back-end user in one governed database.
struct WallReport {
    std::string database;  // as clients name it
    std::string user;
    std::string roles;  // of the policy: "support, reader"
    std::vector<WallFinding> findings;
    std::string error;  // why nothing could be found out
};

/// Every governed database and every back-end user of its restricted roles. Blocks.
[[nodiscard]] std::vector<WallReport> check_walls(const config::Config& config, const PolicyFiles& files,
                                                  const backend::CatalogReader& catalogs,
                                                  const RightsReader& rights);

}  // namespace gateway::enforcement
