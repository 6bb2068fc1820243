#include "policies/budget.hpp"

#include <algorithm>

namespace policies {

std::string text_of(const Counted& counted) {
    switch (counted.what) {
        case Counted::What::people: return counted.name;
        case Counted::What::in_clear: return "clear " + counted.name;
        case Counted::What::misses: return "misses";
    }
    return {};
}

const Budget* find_budget(const Budgets& budgets, Counted::What what, std::string_view name) {
    const auto found = std::ranges::find_if(budgets, [&](const Budget& budget) {
        return budget.counted.what == what && budget.counted.name == name;
    });
    return found == budgets.end() ? nullptr : &*found;
}

}  // namespace policies
