#pragma once

#include <optional>
#include <string_view>

namespace policies::rules {

/// What a setting of PostgreSQL is to a restricted role.
enum class SettingKind {
    harmless,
    messages,
    digits,
    planning,
    plan_cache,
    tracked,
    budget,
    person,
    token,
    utf8,
    pinned_on,
    identity,
    log_in,
    text_meaning,
    server_log,
    code,
    memory,
    working_memory,
    storage,
    triggers,
    connection,
    snapshot,
    seed,
    samples,
    maintenance,
    server,
    files,
};

/// `name` in lower case; nullopt: a setting of an extension or application, or one not known to Tabir.
[[nodiscard]] std::optional<SettingKind> kind_of_setting(std::string_view name);

}  // namespace policies::rules
