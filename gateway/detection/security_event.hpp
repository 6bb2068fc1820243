#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "policies/detector.hpp"

namespace gateway::detection {

/// What a detector tells. Holds no values and no statement, and the subject only where the policy says so.
struct SecurityEvent {
    std::chrono::system_clock::time_point time;
    policies::Detector::Of detector{};
    std::string person;
    std::string login;
    std::string role;
    std::string database;
    std::string kind;     // of the subject; empty: of nobody in particular
    std::string subject;  // its key; empty: not named
    bool refused = false;
    bool frozen = false;
    std::uint64_t seen = 0;  // of what the detector counts; 0: it does not count
    std::uint64_t usual = 0;
    std::chrono::seconds window{};
    std::string rule;       // "payments.yaml:60"
    bool repeated = false;  // it was told already: it is counted only
};

/// Takes events, from any thread; must not block.
using EventSink = std::function<void(const SecurityEvent&)>;

}  // namespace gateway::detection
