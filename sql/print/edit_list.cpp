#include "sql/print/edit_list.hpp"

#include <algorithm>
#include <tuple>

namespace sql::print {

void EditList::replace(std::size_t begin, std::size_t end, Printed by) {
    const auto place = std::ranges::upper_bound(replacements_, begin, {}, &Replacement::begin);
    replacements_.insert(place, Replacement{begin, end, std::move(by)});
}

void EditList::insert(std::size_t at, bool behind, Printed what) {
    const auto key = [](const Insertion& insertion) { return std::tuple(insertion.at, !insertion.behind); };
    const auto place = std::ranges::upper_bound(insertions_, std::tuple(at, !behind), {}, key);
    insertions_.insert(place, Insertion{at, behind, std::move(what)});
}

}  // namespace sql::print
