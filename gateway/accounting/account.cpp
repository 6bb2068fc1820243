#include "gateway/accounting/account.hpp"

namespace gateway::accounting {

const char* name_of(Account::Of of) {
    switch (of) {
        case Account::Of::person: return "person";
        case Account::Of::team: return "team";
        case Account::Of::tool: return "tool";
        case Account::Of::role: return "role";
    }
    return "";
}

}  // namespace gateway::accounting
