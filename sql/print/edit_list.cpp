#include "sql/print/edit_list.hpp"

#include <algorithm>
#include <tuple>

namespace sql::print {

void EditList::replace(std::size_t begin, std::size_t end, Printed by) {
    replacements_.push_back(Replacement{begin, end, std::move(by)});
}

void EditList::take_back(std::size_t begin, std::size_t end) {
    std::erase_if(replacements_,
                  [&](const Replacement& one) { return one.begin >= begin && one.end <= end; });
    std::erase_if(insertions_, [&](const Insertion& one) {
        return one.behind ? one.at > begin && one.at <= end : one.at >= begin && one.at < end;
    });
}

void EditList::insert(std::size_t at, bool behind, Printed what, Clause clause) {
    insertions_.push_back(Insertion{at, behind, std::move(what), clause});
}

// Sorting each time one is added would take quadratic time over a long statement.
std::vector<const EditList::Replacement*> EditList::replacements(std::size_t begin, std::size_t end) const {
    std::vector<const Replacement*> sorted;
    for (const Replacement& replacement : replacements_) {
        if (replacement.end > begin && replacement.begin < end) sorted.push_back(&replacement);
    }
    std::ranges::stable_sort(sorted, {}, &Replacement::begin);
    return sorted;
}

std::vector<const EditList::Insertion*> EditList::insertions(std::size_t begin, std::size_t end) const {
    std::vector<const Insertion*> sorted;
    for (const Insertion& insertion : insertions_) {
        const bool inside = insertion.behind ? insertion.at > begin && insertion.at <= end
                                             : insertion.at >= begin && insertion.at < end;
        if (inside) sorted.push_back(&insertion);
    }
    std::ranges::stable_sort(sorted, {}, [](const Insertion* insertion) {
        return std::tuple(insertion->at, !insertion->behind, insertion->clause);
    });
    return sorted;
}

}  // namespace sql::print
