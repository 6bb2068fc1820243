#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/canonical_names.hpp"
#include "gateway/auth/user.hpp"

namespace gateway::auth {

/// One mistake in a users file; text() is `file:line: message`, without a line (0) `file: message`.
struct UsersMistake {
    std::string file;
    int line = 0;
    std::string message;

    [[nodiscard]] std::string text() const;
};

struct UsersMistakes {
    std::vector<UsersMistake> list;
};

template <class T>
using UsersResult = boost::system::result<T, UsersMistakes>;

[[noreturn]] void throw_exception_from_error(const UsersMistakes& mistakes, const boost::source_location&);

/// Who may log in, how, and by which names people are known. Immutable: share it, and replace it by the next
/// one.
class Users {
public:
    Users(std::map<std::string, User, std::less<>> users, CanonicalNames names)
        : users_(std::move(users)), names_(std::move(names)) {}

    /// For a user who is not there, or who has no password, it is a mock, which took as long to make.
    [[nodiscard]] LoginVerifier login_of(std::string_view user, const MockSecret& secret) const;
    /// Whether the user logs in by a token.
    [[nodiscard]] bool takes_token(std::string_view user) const;
    /// Whether the user logs in by a certificate, and one that carries `presented` does it.
    [[nodiscard]] bool is_let_in(std::string_view user, const std::vector<CertificateName>& presented) const;

    /// Whether there is a way for this user to log in.
    [[nodiscard]] bool contains(std::string_view user) const { return log_in_of(user) != nullptr; }
    [[nodiscard]] std::size_t size() const { return users_.size(); }
    [[nodiscard]] const CanonicalNames& names() const { return names_; }

private:
    [[nodiscard]] const LogIn* log_in_of(std::string_view user) const;

    std::map<std::string, User, std::less<>> users_;
    CanonicalNames names_;
};

/// The users file as text: lines as user_line.hpp has them, `#` begins a comment line. Changes keep every
/// other line as it is.
class UsersFile {
public:
    /// All mistakes at once: duplicate names, names that PostgreSQL would cut, verifiers of another form,
    /// names and aliases that are two spellings of one (folded_name()).
    [[nodiscard]] static UsersResult<UsersFile> from_text(std::string_view text, std::string file);
    [[nodiscard]] static UsersResult<UsersFile> load(const std::string& path);

    [[nodiscard]] Users users() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
    /// In the order of the file.
    [[nodiscard]] std::vector<std::string> names() const;

    /// What the file says of the user; nullptr if there is none.
    [[nodiscard]] const User* find(std::string_view name) const;

    /// Adds the user, or replaces what is said of him. The name must be valid_user_name().
    void set(std::string_view name, const User& user);
    /// False if there is no such user.
    bool remove(std::string_view name);
    /// Replaces the file in one step (a temporary file beside it, fsync, rename). A new file has mode 0600;
    /// an old one keeps its owner and mode, without what others may do. Gives the message of the system call
    /// that failed, or nullopt.
    [[nodiscard]] std::optional<std::string> save(const std::string& path) const;

private:
    struct Entry {
        std::string name;
        User user;
    };
    struct Line {
        std::string text;
        std::optional<Entry> entry;  // none: blank or comment
    };
    std::vector<Line> lines_;
};

/// 1 to 63 bytes without control characters.
[[nodiscard]] bool valid_user_name(std::string_view name);

}  // namespace gateway::auth
