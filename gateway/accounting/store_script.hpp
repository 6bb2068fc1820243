#pragma once

#include <string>

namespace gateway::accounting {

/// The one script (Lua) that the store of shared budgets runs: it carries out a StoreNews, all of it or
/// nothing, and answers a StoreTold.
extern const std::string store_script;

}  // namespace gateway::accounting
