#pragma once

#include <string>

namespace policies {

/// Where a rule stands, for messages: payments.yaml:8.
struct RuleId {
    std::string file;  // without its folder: clients read it
    int line = 0;
    int column = 0;

    bool operator==(const RuleId&) const = default;
    [[nodiscard]] std::string text() const;  // "payments.yaml:8"
};

}  // namespace policies
