#include "sql/edits/read_in_clear.hpp"

namespace sql::edits {

std::set<std::string> read_in_clear(const resolve::Resolution& found) {
    std::set<std::string> words;
    for (const resolve::FromItem& item : found.items) {
        if (item.treatment == nullptr || item.treatment->in_clear.empty()) continue;
        for (const resolve::ItemColumn& column : item.columns) {
            if (!column.referenced || column.attribute == nullptr) continue;
            const auto held = item.treatment->in_clear.find(column.attribute->number);
            if (held != item.treatment->in_clear.end())
                words.insert(held->second.begin(), held->second.end());
        }
    }
    for (const auto& view : found.views)
        words.merge(read_in_clear(view->resolution));
    return words;
}

}  // namespace sql::edits
