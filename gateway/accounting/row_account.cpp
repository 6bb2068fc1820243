#include "gateway/accounting/row_account.hpp"

#include <utility>

#include "gateway/accounting/subject_arrays.hpp"

namespace gateway::accounting {

RowAccount::RowAccount(BudgetBook& book, monitoring::RoleMetrics& metrics) : book_(book), metrics_(metrics) {}

bool RowAccount::record() { return !std::exchange(charged_, false) || book_.record(); }

std::optional<RowStopped> RowAccount::stopped_by(ChargeResult charged, std::string_view kind) {
    if (auto* exceeded = std::get_if<Exceeded>(&charged))
        return RowStopped{std::move(*exceeded), std::string(kind)};
    if (std::holds_alternative<Unrecorded>(charged)) return RowStopped{Unrecorded{}, std::string(kind)};
    return std::nullopt;
}

std::optional<RowStopped> RowAccount::charge_key(const Accounts& payers, const Sighting& sighting,
                                                 TimePoint now) {
    const auto charged = book_.charge(payers, sighting, now);
    if (auto stopped = stopped_by(charged, sighting.kind)) return stopped;
    charged_ = true;
    if (std::get<Charged>(charged).first_sighting) metrics_.subject(sighting.kind).revealed();
    return std::nullopt;
}

RowResult RowAccount::charge(const Accounts& payers, wire::Values::Iterator keys,
                             const sql::PrintedStatement& shown, TimePoint now, Findings& findings) {
    for (const sql::HiddenColumn& column : shown.hidden) {
        const auto value = *keys;
        ++keys;
        if (!value) continue;  // this row tells nothing by this column
        keys_.clear();
        if (!append_subjects(*value, column.array_depth, keys_)) return RowUnreadable{};
        for (const std::string& key : keys_) {
            const bool nobody = key.starts_with(sql::nobody_key);
            const Sighting sighting{column.subject, key, shown.in_clear};
            auto stopped =
                nobody ? charge_nobody(payers, sighting, now, findings) : charge_key(payers, sighting, now);
            if (stopped) return *std::move(stopped);
            findings.told = true;
            if (column.searched && !nobody) findings.searched.insert(key);
        }
    }
    return RowCounted{};
}

// A miss, unless it is known who was asked about; a question that every row repeats costs once.
std::optional<RowStopped> RowAccount::charge_nobody(const Accounts& payers, const Sighting& nobody,
                                                    TimePoint now, Findings& findings) {
    if (findings.asked && findings.asked->kind == nobody.kind)
        return charge_key(payers, {nobody.kind, findings.asked->key, nobody.in_clear}, now);
    const bool asked_once = nobody.key.size() > sql::nobody_key.size();
    if (asked_once && !findings.answered.insert(std::string(nobody.key)).second) return std::nullopt;
    if (auto stopped = charge_misses(payers, 1, {std::string(nobody.kind)}, nobody.in_clear, now))
        return stopped;
    ++findings.misses;
    return std::nullopt;
}

std::optional<RowStopped> RowAccount::charge_asked(const Accounts& payers, Findings& findings,
                                                   const sql::PrintedStatement& shown, TimePoint now) {
    findings.told = true;
    return charge_key(payers, {findings.asked->kind, findings.asked->key, shown.in_clear}, now);
}

std::optional<RowStopped> RowAccount::charge_misses(const Accounts& payers, std::uint64_t misses,
                                                    const std::set<std::string>& kinds,
                                                    const std::set<std::string>& in_clear, TimePoint now) {
    for (std::uint64_t i = 0; i < misses; ++i) {
        const auto charged = book_.charge_miss(payers, kinds, in_clear, now);
        if (auto stopped = stopped_by(charged, kinds.empty() ? std::string_view() : *kinds.begin()))
            return stopped;
        charged_ = true;
        for (const std::string& kind : kinds)
            metrics_.subject(kind).missed();
    }
    return std::nullopt;
}

}  // namespace gateway::accounting
