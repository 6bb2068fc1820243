#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/net/fd.hpp"
#include "gateway/net/task.hpp"
#include "gateway/net/tls_context.hpp"

namespace gateway::net {

/// How a read or write that does not block went.
enum class IoStatus {
    done,           // at least one byte moved
    want_readable,  // nothing moved; wait, then try again
    want_writable,
    ended,   // the peer closed its sending side in order
    failed,  // reset, broken pipe, TLS failure: nothing more goes through
};

struct IoResult {
    IoStatus status;
    std::size_t size = 0;
};

/// A stream that left its I/O thread: owns the descriptor and TLS state, waits for nothing.
struct DetachedStream {
    Fd fd;
    SslPtr ssl;
};

/// A TCP or Unix connection, encrypted or not. Reads and writes never block; the caller waits for readiness
/// without holding a buffer. One reader and one writer coroutine at a time, on one I/O thread.
class Stream {
public:
    Stream(boost::asio::io_context& context, Fd fd);
    Stream(boost::asio::io_context& context, DetachedStream detached);
    Stream(Stream&&) = default;
    Stream& operator=(Stream&&) = default;

    IoResult read_some(std::span<char> into);
    IoResult write_some(std::string_view from);
    /// The next byte without taking it; only before TLS. nullopt-like statuses as for read_some.
    IoResult peek(char& byte);

    /// Waits for what a status asked for (want_readable or want_writable). False: closed or cancelled
    /// meanwhile.
    Task<bool> wait(IoStatus wanted);
    /// Waits and reads at least one byte. `done`, `ended` or `failed`.
    Task<IoResult> read(std::span<char> into);
    /// Writes all of it; the caller keeps the bytes alive. False: the connection is broken.
    Task<bool> write(std::string_view from);

    /// The handshake as a server; the error is for the log.
    Task<boost::system::result<void, TlsError>> accept_tls(std::shared_ptr<const ServerTls> tls);
    Task<boost::system::result<void, TlsError>> connect_tls(std::shared_ptr<const ClientTls> tls);
    [[nodiscard]] bool encrypted() const { return ssl_ != nullptr; }
    [[nodiscard]] const ssl_st* ssl() const { return ssl_.get(); }

    /// Tells the peer that nothing more comes (close_notify, then FIN); reading goes on.
    void finish_writing();
    /// Wakes whoever waits; they see `false`.
    void cancel();
    /// Ends TLS in order where that needs no wait, and closes.
    void close();
    [[nodiscard]] bool open() const { return descriptor_.is_open(); }
    [[nodiscard]] int native() const { return fd_; }

    /// Takes the connection off this I/O thread. Nobody may be waiting.
    [[nodiscard]] DetachedStream detach();

    [[nodiscard]] Executor executor() { return descriptor_.get_executor(); }

private:
    Task<boost::system::result<void, TlsError>> shake_hands();
    IoResult tls_result(int returned);

    boost::asio::posix::basic_stream_descriptor<Executor> descriptor_;
    int fd_ = -1;
    SslPtr ssl_;
};

/// Sets non-blocking mode, and for TCP: no Nagle delay, keep-alive probes and a user time-out, so that a peer
/// that vanished without FIN is noticed within about a minute.
void tune_socket(int fd);

}  // namespace gateway::net
