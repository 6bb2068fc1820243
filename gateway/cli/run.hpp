#pragma once

#include <functional>

#include "gateway/config/config.hpp"

namespace gateway::cli {

/// Runs the gateway until it is told to stop; its exit code.
using ServeFunction = std::function<int(config::Config)>;

/// The whole program: reads the command line, does what it says, and gives the exit code. 0: done; 1: an
/// error at run time, a statement that is refused, or rights that are wrong; 2: a mistake in the command
/// line, the configuration, a policy or the users file, told on stderr.
[[nodiscard]] int run(int count, const char* const* words, const ServeFunction& serve);

}  // namespace gateway::cli
