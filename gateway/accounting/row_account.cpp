#include "gateway/accounting/row_account.hpp"

#include <utility>

#include "gateway/accounting/subject_arrays.hpp"

namespace gateway::accounting {

RowAccount::RowAccount(BudgetBook& book, std::string user, monitoring::RoleMetrics& metrics)
    : book_(book), user_(std::move(user)), metrics_(metrics) {}

RowResult RowAccount::charge(wire::Values::Iterator keys, const std::vector<sql::HiddenColumn>& hidden,
                             const std::vector<policies::Budget>& budgets, TimePoint now,
                             std::set<std::string>& found) {
    for (const sql::HiddenColumn& column : hidden) {
        const auto value = *keys;
        ++keys;
        if (!value) continue;  // the empty side of an outer join
        keys_.clear();
        if (!append_subjects(*value, column.array_depth, keys_)) return RowUnreadable{};
        for (const std::string& key : keys_) {
            const auto charged = book_.charge(user_, column.subject, key, budgets, now);
            if (const auto* exceeded = std::get_if<Exceeded>(&charged))
                return RowStopped{*exceeded, column.subject};
            if (std::get<Charged>(charged).first_sighting) metrics_.subject(column.subject).revealed();
        }
        if (column.searched) found.insert(keys_.begin(), keys_.end());
    }
    return RowCounted{};
}

std::optional<RowStopped> RowAccount::charge_misses(std::uint64_t misses,
                                                    const std::vector<sql::HiddenColumn>& hidden,
                                                    const std::vector<policies::Budget>& budgets,
                                                    TimePoint now) {
    std::set<std::string_view> kinds;
    for (const sql::HiddenColumn& column : hidden)
        kinds.insert(column.subject);
    for (const std::string_view kind : kinds) {
        for (std::uint64_t i = 0; i < misses; ++i) {
            const auto charged = book_.charge_miss(user_, kind, budgets, now);
            if (const auto* exceeded = std::get_if<Exceeded>(&charged))
                return RowStopped{*exceeded, std::string(kind)};
            metrics_.subject(kind).missed();
        }
    }
    return std::nullopt;
}

}  // namespace gateway::accounting
