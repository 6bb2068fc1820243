#include "gateway/session/row_keys.hpp"

#include <algorithm>

namespace gateway::session {

KeyFormats key_formats(const sql::PrintedStatement& printed, const wire::Formats& formats) {
    KeyFormats of_keys;
    const auto in_binary = [&](const sql::HiddenColumn& key) {
        return key.shown_at && formats.of(key.shown_at->column) == wire::Format::binary;
    };
    if (std::ranges::none_of(printed.hidden, in_binary)) return of_keys;
    for (const sql::HiddenColumn& key : printed.hidden)
        of_keys.push_back(in_binary(key) ? wire::Format::binary : wire::Format::text);
    return of_keys;
}

}  // namespace gateway::session
