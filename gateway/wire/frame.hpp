#pragma once

#include "gateway/wire/bytes.hpp"

namespace gateway::wire {

/// The type byte and the length, which counts itself but not the type byte (PostgreSQL docs, "Message
/// Formats").
inline constexpr std::size_t header_size = 5;

/// The most bytes that a frame's body may have.
struct BodyLimit {
    std::size_t bytes;
};

/// What PostgreSQL itself accepts at most: one byte less than 1 GB (MaxAllocSize).
inline constexpr BodyLimit largest_body{0x3fffffff - 1};

/// Which end of the conversation a frame comes from: the same type byte means different things.
enum class Peer { frontend, backend };

/// One whole message: a view, that lives as long as the bytes it was cut from.
class Frame {
public:
    /// `bytes` holds exactly one message with its header.
    explicit Frame(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] char type() const { return bytes_.front(); }
    [[nodiscard]] ByteView body() const { return bytes_.substr(header_size); }
    [[nodiscard]] ByteView bytes() const { return bytes_; }

private:
    ByteView bytes_;
};

}  // namespace gateway::wire
