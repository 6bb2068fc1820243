#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "gateway/accounting/store_message.hpp"
#include "policies/budget.hpp"

namespace gateway::accounting {

/// What one replica may spend of one ledger's budget under some limits without asking
/// the store, and what it has to tell it.
/// A unit stands for one person who may be shown; the store counts it as one until the replica says for whom
/// it was spent, or gives it back. Numbers of units are never used twice, so it does not matter which command
/// is carried out late, or twice. Not thread-safe.
class Lease {
public:
    Lease(LedgerNameView name, const std::vector<policies::Limit>& limits);

    /// What was granted under some limits is not spent under others.
    [[nodiscard]] bool is_under(const std::vector<policies::Limit>& limits) const;

    /// What is known about a subject that is not covered.
    enum class Standing { unknown, asked, known, no_room };
    [[nodiscard]] Standing standing(std::uint64_t subject, TimePoint now) const;
    [[nodiscard]] bool has_unit(TimePoint now) const;

    /// `subject`, who is known or for whom there is a unit, is shown now; `fresh` where this replica has not
    /// counted him. Until when he may be shown again.
    [[nodiscard]] TimePoint spend(std::uint64_t subject, bool fresh, TimePoint now);
    /// `subject` counts without having been asked for: a miss, of which something was told that cannot wait.
    void owe(std::uint64_t subject, TimePoint now);
    /// Asks whether `subject` is in every window already, and for units.
    void ask(std::uint64_t subject, TimePoint now);
    /// Asks how the limits stand, and for a few units.
    void look(TimePoint now);

    /// Units that have not been spent for a while are given back, answers that are old forgotten.
    void tidy(TimePoint now);
    void give_back();
    /// Nothing is held, asked or to be told, and what was told is old.
    [[nodiscard]] bool idle(TimePoint now) const;

    bool noted = false;  // for whoever gathers news

    /// Whether there is something to say now.
    [[nodiscard]] bool has_news(TimePoint now) const;
    /// When there will be, besides now.
    [[nodiscard]] std::optional<TimePoint> asks_again() const;
    /// Takes what is to be said out of this lease; `next_unit` goes on by the units that are wanted.
    [[nodiscard]] LedgerNews news(std::uint64_t& next_unit, TimePoint now);
    void answered(const LedgerNews& news, const LedgerTold& told, Milliseconds pause, Milliseconds lease,
                  TimePoint sent, TimePoint now);
    /// It may have been carried out, or not.
    void lost(LedgerNews news);
    /// The store has lost its data, and what it told.
    void begin_anew();

    /// How a limit stands, with what was spent since the store told.
    struct Count {
        std::uint64_t seen = 0;
        bool used_up = false;     // no replica holds a unit either
        Milliseconds frees_in{};  // until one more fits
    };
    /// nullopt: the store has not told, or long ago.
    [[nodiscard]] std::optional<Count> count(const policies::Limit& limit, TimePoint now) const;
    [[nodiscard]] bool is_told(TimePoint now, Milliseconds within) const;

private:
    struct Unit {
        std::uint64_t number;
        TimePoint until;
    };
    struct Ask {
        std::uint64_t subject;
        TimePoint again;                             // when to ask; max(): under way, or answered
        TimePoint forget;                            // whoever asked may be gone
        TimePoint known_until = TimePoint::min();    // may be shown until then
        TimePoint no_room_until = TimePoint::min();  // does not fit: believed until then
    };
    struct Told {
        TimePoint at;
        std::vector<WindowTold> limits;
        std::uint64_t others;  // units that other replicas may still spend
    };

    void drop_ended(TimePoint now);
    [[nodiscard]] std::vector<Ask>::const_iterator find_ask(std::uint64_t subject) const;
    [[nodiscard]] std::vector<Ask>::iterator find_ask(std::uint64_t subject);
    void take_asked(LedgerNews& news, TimePoint now);

    LedgerName name_;
    std::vector<WindowLimit> limits_;
    Milliseconds grace_{};
    std::deque<Unit> units_;            // in hand, in the order of time
    std::vector<StoreSighting> spent_;  // and not told yet
    std::uint64_t telling_ = 0;         // who is being told of, and was fresh
    std::vector<std::uint64_t> given_;
    std::vector<Ask> asks_;
    bool looks_ = false;
    bool wants_more_ = false;
    std::uint64_t want_ = 4;  // units ahead
    TimePoint last_used_;
    std::optional<Told> told_;
};

}  // namespace gateway::accounting
