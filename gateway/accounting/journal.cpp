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

constexpr std::string_view own_magic = "tabirbj1";     // its key stands behind it
constexpr std::string_view shared_magic = "tabirbs1";  // the mark of a key that stands elsewhere
constexpr std::size_t head_size = own_magic.size() + sizeof(KeyHash::Key);

std::string head_of(std::string_view magic, const KeyHash::Key& words) {
    std::string head(magic);
    head.append(reinterpret_cast<const char*>(words.data()), sizeof words);
    return head;
}

/// Tells keys apart, and gives none away.
KeyHash::Key mark_of(const KeyHash::Key& shared) {
    const KeyHash by(shared);
    return {by(std::string_view("\0journal1", 9)), by(std::string_view("\0journal2", 9))};
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

Journal::Journal(std::string path, int file) : path_(std::move(path)), file_(file) {}

Journal::~Journal() {
    (void)write();
    ::close(file_);
}

JournalResult<void> Journal::lock() {
    struct stat status {};
    if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode))
        return JournalMistake{path_ + ": is no regular file"};
    const bool locked = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno != EWOULDBLOCK) return failed(path_, "cannot be locked");
    // Whoever had it may have put another file in its place, or removed it, before this one was locked.
    if (!locked || ::fstat(file_, &status) != 0 || status.st_nlink == 0)
        return JournalMistake{path_ + ": another process uses it", true};
    return boost::system::in_place_value;
}

// New, or the process that made it ended at once.
JournalResult<void> Journal::begin(const KeyHash::Key* shared) {
    const KeyHash::Key key = shared != nullptr ? *shared : KeyHash::random_key();
    hash_ = KeyHash(key);
    head_ = shared != nullptr ? head_of(shared_magic, mark_of(key)) : head_of(own_magic, key);
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0 || !write_all(file_, head_) ||
        ::fsync(file_) != 0 || !sync_folder(path_))
        return failed(path_, "cannot be written");
    size_ = head_.size();
    return boost::system::in_place_value;
}

JournalResult<void> Journal::read_head(std::string_view head, const KeyHash::Key* shared) {
    const bool is_shared = head.starts_with(shared_magic);
    if (!is_shared && !head.starts_with(own_magic)) return JournalMistake{path_ + ": is no budget journal"};
    if (is_shared != (shared != nullptr)) {
        return JournalMistake{path_ +
                              (is_shared ? ": was written beside shared budgets, and by their secret"
                                         : ": was written by a process that shares no budgets") +
                              "; move it away to begin with whole budgets"};
    }
    KeyHash::Key words{};
    std::memcpy(words.data(), head.data() + own_magic.size(), sizeof words);
    if (is_shared && words != mark_of(*shared)) {
        return JournalMistake{path_ +
                              ": was written by another secret of shared budgets; move it away to begin with "
                              "whole budgets"};
    }
    hash_ = KeyHash(is_shared ? *shared : words);
    head_ = head;
    return boost::system::in_place_value;
}

JournalResult<std::unique_ptr<Journal>> Journal::open(const std::string& path, const Take& take,
                                                      const KeyHash::Key* shared) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return failed(path, "cannot be opened");
    std::unique_ptr<Journal> journal(new Journal(path, file));
    if (const auto locked = journal->lock(); !locked) return locked.error();
    const auto bytes = read_all(file);
    if (!bytes) return failed(path, "cannot be read");
    if (bytes->size() < head_size) {
        const auto there = std::string_view(*bytes).substr(0, own_magic.size());
        if (!own_magic.starts_with(there) && !shared_magic.starts_with(there))
            return JournalMistake{path + ": is no budget journal"};
        if (const auto begun = journal->begin(shared); !begun) return begun.error();
        return journal;
    }
    if (const auto read = journal->read_head(std::string_view(*bytes).substr(0, head_size), shared); !read)
        return read.error();

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

void Journal::remove() {
    const std::scoped_lock lock(mutex_);
    noted_.clear();
    (void)::unlink(path_.c_str());
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
    std::string bytes = head_;
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
