#include "gateway/session/reader.hpp"

#include "gateway/accounting/session_accounts.hpp"

namespace gateway::session {

void Reader::refresh(const enforcement::RestrictedAccess& access, std::uint64_t version,
                     accounting::BudgetBook& book, accounting::TimePoint now) {
    if (!policy_ || version != version_) {
        policy_ = access.policy;
        version_ = version;
        limits_.become(
            policy_, *access.role,
            accounting::session_accounts(policy_->policy(), *access.role, login_, asker_.person),
            detection::looker_of(policy_->policy(), access.role->name, login_, asker_.person, database_));
    }
    limits_.look(book, now);
}

}  // namespace gateway::session
