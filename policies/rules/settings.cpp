#include "policies/rules/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <string_view>

#include "policies/rules/request.hpp"
#include "policies/rules/setting_lists.hpp"

namespace policies::rules {
namespace {

using Values = std::vector<std::string>;

/// Schemas' names. The path is used by the gateway's own look-up of names; no back end sees it.
bool are_names(const Values& values) {
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
bool is_utf8(const Values& values) {
    return values.size() == 1 && (letters_of(values[0]) == "utf8" || letters_of(values[0]) == "unicode");
}

/// Asia/Jakarta, UTC, +07:00: of whole quarters of an hour. Others would say at which second a year begins.
bool is_plain_zone(const Values& values) {
    if (values.size() != 1) return false;
    const std::string& zone = values[0];
    const auto is_word = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    if (std::ranges::all_of(zone, is_word)) return true;
    const auto is_part = [&](char c) {
        return is_word(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '-' ||
               c == '+';
    };
    if (is_word(zone.front()) && zone.find('/') != std::string::npos)
        return std::ranges::all_of(zone, is_part);
    std::string_view offset = zone;
    if (offset.starts_with("GMT") || offset.starts_with("UTC")) offset.remove_prefix(3);  // as JDBC writes it
    if (offset.starts_with('+') || offset.starts_with('-')) offset.remove_prefix(1);
    const std::string_view hours = offset.substr(0, offset.find(':'));
    const std::string_view rest = offset.substr(hours.size());
    constexpr std::array rests{"", ":00", ":15", ":30", ":45"};
    return !hours.empty() && hours.size() <= 2 &&
           std::ranges::all_of(hours, [](char c) { return c >= '0' && c <= '9'; }) &&
           std::ranges::find(rests, rest) != rests.end();
}

bool is_on(const Values& values) {
    constexpr std::array spellings{"on", "true", "yes", "1"};
    return values.size() == 1 && std::ranges::find(spellings, letters_of(values[0])) != spellings.end();
}

/// As much memory as a statement may take for a sort: 65536, '64MB', '64 MB'. An array that it collects may
/// be larger.
bool is_moderate_memory(const Values& values) {
    constexpr long most = 256L * 1024;  // kB
    if (values.size() != 1) return false;
    std::string_view text = values[0];
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (text.starts_with(' '))
        text.remove_prefix(1);
    if (text.empty() || text == "kB") return number <= most;
    return text == "MB" && number <= most / 1024;
}

/// Messages below these are lines of the server's log, and say what it did.
bool is_for_clients(const Values& values) {
    constexpr std::array levels{"notice", "warning", "error"};
    return values.size() == 1 && std::ranges::find(levels, letters_of(values[0])) != levels.end();
}

/// As many digits as tell numbers of floating point apart.
bool are_all_digits(const Values& values) {
    constexpr std::array enough{"1", "2", "3"};
    return values.size() == 1 && std::ranges::find(enough, values[0]) != enough.end();
}

struct Words {
    std::string_view reason;
    std::string_view hint;
};

constexpr std::string_view what_may_be_set =
    "Settings of the session itself may be changed, such as application_name, datestyle, timezone, "
    "statement_timeout, search_path and the transaction's isolation.";
constexpr std::string_view what_may_be_shown =
    "Settings may be read one by one by SHOW or together from pg_settings.";

/// Why a client may not set it.
Words words_of(std::optional<SettingKind> kind) {
    if (!kind)
        return {"settings of extensions and applications may be trusted by the database's own rules",
                "Those who keep the policy can name an application's own in the role's 'settings'."};
    switch (*kind) {
        case SettingKind::harmless:
        case SettingKind::planning: break;
        case SettingKind::plan_cache:
            return {"a cast of a parameter that fails would tell for which rows it is worked out",
                    "Leave it out: a statement of this role is planned for its parameters each time."};
        case SettingKind::tracked:
            return {"it takes at most 100 names of 63 bytes", "Name the schemas that the statements need."};
        case SettingKind::budget:
            return {"it is told, not set", "SHOW tabir.budget tells what is left of the budgets."};
        case SettingKind::person:
        case SettingKind::token:
            return {"it says in one word for whom the session asks", "SET tabir.user = 'agent7'"};
        case SettingKind::utf8:
            return {"sessions of restricted roles speak UTF-8 only",
                    "SET client_encoding = 'UTF8', and let the tool convert its text."};
        case SettingKind::pinned_on:
            return {"it stays on, for Tabir's quoting of strings relies on it",
                    "Write E'...' where backslashes shall escape."};
        case SettingKind::identity:
        case SettingKind::log_in:
            return {"it changes whose rights the session has",
                    "Log in to Tabir as the user whose role is meant."};
        case SettingKind::text_meaning:
            return {"it changes what text and values mean, which Tabir's checks rely on", what_may_be_set};
        case SettingKind::server_log:
            return {"it says what the server writes down of statements and their values",
                    "Ask those who run the database server to log more or less."};
        case SettingKind::code:
            return {"it loads code into the server", "Ask those who run the database server."};
        case SettingKind::memory:
            return {"it lets one session take memory that all share",
                    "Ask a database administrator for ALTER ROLE ... SET on the role's database user."};
        case SettingKind::working_memory:
            return {
                "it must be an amount of memory, such as '64MB', and more than 256MB would be memory that "
                "all share",
                "SET work_mem = '256MB'"};
        case SettingKind::messages:
            return {"it asks for lines of the server's log", "SET client_min_messages = 'notice'"};
        case SettingKind::digits:
            return {"with fewer digits different people would have one key", "SET extra_float_digits = 1"};
        case SettingKind::storage:
            return {"it says where tables are stored", "Leave it out: the database's default applies."};
        case SettingKind::triggers:
            return {"it turns off triggers and foreign keys",
                    "Write in an order that the foreign keys allow."};
        case SettingKind::connection:
            return {"it belongs to the connection between Tabir and the server",
                    "Set it in the tool's own connection to Tabir, such as keepalives=1."};
        case SettingKind::snapshot:
            return {"it takes over what another session sees",
                    "Use BEGIN ISOLATION LEVEL REPEATABLE READ in one session."};
        case SettingKind::seed:
            return {"it would be kept for the next session of the same connection",
                    "Order by a hash, as in ORDER BY md5(id::text), for a repeatable sample."};
        case SettingKind::samples:
            return {"an index would give other rows each time it is asked",
                    "ORDER BY random() LIMIT 100 takes a sample."};
        case SettingKind::maintenance: return {"it is for those who maintain the database", what_may_be_set};
        case SettingKind::server:
            return {"it belongs to the whole server, and no session can change it", what_may_be_set};
        case SettingKind::files:
            return {"it names files, commands or addresses of the server", what_may_be_shown};
    }
    return {"it is not known to be harmless", what_may_be_set};
}

bool accepts(SettingKind kind, const Values& values) {
    // No values: SET ... TO DEFAULT and RESET, back to what the session began with.
    switch (kind) {
        case SettingKind::harmless:
        case SettingKind::planning:
        case SettingKind::plan_cache: return true;
        case SettingKind::person:
        case SettingKind::token: return values.size() <= 1;
        case SettingKind::tracked: return are_names(values);
        case SettingKind::utf8: return values.empty() || is_utf8(values);
        case SettingKind::pinned_on: return values.empty() || is_on(values);
        case SettingKind::working_memory: return values.empty() || is_moderate_memory(values);
        case SettingKind::messages: return values.empty() || is_for_clients(values);
        case SettingKind::digits: return values.empty() || are_all_digits(values);
        // SET SESSION AUTHORIZATION DEFAULT and RESET ROLE, which drivers send before they use a connection
        // again; DISCARD ALL does both.
        // SET ROLE NONE could lead out of the role that ALTER ROLE ... SET role gives the session.
        case SettingKind::log_in:
        case SettingKind::identity: return values.empty();
        case SettingKind::budget:
        case SettingKind::text_meaning:
        case SettingKind::server_log:
        case SettingKind::code:
        case SettingKind::memory:
        case SettingKind::storage:
        case SettingKind::triggers:
        case SettingKind::connection:
        case SettingKind::snapshot:
        case SettingKind::seed:
        case SettingKind::samples:
        case SettingKind::maintenance:
        case SettingKind::server:
        case SettingKind::files: return false;
    }
    return false;  // a value from outside the enum
}

// The name is the client's own text: a long one is cut.
std::string shown(const std::string& name) {
    constexpr std::size_t longest_shown = 63;
    return name.size() > longest_shown ? name.substr(0, longest_shown) + "..." : name;
}

Deny refuse_setting(const Role& role, const std::string& what, const Words& words) {
    return refuse(role, Reason::setting_not_allowed, what + ": " + std::string(words.reason),
                  std::string(words.hint));
}

bool may_change(const Role& role, const sql::SettingUse& setting) {
    if (role.may_set(setting.name)) return true;
    const auto kind = kind_of_setting(setting.name);
    if (kind == SettingKind::plan_cache && role.aggregates_only)
        return setting.values.empty() && !setting.of_parameter;
    if (setting.name == "timezone" && role.aggregates_only)
        return !setting.of_parameter && (setting.values.empty() || is_plain_zone(setting.values));
    if (setting.of_parameter) return kind == SettingKind::harmless || kind == SettingKind::planning;
    return kind && accepts(*kind, setting.values);
}

}  // namespace

std::optional<Deny> check_set(const Role& role, const sql::SettingUse& setting) {
    if (may_change(role, setting)) return std::nullopt;
    return refuse_setting(role, "set " + shown(setting.name), words_of(kind_of_setting(setting.name)));
}

std::optional<Deny> check_reset(const Role& role, const sql::SettingUse& setting) {
    if (setting.name == "all" || may_change(role, {.name = setting.name})) return std::nullopt;
    return refuse_setting(role, "reset " + shown(setting.name), words_of(kind_of_setting(setting.name)));
}

std::optional<Deny> check_show(const Role& role, const sql::SettingUse& setting) {
    if (role.may_set(setting.name)) return std::nullopt;
    const auto kind = kind_of_setting(setting.name);
    if (kind && *kind != SettingKind::files && *kind != SettingKind::token) return std::nullopt;
    if (setting.name == "all") {
        return refuse_setting(role, "show all settings at once",
                              {"they would be those of Tabir's session with the server", what_may_be_shown});
    }
    return refuse_setting(role, "show " + shown(setting.name),
                          {words_of(kind).reason, kind ? what_may_be_set : what_may_be_shown});
}

}  // namespace policies::rules
