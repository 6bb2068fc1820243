#include "gateway/detection/detection.hpp"

#include <mutex>
#include <string>

#include "gateway/accounting/key_hash.hpp"
#include "gateway/detection/key_series.hpp"

namespace gateway::detection {
namespace {

using policies::Detector;

/// Parts of a name that is hashed: none of them can hold the NUL byte that parts them.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string whole;
    for (const std::string_view part : parts)
        whole.append(part).push_back('\0');
    return whole;
}

/// Several detectors may stand in one line.
std::string name_in_policy(const Detector& detector) {
    return joined({name_of(detector.of), detector.rule.text(), std::to_string(detector.rule.column)});
}

const std::string& account_of(const Detector& detector, const Looker& looker) {
    return detector.by_tool ? looker.login : looker.person;
}

}  // namespace

/// That something looks like browsing.
struct Detection::Found {
    const Detector& detector;
    std::string_view kind;
    std::string_view key;  // of the subject whom it is about; empty: of nobody in particular
    std::uint64_t seen = 0;
    bool told_of_subject = false;  // the same subject is told once, whoever looks; else the same account
};

struct Detection::State {
    FrozenUsers& frozen;
    EventSink tell;
    WallClock wall_clock;
    accounting::KeyHash hash{accounting::KeyHash::random_key()};

    std::mutex mutex;  // guards what follows
    RecentItems keys{};
    RecentItems readers{};
    RecentItems misses{};
    RecentItems told{};
    std::uint64_t last_miss = 0;

    [[nodiscard]] std::uint64_t account(const Detector& detector, const Looker& looker) const {
        return hash(joined({detector.by_tool ? "tool" : "person", account_of(detector, looker)}));
    }
    [[nodiscard]] std::uint64_t neighbours(const Detector& detector, const Looker& looker,
                                           std::string_view kind, std::string_view key, TimePoint now);
    [[nodiscard]] std::uint64_t readers_of(const Detector& detector, const Looker& looker,
                                           std::string_view kind, std::string_view key, TimePoint now);
    [[nodiscard]] std::uint64_t misses_of(const Detector& detector, const Looker& looker, bool one_more,
                                          TimePoint now);
    [[nodiscard]] bool told_before(const Looker& looker, const Found& found, TimePoint now);
};

std::uint64_t Detection::State::neighbours(const Detector& detector, const Looker& looker,
                                           std::string_view kind, std::string_view key, TimePoint now) {
    const auto place = place_in_series(key);
    if (!place) return 0;
    const auto owner = account(detector, looker);
    const RecentItems::Item item{owner, hash(joined({std::to_string(owner), kind, place->series})),
                                 place->place};
    const std::scoped_lock lock(mutex);
    keys.note(item, detector.limit.window, now);
    return keys.run(item, detector.step, now - detector.limit.window, detector.limit.most + 1);
}

std::uint64_t Detection::State::readers_of(const Detector& detector, const Looker& looker,
                                           std::string_view kind, std::string_view key, TimePoint now) {
    const auto reader = account(detector, looker);
    const auto subject = hash(joined({kind, key}));
    const std::scoped_lock lock(mutex);
    readers.note({reader, subject, reader}, detector.limit.window, now);
    return readers.count(subject, now - detector.limit.window, detector.limit.most + 1);
}

std::uint64_t Detection::State::misses_of(const Detector& detector, const Looker& looker, bool one_more,
                                          TimePoint now) {
    const auto owner = account(detector, looker);
    const std::scoped_lock lock(mutex);
    // Detectors that differ by their numbers share what they count, so each miss is noted once for each.
    const auto group = hash(joined({std::to_string(owner), name_in_policy(detector)}));
    if (one_more) misses.note({owner, group, ++last_miss}, detector.limit.window, now);
    return misses.count(group, now - detector.limit.window, detector.limit.most + 1);
}

bool Detection::State::told_before(const Looker& looker, const Found& found, TimePoint now) {
    const auto owner = account(found.detector, looker);
    const std::string who = found.told_of_subject ? std::string() : std::to_string(owner);
    const RecentItems::Item item{
        owner, hash(joined({name_in_policy(found.detector), who, found.kind, found.key})), 0};
    const std::scoped_lock lock(mutex);
    if (told.holds(item, now - found.detector.once_per)) return true;
    told.note(item, found.detector.once_per, now);
    return false;
}

Detection::Detection(FrozenUsers& frozen, EventSink tell, WallClock wall_clock)
    : state_(new State{.frozen = frozen, .tell = std::move(tell), .wall_clock = std::move(wall_clock)}) {}

Detection::~Detection() = default;

std::optional<Stopped> Detection::check(const Looker& looker) const {
    if (state_->frozen.contains_key(looker.person_key) || state_->frozen.contains_key(looker.login_key))
        return Stopped::frozen;
    if (!state_->frozen.all_written()) return Stopped::unwritten;
    return std::nullopt;
}

std::optional<Stopped> Detection::on_question(const Looker& looker, std::string_view kind, TimePoint now) {
    std::optional<Stopped> stopped = check(looker);
    for (const Detector* detector : looker.watching) {
        if (stopped) break;
        const bool stops = detector->refuses || detector->freezes;
        const bool late = detector->of == Detector::Of::outside_hours && stops &&
                          !detector->hours->contain(state_->wall_clock());
        if (late) stopped = act(looker, {*detector, kind, {}}, now);
        if (detector->of != Detector::Of::misses || !detector->refuses) continue;
        const auto seen = state_->misses_of(*detector, looker, false, now);
        if (seen >= detector->limit.most) stopped = act(looker, {*detector, kind, {}, seen}, now);
    }
    return stopped;
}

std::optional<Stopped> Detection::on_sighting(const Looker& looker, std::string_view kind,
                                              std::string_view key, TimePoint now) {
    auto stopped = check(looker);
    if (stopped) return stopped;
    // Each detector sees it, also where another one has stopped it.
    const auto found = [&](const Found& what) {
        if (const auto stop = act(looker, what, now)) stopped = stop;
    };
    for (const Detector* each : looker.watching) {
        const Detector& detector = *each;
        switch (detector.of) {
            case Detector::Of::consecutive_keys: {
                const auto seen = state_->neighbours(detector, looker, kind, key, now);
                if (seen > detector.limit.most) found({detector, kind, {}, seen});
                break;
            }
            case Detector::Of::many_readers: {
                const auto seen = state_->readers_of(detector, looker, kind, key, now);
                if (seen > detector.limit.most) found({detector, kind, key, seen, true});
                break;
            }
            case Detector::Of::canaries:
            case Detector::Of::watched: {
                const auto& lists = *looker.detectors->list_of(detector.of);
                const auto list = lists.find(kind);
                if (list != lists.end() && list->second.contains(key)) found({detector, kind, key});
                break;
            }
            case Detector::Of::outside_hours:
                if (!detector.hours->contain(state_->wall_clock())) found({detector, kind, {}});
                break;
            case Detector::Of::misses: break;
        }
    }
    return stopped;
}

std::optional<Stopped> Detection::on_miss(const Looker& looker, std::string_view kind, TimePoint now) {
    auto stopped = check(looker);
    if (stopped) return stopped;
    for (const Detector* each : looker.watching) {
        const Detector& detector = *each;
        std::optional<Stopped> stop;
        if (detector.of == Detector::Of::misses) {
            const auto seen = state_->misses_of(detector, looker, true, now);
            if (seen > detector.limit.most) stop = act(looker, {detector, kind, {}, seen}, now);
        }
        if (detector.of == Detector::Of::outside_hours && !detector.hours->contain(state_->wall_clock()))
            stop = act(looker, {detector, kind, {}}, now);
        if (stop) stopped = stop;
    }
    return stopped;
}

std::optional<Stopped> Detection::act(const Looker& looker, const Found& found, TimePoint now) {
    const Detector& detector = found.detector;
    const auto time = state_->wall_clock();
    bool frozen = false;
    if (detector.freezes) {
        frozen = state_->frozen.freeze(account_of(detector, looker), name_of(detector.of), time);
        // A tool that names ever new people to be frozen is frozen itself.
        if (!frozen && !state_->frozen.contains(account_of(detector, looker)))
            frozen = state_->frozen.freeze(looker.login, name_of(detector.of), time);
    }
    const bool repeated = state_->told_before(looker, found, now) && !frozen;
    const bool named = looker.detectors->name_subjects;
    state_->tell({.time = time,
                  .detector = detector.of,
                  .person = looker.person,
                  .login = looker.login,
                  .role = looker.role,
                  .database = looker.database,
                  .kind = std::string(found.kind),
                  .subject = named ? std::string(found.key) : std::string(),
                  .refused = detector.refuses || detector.freezes,
                  .frozen = frozen,
                  .seen = found.seen,
                  .usual = detector.limit.most,
                  .window = detector.limit.window,
                  .rule = detector.rule.text(),
                  .repeated = repeated});
    if (detector.freezes) return Stopped::frozen;
    return detector.refuses ? std::optional(Stopped::detected) : std::nullopt;
}

}  // namespace gateway::detection
