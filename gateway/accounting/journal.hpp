#pragma once

#include <atomic>
#include <boost/system/result.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include "gateway/accounting/key_hash.hpp"
#include "gateway/accounting/sighting_record.hpp"

namespace gateway::accounting {

/// Why a journal cannot be used, for the log and the start.
struct JournalMistake {
    std::string message;
    bool in_use = false;  // by another process, and sound for all that is known
};

template <class T>
using JournalResult = boost::system::result<T, JournalMistake>;

[[noreturn]] inline void throw_exception_from_error(const JournalMistake& mistake,
                                                    const boost::source_location&) {
    throw std::logic_error("budget journal: " + mistake.message);
}

/// Who was counted, in one file on local disk, so that a restart refills no budget. What is noted is in the
/// kernel's hands when write() returns true: the end of the process, however it comes, loses nothing of it.
/// The file holds hashes of keys, and the key of these hashes, or the mark of one that replicas share: it is
/// for its owner alone (mode 0600). Thread-safe.
class Journal {
public:
    using Take = std::function<void(const SightingRecord&)>;

    /// Opens the file, makes it where there is none, and locks it against other processes. `take` gets every
    /// record in it, in the order of writing. A record that was cut at the end of the file is taken off; one
    /// that is damaged before that is a mistake, for what stands behind it would be lost. `shared`: by which
    /// all replicas tell subjects apart; nullptr: the file has a key of its own.
    [[nodiscard]] static JournalResult<std::unique_ptr<Journal>> open(const std::string& path,
                                                                      const Take& take,
                                                                      const KeyHash::Key* shared = nullptr);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// By which subjects are told apart, as long as the file lives.
    [[nodiscard]] const KeyHash& hash() const { return hash_; }

    /// False: the last write() failed, and so does the next attempt, which this makes.
    [[nodiscard]] bool takes_notes();
    /// Written with the next write().
    void note(const SightingRecord& record);
    /// False: the disk does not take what was noted, which is kept for the next attempt.
    [[nodiscard]] bool write();

    /// Bytes of the file.
    [[nodiscard]] std::size_t size() const;
    /// Replaces the file by one with what `give` gives to its argument, and with what is noted meanwhile;
    /// false where the disk does not take it, and the file is as it was.
    [[nodiscard]] bool rewrite(const std::function<void(const Take&)>& give);
    /// Nobody needs it any more.
    void remove();

private:
    Journal(std::string path, int file);
    void hash_by(const KeyHash::Key& key);
    [[nodiscard]] JournalResult<void> lock();
    [[nodiscard]] JournalResult<void> begin(const KeyHash::Key* shared);
    [[nodiscard]] JournalResult<void> read_head(std::string_view head, const KeyHash::Key* shared);
    [[nodiscard]] bool write_locked();

    const std::string path_;
    std::string head_;
    KeyHash hash_{KeyHash::Key{}};
    mutable std::mutex mutex_;
    int file_;
    std::size_t size_ = 0;
    std::string noted_;
    std::atomic<bool> failed_{false};  // the last write()
    bool rewriting_ = false;
    std::string noted_meanwhile_;
};

}  // namespace gateway::accounting
