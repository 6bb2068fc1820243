#include <algorithm>
#include <fstream>

#include <filesystem>

#include "gateway/auth/replace_file.hpp"
#include "gateway/auth/user_line.hpp"
#include "gateway/auth/users.hpp"

namespace gateway::auth {

namespace {

constexpr std::uintmax_t largest_file = 64 * 1024 * 1024;

/// Where each name and alias stands: all of them must differ, also when they are folded.
class SpellingsByLine {
public:
    /// Notes those of a line; a message for each that stands already.
    std::vector<std::string> take(const std::string& name, const User& user, int line) {
        std::vector<std::string> messages;
        const auto note = [&](const std::string& spelling, bool is_user) {
            // A log-in name that cannot be folded stands for itself, and nobody can ask for it.
            const auto [place, is_new] =
                first_.emplace(folded_name(spelling).value_or(spelling), First{line, spelling, is_user});
            if (is_new) return;
            const First& first = place->second;
            const auto at = std::to_string(first.line);
            messages.push_back(is_user && first.is_user && first.spelling == spelling
                                   ? "user \"" + name + "\" stands already in line " + at
                                   : "\"" + spelling + "\" is the same as \"" + first.spelling +
                                         "\" in line " + at +
                                         "; each name and alias is one person's, whatever its case");
        };
        note(name, true);
        for (const std::string& alias : user.aliases)
            note(alias, false);
        return messages;
    }

private:
    struct First {
        int line;
        std::string spelling;
        bool is_user;  // else an alias
    };
    std::map<std::string, First, std::less<>> first_;
};

}  // namespace

UsersResult<UsersFile> UsersFile::from_text(std::string_view text, std::string file) {
    UsersFile users;
    UsersMistakes mistakes;
    SpellingsByLine taken;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line_text = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto& line = users.lines_.emplace_back(Line{std::string(line_text), std::nullopt});
        const auto content = trimmed(line_text);
        if (content.empty() || content.front() == '#') continue;

        auto read = read_user_line(content);
        if (auto* wrong = std::get_if<std::vector<std::string>>(&read)) {
            for (std::string& message : *wrong)
                mistakes.list.push_back({file, number, std::move(message)});
            continue;
        }
        auto& [name, user] = std::get<UserLine>(read);
        for (std::string& message : taken.take(name, user, number))
            mistakes.list.push_back({file, number, std::move(message)});
        line.entry = Entry{std::move(name), std::move(user)};
    }
    if (!mistakes.list.empty()) return mistakes;
    return users;
}

UsersResult<UsersFile> UsersFile::load(const std::string& path) {
    const auto fail = [&path](std::string message) { return UsersMistakes{{{path, 0, std::move(message)}}}; };
    std::error_code error;
    // A FIFO would block, and a device might never end.
    if (!std::filesystem::is_regular_file(path, error))
        return fail(error ? error.message() : "not a regular file");
    const auto size = std::filesystem::file_size(path, error);
    if (error || size > largest_file) return fail(error ? error.message() : "larger than 64 MiB");
    std::ifstream stream(path, std::ios::binary);
    std::string text(size, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(size));
    if (stream.bad() || !stream) return fail("could not be read");
    return from_text(text, path);
}

Users UsersFile::users() const {
    std::map<std::string, User, std::less<>> users;
    std::map<std::string, std::string, std::less<>> name_of_spelling;
    for (const auto& line : lines_) {
        if (!line.entry) continue;
        const auto& [name, user] = *line.entry;
        users.emplace(name, user);
        if (auto folded = folded_name(name)) name_of_spelling.emplace(*std::move(folded), name);
        for (const std::string& alias : user.aliases) {
            if (auto folded = folded_name(alias)) name_of_spelling.emplace(*std::move(folded), name);
        }
    }
    return {std::move(users), CanonicalNames(std::move(name_of_spelling))};
}

std::vector<std::string> UsersFile::names() const {
    std::vector<std::string> names;
    for (const auto& line : lines_) {
        if (line.entry) names.push_back(line.entry->name);
    }
    return names;
}

std::string UsersFile::text() const {
    std::string text;
    for (const auto& line : lines_)
        text.append(line.text).push_back('\n');
    return text;
}

const User* UsersFile::find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        lines_, [name](const Line& line) { return line.entry && line.entry->name == name; });
    return found == lines_.end() ? nullptr : &found->entry->user;
}

void UsersFile::set(std::string_view name, const User& user) {
    Line changed{user_line_of(name, user), Entry{std::string(name), user}};
    const auto found = std::ranges::find_if(
        lines_, [name](const Line& line) { return line.entry && line.entry->name == name; });
    if (found == lines_.end())
        lines_.push_back(std::move(changed));
    else
        *found = std::move(changed);
}

bool UsersFile::remove(std::string_view name) {
    return std::erase_if(lines_,
                         [name](const Line& line) { return line.entry && line.entry->name == name; }) > 0;
}

std::optional<std::string> UsersFile::save(const std::string& path) const {
    return replace_file(path, text());
}

}  // namespace gateway::auth
