#include "gateway/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <sstream>
#include <utility>

namespace gateway::cli {
namespace {

constexpr const char* installed_config = "/etc/tabir/tabir.yaml";

struct UserAction {
    const char* name;
    const char* help;
    ChangeUsers::Action action;
};
constexpr std::array user_actions{
    UserAction{"add", "Add a user; asks for the password, if there is one", ChangeUsers::Action::add},
    UserAction{"password", "Give a user another password, or the first one", ChangeUsers::Action::password},
    UserAction{"remove", "Remove a user", ChangeUsers::Action::remove},
    UserAction{"list", "Print the users' names", ChangeUsers::Action::list},
};

// How a new user logs in, and by which names else he is known.
void add_log_in(CLI::App* to, ChangeUsers& change) {
    CLI::App* how = to->add_option_group("log-in", "instead of a password");
    how->require_option(0, 1);
    const auto add_way = [how, &change](const char* flag, ChangeUsers::LogInBy way, const char* help) {
        how->add_flag_callback(
            flag, [&change, way] { change.log_in_by = way; }, help);
    };
    using enum ChangeUsers::LogInBy;
    add_way("--token", token, "The user logs in by a signed token");
    add_way("--certificate", certificate, "The user logs in by a client certificate, with this common name");
    add_way("--no-login", nothing, "The user is a person for whom tools ask");
    to->add_option("--certificate-name", change.certificate_names,
                   "What the certificate must carry instead: CN:, DNS:, email: or URI: and a name")
        ->needs(how->get_option("--certificate"));
    to->add_option("--alias", change.aliases, "Another name of the same person");
}

}  // namespace

Command command_of(int count, const char* const* words) {
    CLI::App app{"Tabir, a privacy gateway for PostgreSQL", "tabir"};
    app.require_subcommand(0, 1);
    std::string config = installed_config;
    const auto add_config = [&config](CLI::App* to) {
        to->add_option("-c,--config", config, "The gateway's configuration file")->capture_default_str();
    };
    add_config(&app);

    Command command = Serve{};
    CLI::App* serve = app.add_subcommand("serve", "Run the gateway (what tabir does without a command)");
    add_config(serve);

    Check check;
    CLI::App* check_app =
        app.add_subcommand("check", "Check the configuration and the policies; all mistakes at once");
    add_config(check_app);
    check_app->add_flag("--catalog", check.with_catalog, "Also hold the policies against the live databases");

    check_app->add_flag("--redis", check.with_redis, "Also ask the Redis through which budgets are shared");
    check_app->add_flag(
        "--database", check.with_database,
        "Also check the rights of the gateway's database users, and print the GRANT and REVOKE "
        "statements that are missing");

    Explain explain;
    CLI::App* explain_app = app.add_subcommand(
        "explain", "Tell what becomes of a user's statement, and by which rules, without running it");
    add_config(explain_app);
    explain_app->add_option("--as", explain.user, "The user whose statement it is")->required();
    explain_app->add_option("-d,--database", explain.database, "The database, by the name that clients give");
    explain_app->add_flag("--json", explain.json, "Print one JSON object");
    explain_app->add_option("statement", explain.statement, "The SQL text")->required();

    ChangeUsers change;
    CLI::App* user = app.add_subcommand("user", "Who may log in; passwords are kept as SCRAM verifiers");
    user->require_subcommand(1);
    for (const UserAction& known : user_actions) {
        CLI::App* action = user->add_subcommand(known.name, known.help);
        if (known.action != ChangeUsers::Action::list)
            action->add_option("name", change.name, "The user")->required();
        if (known.action == ChangeUsers::Action::add) add_log_in(action, change);
        action->add_option("-f,--users-file", change.users_file, "The users file")->required();
        action->callback([&change, &known] { change.action = known.action; });
    }
    Thaw thaw;
    CLI::App* thaw_app =
        app.add_subcommand("thaw", "Let a frozen person read again; without a name, tell who is frozen");
    thaw_app->add_option("name", thaw.name, "The person, or the log-in");
    thaw_app->add_option("-f,--frozen-users-file", thaw.frozen_users_file, "The file of frozen users")
        ->required();

    CLI::App* version = app.add_subcommand("version", "Print the version");

    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        std::ostringstream text;
        return Say{app.exit(error, text, text) == 0 ? 0 : 2, text.str()};
    }
    check.config_file = explain.config_file = config;
    if (check_app->parsed()) return check;
    if (explain_app->parsed()) return explain;
    if (user->parsed()) return change;
    if (thaw_app->parsed()) return thaw;
    if (version->parsed()) return Version{};
    return Serve{config};
}

}  // namespace gateway::cli
