#pragma once

#include <memory>
#include <optional>
#include <span>

#include "gateway/wire/errors.hpp"
#include "gateway/wire/frame.hpp"

namespace gateway::wire {

/// Cuts a stream of bytes into whole messages, and into start-up packets before that. Memory grows with the
/// bytes that came, never with a length that was only announced.
class FrameReader {
public:
    FrameReader(Peer peer, BodyLimit limit) : peer_(peer), limit_(limit) {}

    /// Room to read from a socket into, at least `size` bytes; then tell commit() how many came. Ends the
    /// life of all frames.
    [[nodiscard]] std::span<char> prepare(std::size_t size);
    void commit(std::size_t size) { end_ += size; }

    /// Copies `bytes` in. Ends the life of all frames.
    void feed(ByteView bytes);

    /// The next message; nullopt: feed more. An error repeats for ever: the stream cannot be followed
    /// further.
    [[nodiscard]] Result<std::optional<Frame>> next();

    /// What next() gave last, which is still alive, comes again; of several, the last one first.
    void put_back(const Frame& frame) { begin_ -= frame.bytes().size(); }

    /// The same for the packets before log-in, which have no type byte: the body of the next one, without its
    /// length. Bounds are PostgreSQL's: 4 to 10,000 bytes.
    [[nodiscard]] Result<std::optional<ByteView>> next_startup_packet();

    /// Bytes that no message has been cut from yet.
    [[nodiscard]] ByteView buffered() const { return {storage_.get() + begin_, end_ - begin_}; }

    /// Drops `size` of the buffered bytes: they were passed on as they are.
    void skip(std::size_t size) { begin_ += size; }

    /// Gives the memory back when nothing is buffered: an idle session should cost little.
    void release();

private:
    Peer peer_;
    BodyLimit limit_;
    std::unique_ptr<char[]> storage_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace gateway::wire
