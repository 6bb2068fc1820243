#include "policies/errors.hpp"

#include "policies/policy_set.hpp"

namespace policies {

std::string Mistake::text() const {
    return file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
}

std::string RuleId::text() const { return file + ':' + std::to_string(line); }

}  // namespace policies
