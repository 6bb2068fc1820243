#pragma once

#include <optional>

#include "gateway/wire/bytes.hpp"
#include "gateway/wire/errors.hpp"

namespace gateway::wire {

/// Reads a body from front to back. The first failure sticks: later reads give zeros and empty views, so a
/// decoder reads all its fields and asks once, through finish().
class Cursor {
public:
    explicit Cursor(ByteView body) : rest_(body) {}

    [[nodiscard]] std::uint8_t u8() {
        const auto bytes = take(1);
        return bytes.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes.front());
    }
    [[nodiscard]] std::uint16_t u16() {
        const auto bytes = take(2);
        return bytes.empty() ? std::uint16_t{0} : load_u16(bytes.data());
    }
    [[nodiscard]] std::uint32_t u32() {
        const auto bytes = take(4);
        return bytes.empty() ? 0 : load_u32(bytes.data());
    }
    [[nodiscard]] std::int32_t i32() { return static_cast<std::int32_t>(u32()); }

    /// A string without its NUL.
    [[nodiscard]] std::string_view text() {
        const auto end = rest_.find('\0');
        if (end == ByteView::npos) {
            fail(WireErrc::missing_terminator);
            return {};
        }
        const auto found = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return found;
    }

    [[nodiscard]] ByteView take(std::size_t size) {
        if (size > rest_.size()) {
            fail(WireErrc::too_short);
            return {};
        }
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    /// A value with its 32-bit length in front; nullopt stands for NULL (-1).
    [[nodiscard]] std::optional<ByteView> value() {
        const auto length = i32();
        if (length >= 0) return take(static_cast<std::size_t>(length));
        if (length < -1) fail(WireErrc::value_length);
        return std::nullopt;
    }

    [[nodiscard]] ByteView rest() const { return rest_; }
    [[nodiscard]] ByteView take_rest() { return take(rest_.size()); }
    [[nodiscard]] bool ok() const { return !failure_; }
    void fail(WireErrc code) {
        if (!failure_) failure_ = code;
        rest_ = {};
    }

    /// `message` if every read succeeded and nothing is left over.
    template <class Message>
    [[nodiscard]] Result<Message> finish(Message message) const {
        if (failure_) return *failure_;
        if (!rest_.empty()) return WireErrc::extra_bytes;
        return message;
    }

private:
    ByteView rest_;
    std::optional<WireErrc> failure_;
};

}  // namespace gateway::wire
