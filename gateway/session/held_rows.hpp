#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace gateway::session {

/// Rows of a change that the client has not asked for yet. A change is made as a whole, and all of its people
/// are counted before its client hears of any more than it asked for (docs, "Extended Query").
class HeldRows {
public:
    /// Of all rows that the portals of one transaction have held.
    static constexpr std::size_t most_bytes = 16UL * 1024 * 1024;

    void hold(std::string row) { rows_.push_back(std::move(row)); }
    /// The change is made; `tag` is PostgreSQL's.
    void made(std::string_view tag) {
        tag_ = tag.substr(0, tag.rfind(' ') + 1);
        made_ = true;
    }
    [[nodiscard]] bool is_made() const { return made_; }

    /// Appends as many as `limit` (0: all) to `out`. How many they are.
    std::size_t give(std::size_t limit, std::string& out) {
        std::size_t given = 0;
        for (; !rows_.empty() && (limit == 0 || given < limit); ++given) {
            out += rows_.front();
            rows_.pop_front();
        }
        return given;
    }
    /// As PostgreSQL counts: the rows of the last Execute.
    [[nodiscard]] std::string tag(std::size_t given) const { return tag_ + std::to_string(given); }

private:
    std::deque<std::string> rows_;
    std::string tag_;
    bool made_ = false;
};

}  // namespace gateway::session
