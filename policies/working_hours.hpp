#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace policies {

/// The hours at which people work, by the clocks of one place: summer time and all.
class WorkingHours {
public:
    /// By the weekday on which the hours begin, Monday first.
    using Days = std::array<bool, 7>;

    /// Of each of `days`, from `begin` until `end` (minutes since midnight, the end is not part of them);
    /// where it is not after `begin`, until then on the next day. nullopt: `time_zone` is none of the IANA's.
    [[nodiscard]] static std::optional<WorkingHours> in(const std::string& time_zone, Days days,
                                                        std::chrono::minutes begin, std::chrono::minutes end);

    [[nodiscard]] bool contain(std::chrono::system_clock::time_point time) const;

private:
    struct Zone;
    WorkingHours(std::shared_ptr<const Zone> zone, Days days, std::chrono::minutes begin,
                 std::chrono::minutes end)
        : zone_(std::move(zone)), days_(days), begin_(begin), end_(end) {}

    std::shared_ptr<const Zone> zone_;
    Days days_;
    std::chrono::minutes begin_;
    std::chrono::minutes end_;
};

}  // namespace policies
