#pragma once

#include <string>
#include <vector>

#include "gateway/detection/frozen_users.hpp"
#include "policies/policy_set.hpp"

namespace gateway::detection {

/// Who looks people up, and which detectors look at him.
struct Looker {
    std::string person;
    std::string login;
    std::string role;
    std::string database;
    const policies::Detectors* detectors = nullptr;   // of the policy, which outlives this
    std::vector<const policies::Detector*> watching;  // of them, those that look at the role
    std::string person_key = FrozenUsers::key_of(person);
    std::string login_key = FrozenUsers::key_of(login);
};

[[nodiscard]] inline Looker looker_of(const policies::PolicySet& policy, const std::string& role,
                                      std::string login, std::string person, std::string database) {
    Looker looker{.person = std::move(person),
                  .login = std::move(login),
                  .role = role,
                  .database = std::move(database),
                  .detectors = &policy.detectors,
                  .watching = {}};
    for (const policies::Detector& detector : policy.detectors.all) {
        if (detector.looks_at(role)) looker.watching.push_back(&detector);
    }
    return looker;
}

}  // namespace gateway::detection
