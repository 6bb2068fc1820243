#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/wire/errors.hpp"

namespace gateway::wire {

/// One setting out of the start-up parameter `options`.
struct OptionSetting {
    std::string name;  // dashes are underscores already
    std::string value;
    auto operator<=>(const OptionSetting&) const = default;
};

/// Splits `options` as PostgreSQL does (pg_split_opts and process_postgres_switches): blanks separate, a
/// backslash takes the next byte as it is; `-c name=value`, `-cname=value` and `--name=value` set a
/// parameter. All other switches of a server process (-B, -S, ...) are refused.
[[nodiscard]] Result<std::vector<OptionSetting>> parse_startup_options(std::string_view options);

}  // namespace gateway::wire
