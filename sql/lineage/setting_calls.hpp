#pragma once

#include <optional>

#include "sql/facts.hpp"
#include "sql/resolve/model.hpp"

namespace sql::lineage {

/// What set_config or current_setting does when its arguments are constants; nullopt: another function, or
/// the arguments do not tell.
[[nodiscard]] std::optional<SettingUse> setting_of(const resolve::FunctionMention& mention);

/// The setting of SELECT set_config('search_path', ...), when that is all that the statement is: the gateway
/// follows it as it follows SET.
[[nodiscard]] std::optional<SettingUse> path_set_alone(const resolve::Resolution& statement);

}  // namespace sql::lineage
