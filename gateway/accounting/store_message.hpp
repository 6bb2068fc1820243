#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounting/charge_result.hpp"
#include "gateway/accounting/key_hash.hpp"
#include "gateway/accounting/ledger_name.hpp"
#include "gateway/accounting/store_command.hpp"

namespace gateway::accounting {

using Milliseconds = std::chrono::milliseconds;

/// By how much the replicas' ideas of the store's time may differ, at most: what is written into the store
/// counts for so much longer than whoever wrote it relies on it.
inline constexpr Milliseconds store_slack{2000};

/// Under which names ledgers and people stand in the store: whoever reads it learns none of them, nor that
/// two ledgers saw the same person.
class StoreNames {
public:
    explicit StoreNames(const KeyHash::Key& secret);
    /// 32 hexadecimal digits.
    [[nodiscard]] std::string ledger(LedgerNameView name) const;
    /// 8 bytes.
    [[nodiscard]] std::string subject(const std::string& ledger, std::uint64_t subject) const;

private:
    KeyHash left_, right_, subjects_;
};

/// A limit without its rule.
struct WindowLimit {
    Milliseconds window{};
    std::uint64_t most = 0;
};

/// Somebody who was shown, to be written down in the store in place of the unit that he cost.
struct StoreSighting {
    std::uint64_t subject = 0;  // KeyHash
    std::uint64_t unit = 0;     // 0: none
    TimePoint until;            // as seen at
    bool fresh = true;          // was not counted by this replica before
};

/// What a replica tells the store about one ledger, and asks.
struct LedgerNews {
    LedgerName name;
    std::vector<WindowLimit> limits;
    std::vector<std::uint64_t> given{};  // units that will not be spent any more
    std::vector<StoreSighting> seen{};
    std::vector<std::uint64_t> asked{};  // subjects: are they in every window already?
    Milliseconds grace{};                // for how long those who are may be shown
    std::uint64_t first_wanted = 0;      // the units that are wanted have these numbers, which are new
    std::uint64_t wanted = 0;
    std::uint64_t held = 0;  // units that the replica keeps, for reading the answer
};

struct StoreNews {
    std::string run_id;
    std::string epoch;                // that the replica knows; empty: none
    std::optional<std::int64_t> now;  // store's time in milliseconds that has passed for certain
    TimePoint sent;
    bool more = false;  // this replica has not declared all that it knows yet
    std::vector<LedgerNews> ledgers{};
};

/// How a limit stands.
struct WindowTold {
    std::uint64_t seen = 0;   // without units that may still be spent
    Milliseconds frees_in{};  // until one more fits
};

struct LedgerTold {
    std::vector<bool> known;    // as asked
    std::uint64_t granted = 0;  // of the units that were wanted, the first ones
    std::uint64_t live = 0;     // units that may still be spent, of all replicas, besides those
    std::vector<WindowTold> limits;
};

/// What the store answers. Another epoch than the replica knows: nothing was done, and no ledgers are told.
struct StoreTold {
    std::string epoch;
    std::int64_t now = 0;
    Milliseconds pause{};  // until units are granted again
    std::vector<LedgerTold> ledgers{};
};

/// Where the store begins a new epoch by this command, it is called by the replica and the number.
[[nodiscard]] StoreCommand write_news(const StoreNews& news, std::uint64_t number, Milliseconds lease,
                                      const std::string& replica, const StoreNames& names);

/// nullopt: no answer to that. The store is not trusted.
[[nodiscard]] std::optional<StoreTold> read_answer(const StoreAnswer& answer, const StoreNews& news);

}  // namespace gateway::accounting
