#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policies/budget.hpp"
#include "policies/working_hours.hpp"

namespace policies {

/// What looks like browsing, and what becomes of it.
struct Detector {
    enum class Of {
        consecutive_keys,  // people whose keys lie side by side
        misses,            // questions that find nobody
        many_readers,      // one subject, looked up by many people
        canaries,          // subjects whom nobody has a reason to look up
        watched,           // subjects whose reading is always told of
        outside_hours,     // any reading at other times
    };
    Of of{};
    std::vector<std::pair<std::string, RuleId>> roles;  // whose reading it looks at; empty: that of all
    bool by_tool = false;    // counts what goes through one log-in, not what one person reads
    Limit limit;             // of what counts; more than that is told of
    std::uint64_t step = 1;  // of consecutive_keys: what lies between two neighbours at most
    std::optional<WorkingHours> hours;
    std::chrono::seconds once_per{};  // the same is told once in this time
    bool refuses = false;             // what is found is not shown
    bool freezes = false;             // who did it reads nothing more
    RuleId rule;

    [[nodiscard]] bool looks_at(std::string_view role) const;
};

inline constexpr std::size_t detector_count = 6;

/// As the policy writes it: "consecutive_keys".
[[nodiscard]] const char* name_of(Detector::Of of);

/// Subjects by kind, whose keys are spelled as PostgreSQL prints them.
using SubjectLists = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

struct Detectors {
    std::vector<Detector> all;
    bool name_subjects = false;  // events name the subject whom they are about
    SubjectLists canaries;
    SubjectLists watched;
    std::map<std::string, RuleId> listed_kinds;  // of both lists, where they stand

    /// nullptr: `of` has no list.
    [[nodiscard]] const SubjectLists* list_of(Detector::Of of) const;
};

}  // namespace policies
