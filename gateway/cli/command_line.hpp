#pragma once

#include <string>
#include <variant>
#include <vector>

namespace gateway::cli {

/// `tabir serve --config FILE`, also without the word serve.
struct Serve {
    std::string config_file;
};

/// `tabir check --config FILE [--catalog] [--database] [--redis]`.
struct Check {
    std::string config_file;
    bool with_catalog = false;   // also holds the policies against the live databases
    bool with_redis = false;     // also asks the Redis through which budgets are shared
    bool with_database = false;  // also the rights of the database users that the gateway logs in with
};

/// `tabir explain --config FILE --as USER [--database NAME] [--json] STATEMENT`.
struct Explain {
    std::string config_file;
    std::string user;
    std::string database;  // empty: the one in which the policies know the user
    std::string statement;
    bool json = false;
};

/// `tabir user add|password|remove|list [NAME] --users-file FILE`; add also takes how the user logs in.
struct ChangeUsers {
    enum class Action { add, password, remove, list };
    enum class LogInBy { password, token, certificate, nothing };
    Action action = Action::list;
    std::string name;  // empty for list
    std::string users_file;
    LogInBy log_in_by = LogInBy::password;
    std::vector<std::string> certificate_names = {};  // as CertificateName::from() takes them
    std::vector<std::string> aliases = {};
};

/// `tabir thaw [NAME] --frozen-users-file FILE`: a person, or a log-in, may read again.
struct Thaw {
    std::string name;  // empty: tell who is frozen
    std::string frozen_users_file;
};

/// `tabir version`.
struct Version {};

/// Nothing to do but to say `text`: help (code 0) or what is wrong with the command line (code 2).
struct Say {
    int code = 0;
    std::string text;
};

using Command = std::variant<Serve, Check, ChangeUsers, Explain, Thaw, Version, Say>;

/// Reads the command line. Never throws and never exits.
[[nodiscard]] Command command_of(int count, const char* const* words);

}  // namespace gateway::cli
