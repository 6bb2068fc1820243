#pragma once

#include <bit>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/accounting/account.hpp"

namespace gateway::accounting {

/// Which ledger a sighting stands in: whose, and of what.
struct LedgerNameView {
    Account::Of of{};
    std::string_view account;
    policies::Counted::What what{};
    std::string_view counted;  // Counted::name

    bool operator==(const LedgerNameView&) const = default;
};

struct LedgerName {
    Account::Of of;
    std::string account;
    policies::Counted::What what;
    std::string counted;

    explicit LedgerName(LedgerNameView view)
        : of(view.of), account(view.account), what(view.what), counted(view.counted) {}
    operator LedgerNameView() const { return {of, account, what, counted}; }
};

// Transparent: looking up a ledger that exists allocates nothing.
struct LedgerNameHash {
    using is_transparent = void;
    std::size_t operator()(LedgerNameView name) const {
        const std::hash<std::string_view> hash;
        const auto kinds = static_cast<std::size_t>(name.of) * 8 + static_cast<std::size_t>(name.what);
        return hash(name.account) ^ std::rotl(hash(name.counted), 1) ^ (kinds * 0x9E3779B97F4A7C15ULL);
    }
};

struct LedgerNameEqual {
    using is_transparent = void;
    bool operator()(LedgerNameView a, LedgerNameView b) const { return a == b; }
};

}  // namespace gateway::accounting
