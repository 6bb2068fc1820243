#include "sql/resolve/model.hpp"

namespace sql::resolve {
namespace {

// Most statements name few columns of few tables: looking at each name costs less than hashing all of them.
constexpr std::size_t few_names = 64;

void add(NameIndex::Found& found, FromItem* item, int column) {
    found.item = item;
    found.column = column;
    ++found.count;
}

/// Calls visit(name, item, -1) with each alias.
void for_each_alias(const std::vector<NameEntry>& names, auto visit) {
    for (const NameEntry& entry : names) {
        if (entry.by_alias) visit(entry.item->alias, entry.item, -1);
    }
}

/// Calls visit(name, item, column) with each column that a bare name may find.
void for_each_column(const std::vector<NameEntry>& names, auto visit) {
    for (const NameEntry& entry : names) {
        if (!entry.by_column) continue;
        for (std::size_t i = 0; i < entry.item->columns.size(); ++i)
            visit(entry.item->columns[i].name, entry.item, static_cast<int>(i));
    }
}

/// `for_each` calls what it is given with each of `count` names.
NameIndex::Found find(std::string_view name, std::size_t count, NameIndex::ByName& index, auto for_each) {
    NameIndex::Found found;
    if (count <= few_names) {
        for_each([&](std::string_view other, FromItem* item, int column) {
            if (other == name) add(found, item, column);
        });
        return found;
    }
    if (index.empty()) {
        index.reserve(count);
        for_each(
            [&](std::string_view other, FromItem* item, int column) { add(index[other], item, column); });
    }
    const auto known = index.find(name);
    return known == index.end() ? found : known->second;
}

}  // namespace

NameIndex::Found NameIndex::alias(const std::vector<NameEntry>& names, std::string_view name) {
    return find(name, names.size(), aliases_, [&](auto visit) { for_each_alias(names, visit); });
}

NameIndex::Found NameIndex::column(const std::vector<NameEntry>& names, std::string_view name) {
    std::size_t count = 0;
    for (const NameEntry& entry : names)
        count += entry.by_column ? entry.item->columns.size() : 0;
    return find(name, count, columns_, [&](auto visit) { for_each_column(names, visit); });
}

void NameIndex::forget() {
    aliases_.clear();
    columns_.clear();
}

}  // namespace sql::resolve
