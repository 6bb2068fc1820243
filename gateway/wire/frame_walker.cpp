#include "gateway/wire/frame_walker.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/wire/message_types.hpp"

namespace gateway::wire {

Result<std::optional<FramePiece>> FrameWalker::next(ByteView& chunk) {
    if (chunk.empty()) return std::nullopt;
    if (header_filled_ == header_size) return piece_from(chunk, false);

    if (header_filled_ == 0 && !is_known_type(peer_, chunk.front())) return WireErrc::unknown_type;
    const auto taken = std::min(header_size - header_filled_, chunk.size());
    std::memcpy(header_.data() + header_filled_, chunk.data(), taken);
    header_filled_ += taken;
    chunk.remove_prefix(taken);
    if (header_filled_ < header_size) return std::nullopt;

    const std::size_t length = load_u32(header_.data() + 1);
    if (length < 4 || length - 4 > body_limit_of(peer_, header_[0], limit_).bytes) {
        return WireErrc::length_out_of_range;
    }
    body_size_ = static_cast<std::uint32_t>(length - 4);
    body_done_ = 0;
    return piece_from(chunk, true);
}

FramePiece FrameWalker::piece_from(ByteView& chunk, bool first) {
    const auto size = std::min<std::size_t>(body_size_ - body_done_, chunk.size());
    const FramePiece piece{header_[0], body_size_, body_done_, first, chunk.substr(0, size)};
    chunk.remove_prefix(size);
    body_done_ += static_cast<std::uint32_t>(size);
    if (body_done_ == body_size_) header_filled_ = 0;
    return piece;
}

}  // namespace gateway::wire
