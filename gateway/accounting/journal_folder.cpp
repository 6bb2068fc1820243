#include "gateway/accounting/journal_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace gateway::accounting {
namespace {

namespace fs = std::filesystem;

constexpr const char* journal_ending = ".journal";
constexpr int most_names = 100;  // that another process may lock first

/// A SightingRecord that outlives the bytes it was read from.
struct Kept {
    LedgerName ledger;
    std::uint64_t subject;
    JournalTime seen_at;
};

JournalMistake cannot(const std::string& folder, const std::string& what, const std::error_code& why) {
    return {folder + ": " + what + ": " + why.message()};
}

JournalResult<std::vector<std::string>> journals_in(const std::string& folder) {
    std::error_code why;
    fs::create_directory(folder, why);
    if (why) return cannot(folder, "cannot be made", why);
    if (!fs::is_directory(folder, why))
        return JournalMistake{folder +
                              ": is no folder; beside shared budgets each process has its own journal"};
    std::vector<std::string> paths;
    fs::directory_iterator entry(folder, why);
    for (; !why && entry != fs::directory_iterator(); entry.increment(why)) {
        if (entry->path().extension() == journal_ending) paths.push_back(entry->path().string());
    }
    if (why) return cannot(folder, "cannot be read", why);
    std::ranges::sort(paths);
    return paths;
}

JournalResult<std::unique_ptr<Journal>> new_journal(const std::string& folder,
                                                    const SharedSettings& settings) {
    for (int i = 0; i < most_names; ++i) {
        const auto name = fmt::format("{:016x}{}", settings.draw().front(), journal_ending);
        const auto path = (fs::path(folder) / name).string();
        auto journal = Journal::open(
            path, [](const SightingRecord&) {}, &settings.secret);
        if (journal || !journal.error().in_use) return journal;
    }
    return JournalMistake{folder + ": other processes lock every new journal"};
}

}  // namespace

JournalResult<JournalFolder> JournalFolder::open(const std::string& folder, const SharedSettings& settings,
                                                 const Journal::Take& take) {
    const auto paths = journals_in(folder);
    if (!paths) return paths.error();
    JournalFolder found;
    std::vector<Kept> all;
    const auto keep = [&all](const SightingRecord& record) {
        all.push_back({LedgerName(record.ledger), record.subject, record.seen_at});
    };
    for (const std::string& path : *paths) {
        auto journal = Journal::open(path, keep, &settings.secret);
        if (journal) {
            found.left.push_back(std::move(*journal));
        } else if (!journal.error().in_use) {
            return journal.error();
        }
    }
    std::ranges::stable_sort(all, {}, &Kept::seen_at);
    for (const Kept& one : all)
        take({one.ledger, one.subject, one.seen_at});
    if (found.left.empty()) {
        auto journal = new_journal(folder, settings);
        if (!journal) return journal.error();
        found.own = std::move(*journal);
    } else {
        found.own = std::move(found.left.back());
        found.left.pop_back();
    }
    return found;
}

}  // namespace gateway::accounting
