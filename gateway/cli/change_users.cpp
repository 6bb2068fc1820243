#include "gateway/cli/change_users.hpp"

#include <openssl/crypto.h>

#include <filesystem>
#include <optional>

#include "gateway/auth/users.hpp"

namespace gateway::cli {
namespace {

using Action = ChangeUsers::Action;

// What speaks against the change, before a password is asked for.
std::optional<std::string> objection(const ChangeUsers& change, const auth::UsersFile& file) {
    const std::string name = '"' + change.name + '"';
    if (!auth::valid_user_name(change.name))
        return "a user's name has 1 to 63 bytes and no control characters";
    if (change.action == Action::add && file.contains(change.name)) {
        return "there is a user " + name + " already; `tabir user password` gives another password";
    }
    if (change.action != Action::add && !file.contains(change.name)) return "there is no user " + name;
    return std::nullopt;
}

// The message of what failed.
std::optional<std::string> set_password(const PasswordSource& source, auth::User& user) {
    PasswordRead read = source();
    if (const auto* none = std::get_if<NoPassword>(&read)) return none->why;
    auto& password = std::get<std::string>(read);
    const auto verifier = auth::ScramVerifier::of_password(password);
    OPENSSL_cleanse(password.data(), password.size());
    if (!verifier) return std::string(auth::message_of(verifier.error()));
    user.log_in = *verifier;
    return std::nullopt;
}

std::optional<std::string> set_certificate_names(const ChangeUsers& change, auth::User& user) {
    auth::LogInByCertificate by;
    for (const std::string& text : change.certificate_names) {
        auto name = auth::CertificateName::from(text);
        if (!name) return '"' + text + "\" is not CN:, DNS:, email: or URI: and a name without wildcards";
        by.names.push_back(*std::move(name));
    }
    user.log_in = std::move(by);
    return std::nullopt;
}

std::optional<std::string> set_log_in(const ChangeUsers& change, const PasswordSource& source,
                                      auth::User& user) {
    switch (change.log_in_by) {
        case ChangeUsers::LogInBy::password: return set_password(source, user);
        case ChangeUsers::LogInBy::token: user.log_in = auth::LogInByToken{}; return std::nullopt;
        case ChangeUsers::LogInBy::certificate: return set_certificate_names(change, user);
        case ChangeUsers::LogInBy::nothing: user.log_in = auth::NoLogIn{}; return std::nullopt;
    }
    return "no way to log in";
}

// Who is there keeps his aliases. What is wrong with names stands in the file's own check.
std::optional<std::string> add_or_change(const ChangeUsers& change, const PasswordSource& source,
                                         auth::UsersFile& file) {
    const auth::User* known = file.find(change.name);
    auth::User user{auth::NoLogIn{}, known == nullptr ? change.aliases : known->aliases};
    if (auto why = set_log_in(change, source, user)) return why;
    file.set(change.name, user);
    const auto checked = auth::UsersFile::from_text(file.text(), change.users_file);
    if (!checked) return checked.error().list.front().text();
    return std::nullopt;
}

}  // namespace

int change_users(const ChangeUsers& change, const PasswordSource& password, std::ostream& out,
                 std::ostream& err) {
    const auto refuse = [&err](const std::string& why) {
        err << "tabir: " << why << '\n';
        return 2;
    };
    const bool is_new = change.action == Action::add && !std::filesystem::exists(change.users_file);
    auto file =
        is_new ? auth::UsersFile::from_text("", change.users_file) : auth::UsersFile::load(change.users_file);
    if (!file) {
        for (const auth::UsersMistake& mistake : file.error().list)
            err << mistake.text() << '\n';
        return 2;
    }
    if (change.action == Action::list) {
        for (const std::string& name : file->names())
            out << name << '\n';
        return 0;
    }
    if (const auto why = objection(change, *file)) return refuse(*why);
    if (change.action == Action::remove) {
        file->remove(change.name);
    } else if (const auto why = add_or_change(change, password, *file)) {
        return refuse(*why);
    }
    if (const auto why = file->save(change.users_file)) return refuse(*why);
    return 0;
}

}  // namespace gateway::cli
