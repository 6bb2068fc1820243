#pragma once

#include <ostream>
#include <vector>

#include "gateway/enforcement/wall_check.hpp"

namespace gateway::cli {

/// Prints what was found as a script for psql: findings are comments, with the statement that puts each
/// right. The exit code: 0 nothing to do, 1 something, 2 a database could not be read.
[[nodiscard]] int print_walls(const std::vector<enforcement::WallReport>& reports, std::ostream& out,
                              std::ostream& err);

}  // namespace gateway::cli
