#pragma once

#include <chrono>

namespace gateway {

/// The signals that the process answers to, taken one by one by whoever waits. Made before any thread is
/// started: threads inherit the mask, so that no handler ever runs.
class Signals {
public:
    enum class Event { none, reload, stop };

    Signals();

    /// The next one, or none after `at_most`.
    [[nodiscard]] Event wait(std::chrono::milliseconds at_most) const;
};

}  // namespace gateway
