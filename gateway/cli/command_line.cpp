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
    UserAction{"add", "Add a user; asks for the password", ChangeUsers::Action::add},
    UserAction{"password", "Give a user another password", ChangeUsers::Action::password},
    UserAction{"remove", "Remove a user", ChangeUsers::Action::remove},
    UserAction{"list", "Print the users' names", ChangeUsers::Action::list},
};

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
        action->add_option("-f,--users-file", change.users_file, "The users file")->required();
        action->callback([&change, &known] { change.action = known.action; });
    }
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
    if (version->parsed()) return Version{};
    return Serve{config};
}

}  // namespace gateway::cli
