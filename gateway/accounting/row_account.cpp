#include "gateway/accounting/row_account.hpp"

#include <utility>

#include "gateway/accounting/subject_arrays.hpp"

namespace gateway::accounting {

RowAccount::RowAccount(BudgetBook& book, std::string user, monitoring::RoleMetrics& metrics)
    : book_(book), user_(std::move(user)), metrics_(metrics) {}

std::optional<RowStopped> RowAccount::charge_key(const std::string& kind, const std::string& key,
                                                 const std::vector<policies::Budget>& budgets,
                                                 TimePoint now) {
    const auto charged = book_.charge(user_, kind, key, budgets, now);
    if (const auto* exceeded = std::get_if<Exceeded>(&charged)) return RowStopped{*exceeded, kind};
    if (std::get<Charged>(charged).first_sighting) metrics_.subject(kind).revealed();
    return std::nullopt;
}

RowResult RowAccount::charge(wire::Values::Iterator keys, const std::vector<sql::HiddenColumn>& hidden,
                             const std::vector<policies::Budget>& budgets, TimePoint now,
                             Findings& findings) {
    for (const sql::HiddenColumn& column : hidden) {
        const auto value = *keys;
        ++keys;
        if (!value) continue;  // this row tells nothing by this column
        keys_.clear();
        if (!append_subjects(*value, column.array_depth, keys_)) return RowUnreadable{};
        for (const std::string& key : keys_) {
            const bool nobody = key.starts_with(sql::nobody_key);
            const auto stopped = nobody ? charge_nobody(column.subject, key, budgets, now, findings)
                                        : charge_key(column.subject, key, budgets, now);
            if (stopped) return *stopped;
            findings.told = true;
            if (column.searched && !nobody) findings.searched.insert(key);
        }
    }
    return RowCounted{};
}

// A miss, unless it is known who was asked about; a question that every row repeats costs once.
std::optional<RowStopped> RowAccount::charge_nobody(const std::string& kind, const std::string& key,
                                                    const std::vector<policies::Budget>& budgets,
                                                    TimePoint now, Findings& findings) {
    if (findings.asked && findings.asked->kind == kind)
        return charge_key(kind, findings.asked->key, budgets, now);
    if (key.size() > sql::nobody_key.size() && !findings.answered.insert(key).second) return std::nullopt;
    const auto charged = book_.charge_miss(user_, kind, budgets, now);
    if (const auto* exceeded = std::get_if<Exceeded>(&charged)) return RowStopped{*exceeded, kind};
    metrics_.subject(kind).missed();
    ++findings.misses;
    return std::nullopt;
}

std::optional<RowStopped> RowAccount::charge_asked(Findings& findings,
                                                   const std::vector<policies::Budget>& budgets,
                                                   TimePoint now) {
    findings.told = true;
    return charge_key(findings.asked->kind, findings.asked->key, budgets, now);
}

std::optional<RowStopped> RowAccount::charge_misses(std::uint64_t misses, const std::set<std::string>& kinds,
                                                    const std::vector<policies::Budget>& budgets,
                                                    TimePoint now) {
    for (const std::string& kind : kinds) {
        for (std::uint64_t i = 0; i < misses; ++i) {
            const auto charged = book_.charge_miss(user_, kind, budgets, now);
            if (const auto* exceeded = std::get_if<Exceeded>(&charged)) return RowStopped{*exceeded, kind};
            metrics_.subject(kind).missed();
        }
    }
    return std::nullopt;
}

}  // namespace gateway::accounting
