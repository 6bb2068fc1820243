#pragma once

#include <ostream>

#include "gateway/cli/check.hpp"
#include "gateway/cli/command_line.hpp"

namespace gateway::cli {

/// Prints what a gateway would do with a statement of a user, and by which rules, without running it: of the
/// database only the catalog is read. The exit code: 0 allowed, 1 refused, 2 a mistake in what was asked.
[[nodiscard]] int explain(const Explain& what, const ReaderFactory& reader, std::ostream& out,
                          std::ostream& err);

}  // namespace gateway::cli
