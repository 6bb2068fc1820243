#pragma once

#include <array>
#include <optional>

#include "gateway/wire/errors.hpp"
#include "gateway/wire/frame.hpp"

namespace gateway::wire {

/// The part of one message's body that lies in the chunk at hand.
struct FramePiece {
    char type;
    std::uint32_t body_size;  // of the whole message
    std::uint32_t offset;     // of `body` within it
    bool first;
    ByteView body;
    [[nodiscard]] bool last() const { return offset + body.size() == body_size; }
};

/// Follows the message boundaries of a stream that is relayed as it comes: it keeps at most one header and
/// copies nothing.
class FrameWalker {
public:
    FrameWalker(Peer peer, BodyLimit limit) : peer_(peer), limit_(limit) {}

    /// Takes the next piece from the front of `chunk`; nullopt: the chunk is used up, give the next one. The
    /// first piece of a message comes as soon as its header is complete, with an empty body if none of it is
    /// there yet.
    [[nodiscard]] Result<std::optional<FramePiece>> next(ByteView& chunk);

    /// True between two messages: no header or body is half-way through.
    [[nodiscard]] bool at_boundary() const { return header_filled_ == 0; }

private:
    [[nodiscard]] FramePiece piece_from(ByteView& chunk, bool first);

    Peer peer_;
    BodyLimit limit_;
    std::array<char, header_size> header_{};
    std::size_t header_filled_ = 0;  // header_size: within a body
    std::uint32_t body_size_ = 0;
    std::uint32_t body_done_ = 0;
};

}  // namespace gateway::wire
