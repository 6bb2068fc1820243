#pragma once

#include <functional>
#include <ostream>

#include "gateway/backend/catalog_store.hpp"
#include "gateway/cli/command_line.hpp"
#include "gateway/config/config.hpp"

namespace gateway::cli {

/// Gives the reader of live catalogs for a configuration: backend::reader_for, or a test's own.
using ReaderFactory = std::function<backend::CatalogReader(const config::Config&)>;

/// Loads what a gateway would load and prints every mistake to `err`, warnings too. The exit code: 0, or 2
/// when a gateway would not start (with_catalog: or when a database cannot be read).
[[nodiscard]] int check(const Check& what, const ReaderFactory& reader, std::ostream& out, std::ostream& err);

}  // namespace gateway::cli
