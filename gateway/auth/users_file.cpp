#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <filesystem>

#include "gateway/auth/users.hpp"

namespace gateway::auth {

namespace {

constexpr std::uintmax_t largest_file = 64 * 1024 * 1024;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Takes a word or a quoted text from the front; nullopt if there is none, or its quote is not closed.
std::optional<std::string> take_word(std::string_view& line) {
    line = trimmed(line);
    if (line.empty()) return std::nullopt;
    std::string word;
    if (line.front() != '"') {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
        word = line.substr(0, end);
        line.remove_prefix(end);
        return word;
    }
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] != '"') {
            word.push_back(line[at]);
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
            word.push_back('"');
            ++at;
        } else {
            line.remove_prefix(at + 1);
            return word;
        }
    }
    return std::nullopt;
}

std::string line_of(std::string_view name, const ScramVerifier& verifier) {
    std::string line = "\"";
    for (const char c : name)
        line.append(c == '"' ? 2 : 1, c);
    return line + "\" \"" + verifier.text() + '"';
}

std::string failure(std::string_view what, const std::string& path) {
    return std::string(what) + ' ' + path + ": " + std::strerror(errno);
}

/// A file that is unlinked unless it was renamed to its final name.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& path) : path_(path + ".XXXXXX") {
        descriptor_ = mkstemp(path_.data());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (descriptor_ >= 0) close(descriptor_);
        if (descriptor_ >= 0 && !renamed_) unlink(path_.c_str());
    }
    [[nodiscard]] bool created() const { return descriptor_ >= 0; }
    [[nodiscard]] bool write_and_sync(std::string_view text) const {
        while (!text.empty()) {
            const auto written = write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return false;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return fsync(descriptor_) == 0;
    }
    /// The owner and the mode of the file that it replaces, so that the gateway's own user can still read it
    /// when root changes it; never readable by others. Mode 0600 if there is no such file.
    [[nodiscard]] bool takes_the_place_of(const std::string& path) const {
        struct stat replaced {};
        if (stat(path.c_str(), &replaced) != 0) return fchmod(descriptor_, S_IRUSR | S_IWUSR) == 0;
        if (geteuid() == 0 && fchown(descriptor_, replaced.st_uid, replaced.st_gid) != 0) return false;
        return fchmod(descriptor_, replaced.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP)) == 0;
    }
    [[nodiscard]] bool rename_to(const std::string& path) {
        renamed_ = std::rename(path_.c_str(), path.c_str()) == 0;
        return renamed_;
    }

private:
    std::string path_;
    int descriptor_ = -1;
    bool renamed_ = false;
};

/// Makes the rename last through a power cut.
bool sync_directory(const std::filesystem::path& directory) {
    const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool synced = fsync(descriptor) == 0;
    close(descriptor);
    return synced;
}

}  // namespace

UsersResult<UsersFile> UsersFile::from_text(std::string_view text, std::string file) {
    UsersFile users;
    UsersMistakes mistakes;
    std::map<std::string, int, std::less<>> line_of_name;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto rest = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        auto& line = users.lines_.emplace_back(Line{std::string(rest), std::nullopt});
        rest = trimmed(rest);
        if (rest.empty() || rest.front() == '#') continue;

        const auto complain = [&](std::string message) {
            mistakes.list.push_back({file, number, std::move(message)});
        };
        const auto name = take_word(rest);
        const auto verifier_text = take_word(rest);
        if (!name || !verifier_text || !trimmed(rest).empty()) {
            complain("expected a name and a verifier, either of them in double quotes if it holds blanks");
            continue;
        }
        if (!valid_user_name(*name)) {
            complain("a user name has 1 to 63 bytes and no control characters");
            continue;
        }
        const auto [first, is_new] = line_of_name.emplace(*name, number);
        if (!is_new)
            complain("user \"" + *name + "\" stands already in line " + std::to_string(first->second));
        auto verifier = ScramVerifier::from(*verifier_text);
        if (!verifier)
            complain(std::string(message_of(verifier.error())));
        else
            line.entry = Entry{*name, *std::move(verifier)};
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
    std::map<std::string, ScramVerifier, std::less<>> verifiers;
    for (const auto& line : lines_) {
        if (line.entry) verifiers.emplace(line.entry->name, line.entry->verifier);
    }
    return Users(std::move(verifiers));
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

bool UsersFile::contains(std::string_view name) const {
    return std::ranges::any_of(lines_,
                               [name](const Line& line) { return line.entry && line.entry->name == name; });
}

void UsersFile::set(std::string_view name, const ScramVerifier& verifier) {
    Line changed{line_of(name, verifier), Entry{std::string(name), verifier}};
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
    std::error_code error;
    // A symbolic link keeps pointing to the file.
    const auto target = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
    if (error) return path + ": " + error.message();
    TemporaryFile temporary(target.string());
    if (!temporary.created()) return failure("could not create a file beside", target.string());
    if (!temporary.takes_the_place_of(target.string()))
        return failure("could not take over the owner and mode of", target.string());
    if (!temporary.write_and_sync(text())) return failure("could not write", target.string());
    if (!temporary.rename_to(target.string())) return failure("could not replace", target.string());
    if (!sync_directory(target.parent_path()))
        return failure("could not sync the directory of", target.string());
    return std::nullopt;
}

}  // namespace gateway::auth
