#pragma once

#include <string>

#include "gateway/net/stream.hpp"

namespace gateway::session {

/// Bytes on their way into one stream. Most of the time the socket takes them at once and nothing is kept.
class OutQueue {
public:
    explicit OutQueue(net::Stream& stream) : stream_(stream) {}

    /// Writes what the socket takes now and keeps the rest. False: the connection is broken.
    bool send(std::string_view bytes) {
        if (!empty()) {
            keep(bytes);
            return true;
        }
        while (!bytes.empty()) {
            const net::IoResult written = stream_.write_some(bytes);
            if (written.status == net::IoStatus::failed || written.status == net::IoStatus::ended)
                return false;
            if (written.status != net::IoStatus::done) break;
            bytes.remove_prefix(written.size);
        }
        keep(bytes);
        return true;
    }

    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::size_t size() const { return kept_.size() - begin_; }

    /// Waits until all is written. False: the connection is broken or closed.
    net::Task<bool> flush() {
        while (!empty()) {
            const net::IoResult written = stream_.write_some(std::string_view(kept_).substr(begin_));
            if (written.status == net::IoStatus::failed || written.status == net::IoStatus::ended)
                co_return false;
            if (written.status == net::IoStatus::done) {
                begin_ += written.size;
                continue;
            }
            compact();
            const bool ready = co_await stream_.wait(written.status);
            if (!ready) co_return false;
        }
        compact();
        co_return true;
    }

private:
    // What grows by doubling would take twice as much as may be queued.
    void keep(std::string_view bytes) {
        constexpr std::size_t few = 16UL * 1024;
        constexpr std::size_t most = 256UL * 1024;
        if (kept_.size() + bytes.size() > few) kept_.reserve(most);
        kept_.append(bytes);
    }

    void compact() {
        if (empty()) {
            kept_ = {};
        } else {
            kept_.erase(0, begin_);
        }
        begin_ = 0;
    }

    net::Stream& stream_;
    std::string kept_;
    std::size_t begin_ = 0;
};

}  // namespace gateway::session
