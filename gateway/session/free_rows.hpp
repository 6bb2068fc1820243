#pragma once

#include <cstddef>
#include <string>

namespace gateway::session {

/// Rows, as messages to the client, that nobody was charged for: of nobody, or of people who were seen
/// before. They are kept back until a row behind them is paid for or the result has ended: how many of them
/// come before it is stopped, or fails, would tell of somebody who is not paid for.
class FreeRows {
public:
    /// Where the next one is written to.
    [[nodiscard]] std::string& bytes() { return bytes_; }

    /// They are sent: appended to `out`.
    void give(std::string& out) {
        if (out.empty())
            out.swap(bytes_);
        else
            out += bytes_;
        bytes_.clear();
        many_ = some;
    }
    /// They are not, or there are none: gives their memory back.
    void drop() {
        bytes_ = {};
        many_ = some;
    }
    [[nodiscard]] bool empty() const { return bytes_.empty(); }

    /// There are so many that it must be looked at whether they are to be kept any longer.
    [[nodiscard]] bool is_many() const { return bytes_.size() > many_; }
    /// They are. False: there are too many.
    [[nodiscard]] bool keep_on() {
        many_ = bytes_.size() + some;
        return many_ <= most;
    }

private:
    static constexpr std::size_t some = 1024UL * 1024;  // bytes
    static constexpr std::size_t most = 16 * some;

    std::string bytes_;
    std::size_t many_ = some;
};

}  // namespace gateway::session
