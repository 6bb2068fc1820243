#include "policies/rules/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "policies/rules/request.hpp"

namespace policies::rules {
namespace {

using Values = std::vector<std::string>;

bool anything(const Values&) { return true; }

/// Schemas' names. The path is used by the gateway's own look-up of names; no back end sees it.
bool names(const Values& values) {
    constexpr std::size_t longest_name = 63;
    constexpr std::size_t longest_path = 100;
    return values.size() <= longest_path &&
           std::ranges::all_of(values, [](const std::string& name) { return name.size() <= longest_name; });
}

std::string letters_of(const std::string& word) {
    std::string letters;
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0) letters += static_cast<char>(std::tolower(byte));
    }
    return letters;
}

/// PostgreSQL compares names of encodings by letters and digits alone.
bool utf8(const Values& values) {
    return values.size() == 1 && (letters_of(values[0]) == "utf8" || letters_of(values[0]) == "unicode");
}

/// Tabir's print of string constants hangs on it.
bool on(const Values& values) {
    constexpr std::array spellings{"on", "true", "yes", "1"};
    return values.size() == 1 && std::ranges::find(spellings, letters_of(values[0])) != spellings.end();
}

struct Setting {
    std::string_view name;
    bool (*accepts)(const Values&);
};
constexpr std::array settable{
    Setting{"application_name", anything},
    Setting{"bytea_output", anything},
    Setting{"client_encoding", utf8},
    Setting{"client_min_messages", anything},
    Setting{"datestyle", anything},
    Setting{"default_transaction_deferrable", anything},
    Setting{"default_transaction_isolation", anything},
    Setting{"default_transaction_read_only", anything},
    Setting{"extra_float_digits", anything},
    Setting{"geqo", anything},
    Setting{"idle_in_transaction_session_timeout", anything},
    Setting{"idle_session_timeout", anything},
    Setting{"intervalstyle", anything},
    Setting{"jit", anything},
    Setting{"lock_timeout", anything},
    Setting{"names", utf8},
    Setting{"search_path", names},
    Setting{"standard_conforming_strings", on},
    Setting{"statement_timeout", anything},
    Setting{"timezone", anything},
    Setting{"transaction_deferrable", anything},
    Setting{"transaction_isolation", anything},
    Setting{"transaction_read_only", anything},
};

constexpr std::array<std::string_view, 15> readable{
    "in_hot_standby",
    "integer_datetimes",
    "is_superuser",
    "lc_collate",
    "lc_ctype",
    "lc_messages",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "max_identifier_length",
    "max_index_keys",
    "server_encoding",
    "server_version",
    "server_version_num",
    "timezone_abbreviations",
};

constexpr const char* settable_hint =
    "settings of the session itself are allowed, such as application_name, datestyle, timezone, "
    "statement_timeout, "
    "search_path, client_encoding = UTF8 and the transaction's isolation";
constexpr const char* readable_hint =
    "settings that clients need are readable by name, such as server_version, client_encoding and "
    "transaction_isolation";

const Setting* find(std::string_view name) {
    const auto found = std::ranges::find(settable, name, &Setting::name);
    return found == settable.end() ? nullptr : &*found;
}

// The name is the client's own text: a long one is cut.
std::string shown(const std::string& name) {
    constexpr std::size_t longest_shown = 63;
    return name.size() > longest_shown ? name.substr(0, longest_shown) + "..." : name;
}

}  // namespace

std::optional<Deny> check_set(const Role& role, const sql::SettingUse& setting) {
    const Setting* known = find(setting.name);
    if (known == nullptr) {
        return refuse(role, Reason::setting_not_allowed, "set " + shown(setting.name), settable_hint);
    }
    // No values: SET ... TO DEFAULT.
    if (setting.values.empty() || known->accepts(setting.values)) return std::nullopt;
    return refuse(role, Reason::setting_not_allowed, "give " + shown(setting.name) + " this value",
                  settable_hint);
}

std::optional<Deny> check_reset(const Role& role, const sql::SettingUse& setting) {
    if (setting.name == "all" || find(setting.name) != nullptr) return std::nullopt;
    return refuse(role, Reason::setting_not_allowed, "reset " + shown(setting.name), settable_hint);
}

std::optional<Deny> check_show(const Role& role, const sql::SettingUse& setting) {
    if (find(setting.name) != nullptr || std::ranges::find(readable, setting.name) != readable.end()) {
        return std::nullopt;
    }
    return refuse(role, Reason::setting_not_allowed, "show " + shown(setting.name), readable_hint);
}

}  // namespace policies::rules
