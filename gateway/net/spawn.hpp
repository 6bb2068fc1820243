#pragma once

#include <cstdint>
#include <functional>

#include "gateway/net/task.hpp"

namespace gateway::net {

/// Runs `task` on `executor`, then `ended`. An exception that leaves it is a defect: it is logged, counted,
/// and ends only that task; `ended` is told that it `failed`. `what` names the task in the log and must be a
/// string literal.
void spawn(const Executor& executor, Task<> task, const char* what,
           std::function<void(bool failed)> ended = {});

/// Runs two tasks of which each may wait for what the other one does, until both have ended. Where one fails,
/// `end_both` makes the other one end, too.
Task<> run_both(const Executor& executor, Task<> one, const char* what_one, Task<> other,
                const char* what_other, std::function<void()> end_both);

/// How many spawned tasks ended by an exception since the process began.
[[nodiscard]] std::uint64_t failed_tasks();

}  // namespace gateway::net
