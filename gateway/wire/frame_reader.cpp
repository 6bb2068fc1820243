#include "gateway/wire/frame_reader.hpp"

#include <algorithm>
#include <cstring>

#include "gateway/wire/message_types.hpp"
#include "gateway/wire/startup.hpp"

namespace gateway::wire {

std::span<char> FrameReader::prepare(std::size_t size) {
    const auto kept = end_ - begin_;
    if (kept == 0) begin_ = end_ = 0;
    if (capacity_ - end_ < size) {
        if (capacity_ < kept + size) {
            // Doubling keeps the copying linear in what was received.
            const auto larger = std::max(kept + size, capacity_ * 2);
            auto storage = std::make_unique_for_overwrite<char[]>(larger);
            if (kept > 0) std::memcpy(storage.get(), storage_.get() + begin_, kept);
            storage_ = std::move(storage);
            capacity_ = larger;
        } else if (kept > 0) {
            std::memmove(storage_.get(), storage_.get() + begin_, kept);
        }
        begin_ = 0;
        end_ = kept;
    }
    return {storage_.get() + end_, capacity_ - end_};
}

void FrameReader::feed(ByteView bytes) {
    if (bytes.empty()) return;
    const auto room = prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    commit(bytes.size());
}

Result<std::optional<Frame>> FrameReader::next() {
    const auto bytes = buffered();
    if (bytes.empty()) return std::nullopt;
    // As PostgreSQL does: a wrong type is refused before its length is even there.
    if (!is_known_type(peer_, bytes.front())) return WireErrc::unknown_type;
    if (bytes.size() < header_size) return std::nullopt;
    const std::size_t length = load_u32(bytes.data() + 1);
    if (length < 4 || length - 4 > body_limit_of(peer_, bytes.front(), limit_).bytes) {
        return WireErrc::length_out_of_range;
    }
    if (bytes.size() < length + 1) return std::nullopt;
    begin_ += length + 1;
    return Frame{bytes.substr(0, length + 1)};
}

Result<std::optional<ByteView>> FrameReader::next_startup_packet() {
    const auto bytes = buffered();
    const auto size = startup_packet_size(bytes);
    if (!size) return size.error();
    if (!*size || bytes.size() < **size) return std::nullopt;
    begin_ += **size;
    return bytes.substr(4, **size - 4);
}

void FrameReader::release() {
    if (begin_ != end_) return;
    storage_.reset();
    capacity_ = begin_ = end_ = 0;
}

}  // namespace gateway::wire
