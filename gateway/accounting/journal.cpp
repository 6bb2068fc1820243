#include "gateway/accounting/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace gateway::accounting {
namespace {

constexpr std::string_view magic = "tabirbj1";
constexpr std::size_t head_size = magic.size() + sizeof(KeyHash::Key);

std::string head_of(const KeyHash::Key& key) {
    std::string head(magic);
    head.append(reinterpret_cast<const char*>(key.data()), sizeof key);
    return head;
}

JournalMistake failed(const std::string& path, const std::string& what) {
    return {path + ": " + what + ": " + std::strerror(errno)};
}

/// False: errno says why; some of the bytes may have been written.
bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::optional<std::string> read_all(int file) {
    std::string bytes;
    std::array<char, 64UL * 1024> chunk{};
    for (;;) {
        const ssize_t got = ::read(file, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::nullopt;
        if (got == 0) return bytes;
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

/// What a crash leaves at the end: less than one record, or blocks that were never filled.
bool is_cut_off(std::string_view rest) {
    return rest.size() < longest_record || rest.find_first_not_of('\0') == std::string_view::npos;
}

bool sync_folder(const std::string& path) {
    auto folder = std::filesystem::path(path).parent_path();
    if (folder.empty()) folder = ".";
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return false;
    const bool synced = ::fsync(file) == 0;
    ::close(file);
    return synced;
}

}  // namespace

Journal::Journal(std::string path, int file) : path_(std::move(path)), hash_(key_), file_(file) {}

void Journal::hash_by(const KeyHash::Key& key) {
    key_ = key;
    hash_ = KeyHash(key);
}

Journal::~Journal() {
    (void)write();
    ::close(file_);
}

JournalResult<std::unique_ptr<Journal>> Journal::open(const std::string& path, const Take& take) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return failed(path, "cannot be opened");
    std::unique_ptr<Journal> journal(new Journal(path, file));
    struct stat status {};
    if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return JournalMistake{path + ": is no regular file"};
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return JournalMistake{path + ": another process uses it"};
    const auto bytes = read_all(file);
    if (!bytes) return failed(path, "cannot be read");
    if (bytes->size() < head_size) {
        // New, or the process that made it ended at once.
        if (!magic.starts_with(std::string_view(*bytes).substr(0, magic.size())))
            return JournalMistake{path + ": is no budget journal"};
        journal->hash_by(KeyHash::random_key());
        const std::string head = head_of(journal->key_);
        if (::ftruncate(file, 0) != 0 || ::lseek(file, 0, SEEK_SET) != 0 || !write_all(file, head) ||
            ::fsync(file) != 0 || !sync_folder(path))
            return failed(path, "cannot be written");
        journal->size_ = head.size();
        return journal;
    }
    if (!bytes->starts_with(magic)) return JournalMistake{path + ": is no budget journal"};
    KeyHash::Key key{};
    std::memcpy(key.data(), bytes->data() + magic.size(), sizeof key);
    journal->hash_by(key);

    std::string_view rest = std::string_view(*bytes).substr(head_size);
    while (const auto record = take_record(rest))
        take(*record);
    const std::size_t whole = bytes->size() - rest.size();
    if (!is_cut_off(rest)) {
        return JournalMistake{path + ": is damaged at byte " + std::to_string(whole) +
                              "; budgets would refill. Move it away to begin with whole ones"};
    }
    if (::ftruncate(file, static_cast<off_t>(whole)) != 0 ||
        ::lseek(file, static_cast<off_t>(whole), SEEK_SET) < 0)
        return failed(path, "cannot be written");
    journal->size_ = whole;
    return journal;
}

bool Journal::takes_notes() { return !failed_.load(std::memory_order_relaxed) || write(); }

void Journal::note(const SightingRecord& record) {
    const std::scoped_lock lock(mutex_);
    append_record(record, noted_);
    if (rewriting_) append_record(record, noted_meanwhile_);
}

bool Journal::write() {
    const std::scoped_lock lock(mutex_);
    return write_locked();
}

bool Journal::write_locked() {
    if (noted_.empty()) return true;
    const bool written = write_all(file_, noted_);
    failed_.store(!written, std::memory_order_relaxed);
    if (written) {
        size_ += noted_.size();
        noted_.clear();
        return true;
    }
    // Half a record must not stand before the next one.
    const auto end = static_cast<off_t>(size_);
    (void)!::ftruncate(file_, end);
    (void)::lseek(file_, end, SEEK_SET);
    return false;
}

std::size_t Journal::size() const {
    const std::scoped_lock lock(mutex_);
    return size_;
}

bool Journal::rewrite(const std::function<void(const Take&)>& give) {
    {
        const std::scoped_lock lock(mutex_);
        rewriting_ = true;
        noted_meanwhile_.clear();
    }
    std::string bytes = head_of(key_);
    give([&bytes](const SightingRecord& record) { append_record(record, bytes); });

    const std::string beside = path_ + ".new";
    const int file = ::open(beside.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const std::scoped_lock lock(mutex_);
    rewriting_ = false;
    bytes += noted_meanwhile_;
    noted_meanwhile_.clear();
    const bool written = file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0 && write_all(file, bytes) &&
                         ::fsync(file) == 0 && std::rename(beside.c_str(), path_.c_str()) == 0;
    if (!written) {
        if (file >= 0) ::close(file);
        return false;
    }
    (void)sync_folder(path_);
    ::close(std::exchange(file_, file));
    size_ = bytes.size();
    noted_.clear();  // part of what was noted meanwhile, or of what was given
    return true;
}

}  // namespace gateway::accounting
