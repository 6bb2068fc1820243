#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "gateway/accounting/account.hpp"

namespace gateway::accounting {

using TimePoint = std::chrono::steady_clock::time_point;

/// The person fits: counted now, or already counted in every window.
struct Charged {
    bool first_sighting = false;  // new in at least one window
};

/// The person would exceed a budget: do not send the row.
struct Exceeded {
    Account::Of of = Account::Of::person;
    std::string account;
    policies::Counted counted;
    std::uint64_t seen = 0;
    policies::Limit limit;
    std::chrono::seconds more_in{};  // until the oldest sighting leaves the window
};

/// Who is shown could not be written down: do not send the row. Nothing is counted.
struct Unrecorded {};

/// Whether the person fits is being asked of the store that replicas share: charge again when_answered().
struct Waits {};

/// The store that replicas share cannot be asked: do not send the row. Nothing is counted.
struct Unshared {};

using ChargeResult = std::variant<Charged, Exceeded, Unrecorded, Waits, Unshared>;

}  // namespace gateway::accounting
