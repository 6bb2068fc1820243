#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/detection/frozen_users.hpp"
#include "gateway/detection/looker.hpp"
#include "gateway/detection/recent_items.hpp"
#include "gateway/detection/security_event.hpp"

namespace gateway::detection {

/// What was about to be shown must not be.
enum class Stopped {
    detected,   // a detector refuses it
    frozen,     // who asks was frozen, now or before
    unwritten,  // somebody was frozen and could not be written down: nobody reads until he is
};

/// Looks at all that sessions are about to show of people, for what looks like browsing. Shared by all
/// sessions, of bounded size. Thread-safe.
class Detection {
public:
    using WallClock = std::function<std::chrono::system_clock::time_point()>;

    Detection(FrozenUsers& frozen, EventSink tell, WallClock wall_clock);
    ~Detection();
    Detection(const Detection&) = delete;
    Detection& operator=(const Detection&) = delete;

    /// Whether `looker` may read protected tables at all.
    [[nodiscard]] std::optional<Stopped> check(const Looker& looker) const;
    /// Before a statement about people of `kind` is run: what may be refused without looking at its rows is,
    /// because a row that is refused tells more.
    [[nodiscard]] std::optional<Stopped> on_question(const Looker& looker, std::string_view kind,
                                                     TimePoint now);
    /// Before somebody is shown. To be called whenever he is.
    [[nodiscard]] std::optional<Stopped> on_sighting(const Looker& looker, std::string_view kind,
                                                     std::string_view key, TimePoint now);
    /// Before it is told that nobody fits; once for each question.
    [[nodiscard]] std::optional<Stopped> on_miss(const Looker& looker, std::string_view kind, TimePoint now);

private:
    struct State;
    struct Found;
    [[nodiscard]] std::optional<Stopped> act(const Looker& looker, const Found& found, TimePoint now);
    std::unique_ptr<State> state_;
};

}  // namespace gateway::detection
