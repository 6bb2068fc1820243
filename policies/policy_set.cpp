#include "policies/policy_set.hpp"

#include <algorithm>

namespace policies {

std::string RuleId::text() const { return file + ':' + std::to_string(line); }

bool Role::may_read(std::string_view table) const {
    return std::ranges::any_of(tables, [&](const auto& granted) { return granted.first == table; });
}

bool Role::sees_clear(std::string_view clazz) const {
    return std::ranges::any_of(clear, [&](const auto& shown) { return shown.first == clazz; });
}

}  // namespace policies
