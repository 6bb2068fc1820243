#pragma once

#include <optional>

#include "policies/decide.hpp"

namespace policies::rules {

/// SET and start-up parameters: only settings that change nothing about what a role may see.
[[nodiscard]] std::optional<Deny> check_set(const Role& role, const sql::SettingUse& setting);
[[nodiscard]] std::optional<Deny> check_reset(const Role& role, const sql::SettingUse& setting);
[[nodiscard]] std::optional<Deny> check_show(const Role& role, const sql::SettingUse& setting);

}  // namespace policies::rules
