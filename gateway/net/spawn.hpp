#pragma once

#include <cstdint>

#include "gateway/net/task.hpp"

namespace gateway::net {

/// Runs `task` on `executor`. An exception that leaves it is a defect: it is logged, counted, and ends only
/// that task. `what` names the task in the log and must be a string literal.
void spawn(const Executor& executor, Task<> task, const char* what);

/// How many spawned tasks ended by an exception since the process began.
[[nodiscard]] std::uint64_t failed_tasks();

}  // namespace gateway::net
