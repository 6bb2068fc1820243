#include "gateway/accounting/row_account.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <chrono>
#include <iterator>
#include <utility>

#include "gateway/accounting/subject_arrays.hpp"

namespace gateway::accounting {
namespace {

// How much earlier than he was seen last somebody may leave a window, when one statement repeats him.
constexpr std::chrono::seconds longest_unseen{1};

bool counted(const RowResult& result) { return std::holds_alternative<RowCounted>(result); }

RowResult result_of(std::optional<detection::Stopped> stopped, std::string_view kind) {
    if (stopped) return RowStopped{*stopped, std::string(kind)};
    return RowCounted{};
}

}  // namespace

RowAccount::RowAccount(BudgetBook& book, detection::Detection& detection, monitoring::RoleMetrics& metrics)
    : book_(book), detection_(detection), metrics_(metrics) {}

bool RowAccount::record() { return !std::exchange(charged_, false) || book_.record(); }

void RowAccount::next_message() {
    waited_ = newly_charged_ = false;
    at_ = paid_ = 0;
    miss_.reset();
}

bool RowAccount::paid_before() { return at_++ < paid_; }

RowResult RowAccount::outcome(ChargeResult charged, std::string_view kind) {
    if (auto* exceeded = std::get_if<Exceeded>(&charged))
        return RowStopped{std::move(*exceeded), std::string(kind)};
    if (std::holds_alternative<Unrecorded>(charged)) return RowStopped{Unrecorded{}, std::string(kind)};
    if (std::holds_alternative<Unshared>(charged)) return RowStopped{Unshared{}, std::string(kind)};
    if (std::holds_alternative<Waits>(charged)) {
        waited_ = true;
        at_ = 0;
        return RowWaits{};
    }
    charged_ = true;
    paid_ = at_;
    return RowCounted{};
}

RowResult RowAccount::charge_key(const Payers& payers, const Sighting& sighting, TimePoint now) {
    const auto charged = book_.charge(payers.accounts, sighting, now);
    if (const auto* fits = std::get_if<Charged>(&charged); fits != nullptr && fits->first_sighting) {
        metrics_.subject(sighting.kind).revealed();
        newly_charged_ = true;
    }
    auto result = outcome(charged, sighting.kind);
    if (!counted(result)) return result;
    return result_of(detection_.on_sighting(payers.looker, sighting.kind, sighting.key, now), sighting.kind);
}

RowResult RowAccount::charge_asked_key(const Payers& payers, const Sighting& asked, TimePoint now) {
    auto result = charge_key(payers, asked, now);
    if (!counted(result)) return result;
    return result_of(detection_.on_miss(payers.looker, asked.kind, now), asked.kind);
}

RowResult RowAccount::charge(const Payers& payers, std::span<const wire::Value> keys,
                             const sql::PrintedStatement& shown, TimePoint now, Findings& findings,
                             bool together) {
    for (std::size_t i = 0; i < shown.hidden.size(); ++i) {
        const sql::HiddenColumn& column = shown.hidden[i];
        const auto& value = keys[i];
        if (!value) continue;  // this row tells nothing by this column
        if (column.array_depth > 0 && counted_before(findings, i, *value, now)) continue;
        keys_.clear();
        if (!append_subjects(*value, column.array_depth, keys_)) return RowUnreadable{};
        if (together && keys_.size() > 1 && paid_ == 0) {
            if (auto full = no_room_for_all(payers, column.subject, shown.in_clear, now))
                return RowStopped{*std::move(full), column.subject};
        }
        for (const std::string& key : keys_) {
            if (paid_before()) continue;
            if (key == sql::many_key) return RowStopped{TooManyBehind{}, column.subject};
            const bool nobody = key.starts_with(sql::nobody_key);
            const Sighting sighting{column.subject, key, shown.in_clear};
            auto result =
                nobody ? charge_nobody(payers, sighting, now, findings) : charge_key(payers, sighting, now);
            if (!counted(result)) return result;
            findings.told = true;
            // Else all may have been found by one of the values.
            const bool tells_of_a_value = shown.finds_each_once || findings.searched.empty();
            if (column.searched && !nobody && tells_of_a_value) findings.searched.insert(key);
        }
        if (column.array_depth > 0) remember_counted(findings, i, *value, now);
    }
    return RowCounted{};
}

// A sub-query's people, or those of a window, stand behind each row: thousands, in thousands of rows.
bool RowAccount::counted_before(const Findings& findings, std::size_t column, std::string_view array,
                                TimePoint now) {
    if (column >= findings.arrays.size()) return false;
    const CountedArray& last = findings.arrays[column];
    if (last.people == 0 || last.text != array || now - last.at > longest_unseen) return false;
    at_ += last.people;
    paid_ = std::max(paid_, at_);
    return true;
}

void RowAccount::remember_counted(Findings& findings, std::size_t column, std::string_view array,
                                  TimePoint now) {
    if (findings.arrays.size() <= column) findings.arrays.resize(column + 1);
    CountedArray& last = findings.arrays[column];
    // A miss is charged for each row.
    const bool all_people =
        std::ranges::none_of(keys_, [](const std::string& key) { return key.starts_with(sql::nobody_key); });
    last.people = all_people ? keys_.size() : 0;
    if (!all_people) return;
    last.text = array;
    last.at = now;
}

std::optional<Exceeded> RowAccount::no_room_for_all(const Payers& payers, std::string_view kind,
                                                    const std::set<std::string>& in_clear, TimePoint now) {
    std::vector<std::string> people;
    std::ranges::copy_if(keys_, std::back_inserter(people),
                         [](const std::string& key) { return !key.starts_with(sql::nobody_key); });
    return book_.no_room_for(payers.accounts, kind, people, in_clear, now);
}

std::size_t RowAccount::charge_in_order(const Payers& payers, std::span<ColumnSighting> sightings,
                                        const sql::PrintedStatement& shown, TimePoint now,
                                        Findings& findings) {
    // Each detector looks at each person before the next one is charged.
    if (sightings.empty() || !payers.looker.watching.empty() || detection_.check(payers.looker)) return 0;
    boost::container::small_vector<SightingColumn, 4> columns;
    for (const sql::HiddenColumn& column : shown.hidden)
        columns.push_back({.kind = column.subject});
    const std::size_t charged = book_.charge_in_order(payers.accounts, {columns.data(), columns.size()},
                                                      sightings, shown.in_clear, now);
    for (const SightingColumn& column : columns) {
        if (column.first_sightings > 0) metrics_.subject(column.kind).revealed(column.first_sightings);
    }
    if (charged > 0) charged_ = findings.told = true;
    return charged;
}

// A miss, unless it is known who was asked about; a question that every row repeats costs once.
RowResult RowAccount::charge_nobody(const Payers& payers, const Sighting& nobody, TimePoint now,
                                    Findings& findings) {
    if (findings.asked && findings.asked->kind == nobody.kind)
        return charge_asked_key(payers, {nobody.kind, findings.asked->key, nobody.in_clear}, now);
    const bool asked_once = nobody.key.size() > sql::nobody_key.size();
    if (asked_once && findings.answered.contains(std::string(nobody.key))) {
        paid_ = at_;
        return RowCounted{};
    }
    auto result = charge_miss(payers, {std::string(nobody.kind)}, nobody.in_clear, now);
    if (!counted(result)) return result;
    if (asked_once) findings.answered.emplace(nobody.key);
    ++findings.misses;
    return result;
}

RowResult RowAccount::charge_asked(const Payers& payers, Findings& findings,
                                   const sql::PrintedStatement& shown, TimePoint now) {
    if (paid_before()) return RowCounted{};
    auto result = charge_asked_key(payers, {findings.asked->kind, findings.asked->key, shown.in_clear}, now);
    if (counted(result)) findings.told = true;
    return result;
}

RowResult RowAccount::charge_misses(const Payers& payers, std::uint64_t misses,
                                    const std::set<std::string>& kinds, const std::set<std::string>& in_clear,
                                    TimePoint now) {
    for (std::uint64_t i = 0; i < misses; ++i) {
        if (paid_before()) continue;
        auto result = charge_miss(payers, kinds, in_clear, now);
        if (!counted(result)) return result;
    }
    return RowCounted{};
}

void RowAccount::owe_miss(const Payers& payers, const std::set<std::string>& kinds,
                          const std::set<std::string>& in_clear, TimePoint now) {
    if (!std::holds_alternative<Charged>(book_.owe_miss(payers.accounts, kinds, in_clear, now))) return;
    charged_ = true;
    for (const std::string& kind : kinds)
        metrics_.subject(kind).missed();
    if (!kinds.empty()) (void)detection_.on_miss(payers.looker, *kinds.begin(), now);
}

RowResult RowAccount::look_at_asked(const Payers& payers, const Findings& findings, TimePoint now) {
    const Subject& asked = *findings.asked;
    return result_of(detection_.on_sighting(payers.looker, asked.kind, asked.key, now), asked.kind);
}

RowResult RowAccount::charge_miss(const Payers& payers, const std::set<std::string>& kinds,
                                  const std::set<std::string>& in_clear, TimePoint now) {
    if (!miss_) miss_ = book_.next_miss();
    auto result = outcome(book_.charge_miss(payers.accounts, *miss_, kinds, in_clear, now),
                          kinds.empty() ? "" : *kinds.begin());
    if (!counted(result)) return result;
    miss_.reset();
    newly_charged_ = true;
    for (const std::string& kind : kinds)
        metrics_.subject(kind).missed();
    if (kinds.empty()) return result;
    return result_of(detection_.on_miss(payers.looker, *kinds.begin(), now), *kinds.begin());
}

}  // namespace gateway::accounting
