#pragma once

#include <functional>
#include <ostream>

#include "gateway/backend/catalog_store.hpp"
#include "gateway/cli/command_line.hpp"
#include "gateway/config/config.hpp"
#include "gateway/enforcement/wall_check.hpp"

namespace gateway::cli {

/// Gives the reader of live catalogs for a configuration: backend::reader_for, or a test's own.
using ReaderFactory = std::function<backend::CatalogReader(const config::Config&)>;

/// The same for the rights of database users: enforcement::rights_reader_for, or a test's own.
using RightsReaderFactory = std::function<enforcement::RightsReader(const config::Config&)>;

/// Loads what a gateway would load and prints every mistake to `err`, warnings too. The exit code: 0, or 2
/// when a gateway would not start (with_catalog: or when a database cannot be read; with_redis: or Redis
/// cannot be used); with_database: 1 when there are rights to be changed, by the statements that are printed
/// to `out`.
[[nodiscard]] int check(const Check& what, const ReaderFactory& reader, const RightsReaderFactory& rights,
                        std::ostream& out, std::ostream& err);

}  // namespace gateway::cli
