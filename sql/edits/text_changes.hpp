#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sql::edits {

/// Other words for the bytes [begin, end) of a text.
struct TextChange {
    std::size_t begin;
    std::size_t end;
    std::string text;
};

/// The bytes [begin, end) of `text` with changes that do not overlap.
[[nodiscard]] inline std::string with_changes(std::string_view text, std::size_t begin, std::size_t end,
                                              std::vector<TextChange> changes) {
    std::ranges::sort(changes, {}, &TextChange::begin);
    std::string changed;
    for (const TextChange& change : changes) {
        changed.append(text.substr(begin, change.begin - begin)).append(change.text);
        begin = change.end;
    }
    return changed.append(text.substr(begin, end - begin));
}

}  // namespace sql::edits
