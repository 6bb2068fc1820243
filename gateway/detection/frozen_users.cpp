#include "gateway/detection/frozen_users.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <sstream>

#include "gateway/auth/canonical_names.hpp"
#include "gateway/auth/replace_file.hpp"

namespace gateway::detection {
namespace {

constexpr std::uintmax_t largest_frozen_file = 4UL * 1024 * 1024;

/// Lines by the folded name.
using FrozenLines = std::map<std::string, std::string, std::less<>>;

/// Of "WHEN DETECTOR NAME"; empty: it is none.
std::string name_in(const std::string& line) {
    const auto first = line.find(' ');
    const auto second = first == std::string::npos ? first : line.find(' ', first + 1);
    return second == std::string::npos ? std::string() : line.substr(second + 1);
}

FrozenResult<FrozenLines> read_lines(const std::string& path) {
    const auto failed = [&](std::string_view why) {
        return FrozenMistake{fmt::format("cannot read {}: {}", path, why)};
    };
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return failed(error ? error.message() : "not a regular file");
    if (std::filesystem::file_size(path, error) > largest_frozen_file || error) return failed("too large");
    std::ifstream stream(path, std::ios::binary);
    FrozenLines lines;
    for (std::string line; std::getline(stream, line);) {
        if (line.empty() || line.front() == '#') continue;
        const std::string name = name_in(line);
        if (name.empty()) return failed("a line is not of the form TIME DETECTOR NAME");
        lines.emplace(FrozenUsers::key_of(name), line);
    }
    if (!stream.eof()) return failed("it breaks off");
    return lines;
}

std::string write_lines(const std::string& path, const FrozenLines& lines) {
    std::string text = "# Who is frozen: written by Tabir; `tabir thaw NAME` takes somebody out.\n";
    for (const auto& [name, line] : lines)
        text += line + '\n';
    return auth::replace_file(path, text).value_or("");
}

/// Keeps other processes from changing the file meanwhile: by its folder, for the file itself is replaced.
class FolderLock {
public:
    explicit FolderLock(const std::string& path)
        : folder_(open(std::filesystem::absolute(path).parent_path().c_str(),
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        locked_ = folder_ >= 0 && flock(folder_, LOCK_EX) == 0;
    }
    ~FolderLock() {
        if (folder_ >= 0) close(folder_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    [[nodiscard]] bool locked() const { return locked_; }

private:
    int folder_;
    bool locked_ = false;
};

/// By which a file that was replaced or changed is noticed.
struct FileMark {
    ino_t inode = 0;
    off_t size = -1;
    std::int64_t changed = 0;
    bool operator==(const FileMark&) const = default;
};

FileMark mark_of(const std::string& path) {
    struct stat found {};
    if (stat(path.c_str(), &found) != 0) return {};
    return {found.st_ino, found.st_size, found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
}

}  // namespace

struct FrozenUsers::State {
    std::string path;
    mutable std::shared_mutex mutex;
    FrozenLines frozen;     // in the file, or in `unwritten`
    FrozenLines unwritten;  // not in the file yet
    FileMark mark;
    std::atomic<std::size_t> count{0};
    std::atomic<bool> written{true};

    /// The file's lines and the unwritten ones, which it writes. With the mutex.
    std::string exchange();
};

std::string FrozenUsers::State::exchange() {
    const FolderLock lock(path);
    if (!lock.locked()) return "cannot lock the folder of " + path + ": " + std::strerror(errno);
    auto lines = read_lines(path);
    if (!lines) return lines.error().message;
    lines->insert(unwritten.begin(), unwritten.end());
    if (!unwritten.empty()) {
        if (auto why = write_lines(path, *lines); !why.empty()) return why;
    }
    unwritten.clear();
    frozen = *std::move(lines);
    mark = mark_of(path);
    count = frozen.size();
    written = true;
    return {};
}

FrozenUsers::FrozenUsers() : state_(std::make_unique<State>()) {}
FrozenUsers::~FrozenUsers() = default;

FrozenResult<std::unique_ptr<FrozenUsers>> FrozenUsers::open(const std::string& path) {
    auto users = std::make_unique<FrozenUsers>();
    users->state_->path = path;
    const FolderLock lock(path);
    FrozenLines lines;
    if (std::filesystem::exists(path)) {
        auto read = read_lines(path);
        if (!read) return read.error();
        lines = *std::move(read);
    }
    // Who cannot be written down later could not be frozen: better that is known at the start.
    if (auto why = write_lines(path, lines); !why.empty()) return FrozenMistake{std::move(why)};
    users->state_->mark = mark_of(path);
    users->state_->count = lines.size();
    users->state_->frozen = std::move(lines);
    return users;
}

// What is no name of a person may be a log-in's.
std::string FrozenUsers::key_of(std::string_view name) {
    return auth::folded_name(name).value_or(std::string(name));
}

bool FrozenUsers::contains_key(std::string_view key) const {
    if (state_->count == 0) return false;
    const std::shared_lock lock(state_->mutex);
    return state_->frozen.contains(key);
}

bool FrozenUsers::all_written() const { return state_->written; }

std::size_t FrozenUsers::size() const { return state_->count; }

bool FrozenUsers::freeze(const std::string& name, std::string_view detector,
                         std::chrono::system_clock::time_point time) {
    const std::string key = key_of(name);
    const std::scoped_lock lock(state_->mutex);
    if (state_->frozen.contains(key) || state_->frozen.size() >= most_names) return false;
    const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(time);
    std::string line = fmt::format("{:%FT%TZ} {} {}", seconds, detector, name);
    state_->frozen.emplace(key, line);
    state_->count = state_->frozen.size();
    if (state_->path.empty()) return true;
    state_->unwritten.emplace(key, std::move(line));
    state_->written = false;
    (void)state_->exchange();  // look() tries again, and tells
    return true;
}

std::string FrozenUsers::look() {
    if (state_->path.empty()) return {};
    const std::scoped_lock lock(state_->mutex);
    if (state_->unwritten.empty() && mark_of(state_->path) == state_->mark) return {};
    return state_->exchange();
}

std::string FrozenUsers::thaw(const std::string& path, const std::string& name) {
    const FolderLock lock(path);
    if (!lock.locked()) return "cannot lock the folder of " + path + ": " + std::strerror(errno);
    auto lines = read_lines(path);
    if (!lines) return lines.error().message;
    if (lines->erase(key_of(name)) == 0) return '"' + name + "\" is not frozen";
    return write_lines(path, *lines);
}

FrozenResult<std::vector<std::string>> FrozenUsers::list(const std::string& path) {
    const auto lines = read_lines(path);
    if (!lines) return lines.error();
    std::vector<std::string> all;
    for (const auto& [name, line] : *lines)
        all.push_back(line);
    std::ranges::sort(all);
    return all;
}

}  // namespace gateway::detection
