#include "gateway/net/dialling.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>
#include <vector>

namespace gateway::net {
namespace {

using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

constexpr std::chrono::milliseconds pause_when_backlog_is_full{20};

Address unix_address(const std::string& path) {
    Address address;
    auto& name = reinterpret_cast<sockaddr_un&>(address.bytes);
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    address.size = sizeof name;
    return address;
}

Task<std::vector<Address>> resolve(Resolver& resolver, const config::Endpoint& at,
                                   boost::system::error_code& error) {
    std::vector<Address> addresses;
    if (!at.socket_path.empty()) {
        addresses.push_back(unix_address(at.socket_path));
        co_return addresses;
    }
    const auto found = co_await resolver.async_resolve(at.host, std::to_string(at.port),
                                                       boost::asio::redirect_error(use_task, error));
    for (const auto& entry : found) {
        Address address;
        address.size = static_cast<socklen_t>(entry.endpoint().size());
        std::memcpy(&address.bytes, entry.endpoint().data(), address.size);
        addresses.push_back(address);
    }
    co_return addresses;
}

// 0, or the errno of the failure.
Task<int> connect_to(IoThread& thread, const Deadline& deadline, std::optional<Stream>& connected,
                     const Address& address) {
    for (;;) {
        Fd fd(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd) co_return errno;
        const int outcome =
            ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.bytes), address.size);
        const int failure = outcome == 0 ? 0 : errno;
        if (failure == EAGAIN) {  // a Unix socket whose backlog is full: nothing is under way
            Timer pause(thread.context, pause_when_backlog_is_full);
            boost::system::error_code ignored;
            co_await pause.async_wait(boost::asio::redirect_error(use_task, ignored));
            if (deadline.passed()) co_return ETIMEDOUT;
            continue;
        }
        if (failure != 0 && failure != EINPROGRESS) co_return failure;
        Stream& stream = connected.emplace(thread.context, std::move(fd));
        if (failure == 0) co_return 0;
        const bool ready = co_await stream.wait(IoStatus::want_writable);
        if (!ready) co_return ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(stream.native(), SOL_SOCKET, SO_ERROR, &error, &size);
        co_return error;
    }
}

}  // namespace

Dialling::Dialling(IoThread& thread, std::chrono::milliseconds within)
    : thread_(thread), resolver_(thread.context), deadline_(thread.deadlines, [this] { give_up(); }) {
    deadline_.arm(within);
}

void Dialling::give_up() {
    resolver_.cancel();
    if (stream_) stream_->close();
}

Task<std::optional<std::string>> Dialling::connect(const config::Endpoint& to) {
    boost::system::error_code unresolved;
    const std::vector<Address> addresses = co_await resolve(resolver_, to, unresolved);
    if (timed_out()) co_return "no answer in time";
    if (unresolved) co_return unresolved.message();
    int failure = EADDRNOTAVAIL;
    for (const Address& address : addresses) {
        failure = co_await connect_to(thread_, deadline_, stream_, address);
        if (failure == 0 || timed_out()) break;
    }
    if (timed_out()) co_return "no answer in time";
    if (failure != 0 || !stream_) co_return std::strerror(failure);
    co_return std::nullopt;
}

}  // namespace gateway::net
