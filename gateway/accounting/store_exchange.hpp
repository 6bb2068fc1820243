#pragma once

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/accounting/lease.hpp"
#include "gateway/accounting/shared_budgets.hpp"
#include "gateway/accounting/store_time.hpp"

namespace gateway::accounting {

/// Whom a replica has shown by one ledger, to be told to a store that has lost its data.
struct Declaration {
    LedgerName name;
    Milliseconds window{};
    std::vector<StoreSighting> seen;
};

/// One replica's conversation with the store: one command at a time, which carries all that came up. Not
/// thread-safe.
class StoreExchange {
public:
    explicit StoreExchange(const SharedSettings& settings);

    void connected(std::string run_id, TimePoint now);
    void lost();
    [[nodiscard]] bool available() const { return connected_ && answers_; }
    [[nodiscard]] bool under_way() const { return flight_.has_value(); }

    [[nodiscard]] std::optional<StoreCommand> next(TimePoint now);
    [[nodiscard]] std::optional<TimePoint> due() const;
    /// There is something to say at once.
    [[nodiscard]] bool has_news(TimePoint now) const;

    /// What an answer brought.
    struct Brought {
        enum class What { nothing, answers, mistake, new_epoch };
        What what = What::nothing;
        std::vector<std::pair<LedgerName, std::vector<StoreSighting>>> covered{};
    };
    [[nodiscard]] Brought answered(std::uint64_t number, const StoreAnswer& answer, TimePoint now);
    /// All that this replica has shown; after a new epoch.
    void declare(std::list<Declaration> declarations);

    [[nodiscard]] Lease& lease(const LimitedLedger& ledger);
    [[nodiscard]] const Lease* find_lease(const LimitedLedger& ledger) const;
    /// The lease has something to say, maybe.
    void note(Lease& lease);
    /// An answer will come that has not come yet.
    [[nodiscard]] bool awaits() const;
    /// From the next command on nothing is held any more.
    void retire();

private:
    struct Flight {
        std::uint64_t number;
        StoreNews news;
        std::vector<Lease*> leases;  // of the news' first ledgers; the others are declared
    };
    using Leases =
        std::unordered_map<LedgerName, std::vector<std::unique_ptr<Lease>>, LedgerNameHash, LedgerNameEqual>;

    void take_news(Flight& flight, TimePoint now);
    void take_declarations(Flight& flight);
    void put_back(Flight flight);
    void tidy(TimePoint now);
    void note_again(TimePoint now);

    SharedSettings settings_;
    StoreNames names_;
    std::string replica_;
    bool connected_ = false;
    bool answers_ = false;
    bool retired_ = false;
    std::string run_id_;
    std::string epoch_;
    bool declares_ = false;  // a new epoch, and what this replica has shown is still to come
    StoreTime time_;
    TimePoint beat_;  // when the store is asked whether it is still there
    std::uint64_t numbers_ = 0;
    std::uint64_t next_unit_ = 1;
    Leases leases_;
    std::deque<Lease*> noted_;
    std::optional<TimePoint> again_;  // when a lease asks again
    std::list<Declaration> declarations_;
    std::optional<Flight> flight_;
};

}  // namespace gateway::accounting
