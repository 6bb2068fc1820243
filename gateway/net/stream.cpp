#include "gateway/net/stream.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <climits>
#include <utility>

namespace gateway::net {
namespace {

constexpr int keepalive_idle_seconds = 30;
constexpr int keepalive_interval_seconds = 5;
constexpr int keepalive_probes = 5;
constexpr int user_timeout_milliseconds = 60'000;

}  // namespace

void tune_socket(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
    if (address.ss_family != AF_INET && address.ss_family != AF_INET6) return;
    const auto set = [fd](int level, int option, int value) {
        ::setsockopt(fd, level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_seconds);
    set(IPPROTO_TCP, TCP_KEEPINTVL, keepalive_interval_seconds);
    set(IPPROTO_TCP, TCP_KEEPCNT, keepalive_probes);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_milliseconds);
}

Stream::Stream(boost::asio::io_context& context, Fd fd) : descriptor_(context), fd_(fd.get()) {
    tune_socket(fd_);
    descriptor_.assign(fd.release());
}

Stream::Stream(boost::asio::io_context& context, DetachedStream detached)
    : descriptor_(context), fd_(detached.fd.get()), ssl_(std::move(detached.ssl)) {
    descriptor_.assign(detached.fd.release());
}

IoResult Stream::tls_result(int returned) {
    switch (SSL_get_error(ssl_.get(), returned)) {
        case SSL_ERROR_WANT_READ: return {IoStatus::want_readable};
        case SSL_ERROR_WANT_WRITE: return {IoStatus::want_writable};
        case SSL_ERROR_ZERO_RETURN: return {IoStatus::ended};
        default: return {IoStatus::failed};
    }
}

IoResult Stream::read_some(std::span<char> into) {
    if (ssl_) {
        // One call gives at most one record of 16 KiB: several are taken to fill the buffer.
        std::size_t taken = 0;
        while (taken < into.size()) {
            ERR_clear_error();
            std::size_t size = 0;
            const int returned = SSL_read_ex(ssl_.get(), into.data() + taken, into.size() - taken, &size);
            if (returned <= 0) {
                if (taken > 0) break;
                return tls_result(returned);
            }
            taken += size;
        }
        return {IoStatus::done, taken};
    }
    for (;;) {
        const ssize_t size = ::recv(fd_, into.data(), into.size(), 0);
        if (size > 0) return {IoStatus::done, static_cast<std::size_t>(size)};
        if (size == 0) return {IoStatus::ended};
        if (errno == EINTR) continue;
        return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::want_readable : IoStatus::failed};
    }
}

IoResult Stream::write_some(std::string_view from) {
    if (ssl_) {
        ERR_clear_error();
        std::size_t size = 0;
        const int returned = SSL_write_ex(ssl_.get(), from.data(), from.size(), &size);
        if (returned <= 0) return tls_result(returned);
        return {IoStatus::done, size};
    }
    for (;;) {
        const ssize_t size = ::send(fd_, from.data(), from.size(), MSG_NOSIGNAL);
        if (size >= 0) return {IoStatus::done, static_cast<std::size_t>(size)};
        if (errno == EINTR) continue;
        return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::want_writable : IoStatus::failed};
    }
}

IoResult Stream::peek(char& byte) {
    const ssize_t size = ::recv(fd_, &byte, 1, MSG_PEEK);
    if (size > 0) return {IoStatus::done, 1};
    if (size == 0) return {IoStatus::ended};
    return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? IoStatus::want_readable
                                                                      : IoStatus::failed};
}

Task<bool> Stream::wait(IoStatus wanted) {
    if (!descriptor_.is_open()) co_return false;
    // Decrypted bytes that wait inside the TLS layer make no socket readable.
    if (wanted == IoStatus::want_readable && ssl_ && SSL_pending(ssl_.get()) > 0) co_return true;
    boost::system::error_code error;
    const auto direction = wanted == IoStatus::want_writable ? boost::asio::posix::descriptor_base::wait_write
                                                             : boost::asio::posix::descriptor_base::wait_read;
    co_await descriptor_.async_wait(direction, boost::asio::redirect_error(use_task, error));
    co_return !error && descriptor_.is_open();
}

Task<IoResult> Stream::read(std::span<char> into) {
    IoResult result{IoStatus::want_readable};
    for (;;) {
        const bool ready = co_await wait(result.status);
        if (!ready) co_return IoResult{IoStatus::failed};
        result = read_some(into);
        if (result.status != IoStatus::want_readable && result.status != IoStatus::want_writable)
            co_return result;
    }
}

Task<bool> Stream::write(std::string_view from) {
    while (!from.empty()) {
        if (!open()) co_return false;
        const IoResult result = write_some(from);
        if (result.status == IoStatus::done) {
            from.remove_prefix(result.size);
            continue;
        }
        if (result.status == IoStatus::failed || result.status == IoStatus::ended) co_return false;
        const bool ready = co_await wait(result.status);
        if (!ready) co_return false;
    }
    co_return true;
}

Task<boost::system::result<void, TlsError>> Stream::accept_tls(std::shared_ptr<const ServerTls> tls) {
    ssl_ = tls->accept_on(fd_);
    auto result = co_await shake_hands();
    co_return result;
}

Task<boost::system::result<void, TlsError>> Stream::connect_tls(std::shared_ptr<const ClientTls> tls) {
    ssl_ = tls->connect_on(fd_);
    auto result = co_await shake_hands();
    co_return result;
}

Task<boost::system::result<void, TlsError>> Stream::shake_hands() {
    for (;;) {
        ERR_clear_error();
        const int returned = SSL_do_handshake(ssl_.get());
        if (returned == 1) co_return boost::system::result<void, TlsError>{};
        const IoResult result = tls_result(returned);
        if (result.status == IoStatus::failed || result.status == IoStatus::ended) {
            std::string why = take_tls_errors();
            co_return TlsError{why.empty() ? "the peer closed the connection during the TLS handshake" : why};
        }
        const bool ready = co_await wait(result.status);
        if (!ready) co_return TlsError{"the connection was closed during the TLS handshake"};
    }
}

void Stream::finish_writing() {
    if (!open()) return;
    if (ssl_) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    ::shutdown(fd_, SHUT_WR);
}

void Stream::cancel() {
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);
}

void Stream::close() {
    if (!open()) return;
    if (ssl_ && SSL_is_init_finished(ssl_.get())) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
    }
    boost::system::error_code ignored;
    descriptor_.close(ignored);
    fd_ = -1;  // a late try must not reach the descriptor's next owner
    ssl_.reset();
}

DetachedStream Stream::detach() { return {Fd(descriptor_.release()), std::move(ssl_)}; }

}  // namespace gateway::net
