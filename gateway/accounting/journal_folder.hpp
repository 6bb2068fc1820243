#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/accounting/journal.hpp"
#include "gateway/accounting/shared_budgets.hpp"

namespace gateway::accounting {

/// The journals of replicas that share budgets, in a folder that some of them may have in common: each
/// process writes one of its own, and whoever starts takes over what those have left that ended.
struct JournalFolder {
    std::unique_ptr<Journal> own;
    /// Locked, and empty of use once `own` holds what they told.
    std::vector<std::unique_ptr<Journal>> left;

    /// `take` gets every record of every journal that no process uses, in the order of time. A journal that
    /// is damaged, or of another secret, is a mistake: whom it names would be forgotten.
    [[nodiscard]] static JournalResult<JournalFolder> open(const std::string& folder,
                                                           const SharedSettings& settings,
                                                           const Journal::Take& take);
};

}  // namespace gateway::accounting
