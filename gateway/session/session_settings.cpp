#include "gateway/session/session_settings.hpp"

#include <algorithm>

#include "gateway/session/setting_name.hpp"
#include "gateway/wire/startup_options.hpp"
#include "policies/decide.hpp"
#include "sql/search_path.hpp"

namespace gateway::session {
namespace {

void set(Settings& settings, const std::string& name, const std::string& value) {
    const auto same = [&](const auto& one) { return one.first == name; };
    const auto found = std::ranges::find_if(settings, same);
    if (found == settings.end()) {
        settings.emplace_back(name, value);
    } else {
        found->second = value;
    }
}

// Masks make many more expressions than the client wrote, and PostgreSQL compiles them all before it looks at
// a cancel or a timeout again: 565 functions took 32 s of a statement that runs 1.3 s without.
void compile_nothing_unasked(Settings& settings) {
    const auto is_jit = [](const auto& one) { return one.first == "jit"; };
    if (std::ranges::none_of(settings, is_jit)) settings.emplace_back("jit", "off");
}

SettingsRefused not_a_list(const std::string& value) {
    return {"22023", "invalid value for parameter \"search_path\": \"" + value + '"',
            "List syntax is invalid."};
}

}  // namespace

SessionSettings unrestricted_settings(const LoggedIn& who) {
    SessionSettings result{who.settings};
    if (!who.options.empty()) result.for_backend.emplace_back("options", who.options);
    if (!who.replication.empty()) result.for_backend.emplace_back("replication", who.replication);
    return result;
}

std::variant<SessionSettings, SettingsRefused> restricted_settings(
    const LoggedIn& who, const enforcement::RestrictedAccess& access, const PersonRules& persons,
    std::string_view backend_user) {
    if (!who.replication.empty()) {
        return SettingsRefused{"42501",
                               "role \"" + access.role->name + "\" may not use the replication protocol", ""};
    }
    const auto options = wire::parse_startup_options(who.options);
    if (!options) return SettingsRefused{"42601", std::string(wire::message_of(options.error())), ""};

    Settings asked;
    for (const auto& option : *options)
        set(asked, setting_key(option.name), option.value);
    for (const auto& [name, value] : who.settings)
        set(asked, setting_key(name), value);

    SessionSettings result{{}, access.policy->catalog().search_path_of(backend_user)};
    for (const auto& [name, value] : asked) {
        sql::SettingUse use{name, {value}};
        if (name == "search_path") {
            auto names = sql::split_search_path(value);
            if (!names) return not_a_list(value);
            use.values = result.search_path = std::move(*names);
        }
        const auto denied = policies::check_setting(access.policy->policy(), *access.role, use);
        if (denied) return SettingsRefused{"42501", denied->message, denied->hint};
        if (name == policies::person_setting || name == policies::token_setting) {
            auto asker =
                asker_for(*access.user, {value, name == policies::token_setting}, who.number, persons);
            if (const auto* refused = std::get_if<enforcement::Refusal>(&asker))
                return SettingsRefused{refused->sqlstate, refused->message, refused->hint};
            result.asker = std::get<Asker>(std::move(asker));
            set(result.for_backend, std::string(policies::person_setting), result.asker.person);
            continue;
        }
        if (name != "search_path") result.for_backend.emplace_back(name, value);
    }
    set(result.for_backend, "search_path",
        sql::backend_search_path(access.policy->catalog(), result.search_path));
    set(result.for_backend, "client_encoding", "UTF8");
    set(result.for_backend, "standard_conforming_strings", "on");
    // So that a cast of a parameter that fails does so whatever the rows are.
    if (access.role->aggregates_only) set(result.for_backend, "plan_cache_mode", "force_custom_plan");
    compile_nothing_unasked(result.for_backend);
    return result;
}

}  // namespace gateway::session
