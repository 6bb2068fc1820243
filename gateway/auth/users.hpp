#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/scram_verifier.hpp"

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

/// Who may log in, and the verifier of each. Immutable: share it, and replace it by the next one.
class Users {
public:
    explicit Users(std::map<std::string, ScramVerifier, std::less<>> verifiers)
        : verifiers_(std::move(verifiers)) {}

    /// For a user who is not there it is a mock, which took as long to make.
    [[nodiscard]] LoginVerifier login_of(std::string_view user, const MockSecret& secret) const;
    [[nodiscard]] bool contains(std::string_view user) const { return verifiers_.contains(user); }
    [[nodiscard]] std::size_t size() const { return verifiers_.size(); }

private:
    std::map<std::string, ScramVerifier, std::less<>> verifiers_;
};

/// The users file as text: one `name verifier` or `"name" "verifier"` a line ("" within quotes stands for "),
/// `#` begins a comment line. Changes keep every other line as it is.
class UsersFile {
public:
    /// All mistakes at once: duplicate names, names that PostgreSQL would cut, verifiers of another form.
    [[nodiscard]] static UsersResult<UsersFile> from_text(std::string_view text, std::string file);
    [[nodiscard]] static UsersResult<UsersFile> load(const std::string& path);

    [[nodiscard]] Users users() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool contains(std::string_view name) const;
    /// In the order of the file.
    [[nodiscard]] std::vector<std::string> names() const;

    /// Adds the user, or replaces the verifier. The name must be valid_user_name().
    void set(std::string_view name, const ScramVerifier& verifier);
    /// False if there is no such user.
    bool remove(std::string_view name);
    /// Replaces the file in one step (a temporary file beside it, fsync, rename). A new file has mode 0600;
    /// an old one keeps its owner and mode, without what others may do. Gives the message of the system call
    /// that failed, or nullopt.
    [[nodiscard]] std::optional<std::string> save(const std::string& path) const;

private:
    struct Entry {
        std::string name;
        ScramVerifier verifier;
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
