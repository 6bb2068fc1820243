#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

namespace gateway::session {

/// What the searches of one execution have found so far, and what of them is still to be charged.
struct SearchTally {
    std::set<std::string> found{};  // keys
    bool charged = false;

    /// Searched values that found nobody; 0 when they were asked for before.
    std::uint64_t take_misses(int searched_values) {
        if (charged) return 0;
        charged = true;
        const auto values = static_cast<std::uint64_t>(searched_values);
        return values - std::min<std::uint64_t>(values, found.size());
    }
};

}  // namespace gateway::session
