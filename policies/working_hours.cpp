#include "policies/working_hours.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <cctype>

namespace policies {
namespace {

// cctz opens files by this name: it must stay below the folder of time zones.
bool names_a_zone(const std::string& name) {
    const auto allowed = [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
    };
    return !name.empty() && name.size() <= 64 &&
           std::isalpha(static_cast<unsigned char>(name.front())) != 0 && std::ranges::all_of(name, allowed);
}

}  // namespace

struct WorkingHours::Zone {
    cctz::time_zone zone;
};

std::optional<WorkingHours> WorkingHours::in(const std::string& time_zone, Days days,
                                             std::chrono::minutes begin, std::chrono::minutes end) {
    Zone zone;
    if (!names_a_zone(time_zone) || !cctz::load_time_zone(time_zone, &zone.zone)) return std::nullopt;
    return WorkingHours(std::make_shared<const Zone>(zone), days, begin, end);
}

bool WorkingHours::contain(std::chrono::system_clock::time_point time) const {
    const cctz::civil_second local = cctz::convert(time, zone_->zone);
    const auto today = static_cast<std::size_t>(cctz::get_weekday(cctz::civil_day(local)));  // Monday is 0
    const auto now = std::chrono::hours(local.hour()) + std::chrono::minutes(local.minute());
    if (begin_ < end_) return days_[today] && begin_ <= now && now < end_;
    return (days_[today] && begin_ <= now) || (days_[(today + 6) % 7] && now < end_);
}

}  // namespace policies
