#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "sql/catalog.hpp"

namespace gateway::backend {

/// What one database's system catalog held when it was read.
struct CatalogSnapshot {
    std::shared_ptr<const sql::Catalog> catalog;
    std::string version;                // hash of all that was read: equal for equal catalogs
    std::vector<std::string> warnings;  // for the operator: schemas that cannot be trusted
};

/// Why a catalog could not be read; for the log, not for clients.
struct CatalogError {
    std::string message;
};

using CatalogRead = std::variant<CatalogSnapshot, CatalogError>;

/// Reads the catalog through libpqxx, in one read-only transaction. Blocks: for threads of their own.
[[nodiscard]] CatalogRead read_catalog(const std::string& connection_string);

}  // namespace gateway::backend
