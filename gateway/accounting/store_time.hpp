#pragma once

#include <cstdint>
#include <optional>

#include "gateway/accounting/store_message.hpp"

namespace gateway::accounting {

/// The time that the store keeps, as one replica can vouch for it: what the store told, and what the steady
/// clock has measured since the answer came. So it never goes faster than any steady clock.
class StoreTime {
public:
    /// The store told `now` in answer to what was sent at `sent`.
    void told(std::int64_t now, TimePoint sent, TimePoint received) {
        const Base base{now, received};
        if (!vouched(sent) || base.at(received) > base_->at(received)) base_ = base;
        answered_ = sent;
    }

    /// Nothing that was told is true any more.
    void forget() { base_.reset(); }

    /// What has passed for certain. nullopt where the last answer is older than the slack: the others may
    /// have gone on without this replica's time, and must not be pulled ahead by more than that.
    [[nodiscard]] std::optional<std::int64_t> vouched(TimePoint now) const {
        if (!base_ || now - answered_ > store_slack) return std::nullopt;
        return base_->at(now);
    }

private:
    struct Base {
        std::int64_t told;
        TimePoint received;

        [[nodiscard]] std::int64_t at(TimePoint now) const {
            return told + std::chrono::floor<Milliseconds>(now - received).count();
        }
    };
    std::optional<Base> base_;
    TimePoint answered_;  // when the last command that was answered was sent
};

}  // namespace gateway::accounting
