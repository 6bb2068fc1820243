#include "gateway/detection/recent_items.hpp"

#include <algorithm>
#include <boost/multi_index/composite_key.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/ordered_index.hpp>
#include <boost/multi_index_container.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

namespace gateway::detection {
namespace {

namespace mi = boost::multi_index;

constexpr int forgotten_at_once = 64;

struct SeenItem {
    std::uint64_t owner;
    std::uint64_t group;
    std::uint64_t place;
    TimePoint seen;
};

template <auto Member>
struct FieldOf;
template <class Value, Value SeenItem::*Field>
struct FieldOf<Field> {
    using Key = mi::member<SeenItem, Value, Field>;
};
template <auto Field>
using Key = typename FieldOf<Field>::Key;

struct ByPlace {};
struct ByOwner {};
struct ByTime {};

using Items = mi::multi_index_container<
    SeenItem,
    mi::indexed_by<mi::ordered_unique<mi::tag<ByPlace>, mi::composite_key<SeenItem, Key<&SeenItem::group>,
                                                                          Key<&SeenItem::place>>>,
                   mi::ordered_non_unique<mi::tag<ByOwner>, mi::composite_key<SeenItem, Key<&SeenItem::owner>,
                                                                              Key<&SeenItem::seen>>>,
                   mi::ordered_non_unique<mi::tag<ByTime>, Key<&SeenItem::seen>>>>;

}  // namespace

struct RecentItems::Table {
    Bounds bounds;
    Items items;
    boost::unordered_flat_map<std::uint64_t, std::size_t> of_owner;
    std::chrono::seconds keep{0};

    template <class Index>
    void forget(Index& index, typename Index::iterator item) {
        const auto count = of_owner.find(item->owner);
        if (--count->second == 0) of_owner.erase(count);
        index.erase(item);
    }
    void make_room(std::uint64_t owner, TimePoint now);
};

void RecentItems::Table::make_room(std::uint64_t owner, TimePoint now) {
    auto& by_time = items.get<ByTime>();
    // A few at a time, so that nobody waits for all of them.
    for (int i = 0; i < forgotten_at_once && !by_time.empty() && now - by_time.begin()->seen >= keep; ++i)
        forget(by_time, by_time.begin());
    if (const auto own = of_owner.find(owner); own != of_owner.end() && own->second >= bounds.of_owner) {
        auto& by_owner = items.get<ByOwner>();
        forget(by_owner, by_owner.lower_bound(owner));
    }
    if (items.size() >= bounds.all) forget(by_time, by_time.begin());
}

RecentItems::RecentItems() : RecentItems(Bounds{}) {}
RecentItems::RecentItems(Bounds bounds) : table_(std::make_unique<Table>(Table{bounds, {}, {}})) {}
RecentItems::~RecentItems() = default;

void RecentItems::note(const Item& item, std::chrono::seconds keep, TimePoint now) {
    table_->keep = std::max(table_->keep, keep);
    auto& by_place = table_->items.get<ByPlace>();
    const auto known = by_place.find(std::tuple(item.group, item.place));
    if (known != by_place.end()) {
        by_place.modify(known, [now](SeenItem& seen) { seen.seen = now; });
        return;
    }
    table_->make_room(item.owner, now);
    by_place.insert({item.owner, item.group, item.place, now});
    ++table_->of_owner[item.owner];
}

bool RecentItems::holds(const Item& item, TimePoint since) const {
    const auto& by_place = table_->items.get<ByPlace>();
    const auto known = by_place.find(std::tuple(item.group, item.place));
    return known != by_place.end() && known->seen > since;
}

std::size_t RecentItems::count(std::uint64_t group, TimePoint since, std::size_t enough) const {
    std::size_t found = 0;
    const auto [first, last] = table_->items.get<ByPlace>().equal_range(group);
    for (auto item = first; item != last && found < enough; ++item)
        found += item->seen > since ? 1 : 0;
    return found;
}

std::size_t RecentItems::run(const Item& item, std::uint64_t step, TimePoint since,
                             std::size_t enough) const {
    if (!holds(item, since)) return 0;
    const auto [first, last] = table_->items.get<ByPlace>().equal_range(item.group);
    const auto here = table_->items.get<ByPlace>().find(std::tuple(item.group, item.place));
    std::size_t found = 1;
    std::uint64_t end = item.place;
    for (auto next = std::next(here); next != last && next->place - end <= step && found < enough; ++next) {
        if (next->seen <= since) continue;
        end = next->place;
        ++found;
    }
    end = item.place;
    for (auto next = here; next != first && found < enough;) {
        --next;
        if (end - next->place > step) break;
        if (next->seen <= since) continue;
        end = next->place;
        ++found;
    }
    return found;
}

std::size_t RecentItems::size() const { return table_->items.size(); }

}  // namespace gateway::detection
