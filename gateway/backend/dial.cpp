#include "gateway/backend/dial.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "gateway/wire/frontend_writer.hpp"

namespace gateway::backend {
namespace {

using monitoring::BackendConnectResult;
using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, net::Executor>;

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

constexpr std::chrono::milliseconds pause_when_backlog_is_full{20};

ConnectError unreachable(const Server& server, const std::string& why) {
    return {BackendConnectResult::unreachable, "08001", "the gateway cannot reach the database server", "",
            "cannot connect to " + server.config.endpoint.text() + ": " + why};
}

ConnectError timed_out(const Server& server) {
    return {BackendConnectResult::timed_out, "08001",
            "the database server did not answer the gateway in time", "",
            "no answer from " + server.config.endpoint.text() + " in time"};
}

ConnectError insecure(const Server& server, const std::string& why) {
    return {BackendConnectResult::tls_failed, "08001",
            "the gateway has no safe connection to the database server", "",
            "TLS with " + server.config.endpoint.text() + ": " + why};
}

Address unix_address(const std::string& path) {
    Address address;
    auto& name = reinterpret_cast<sockaddr_un&>(address.bytes);
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    address.size = sizeof name;
    return address;
}

// The state of one attempt; the deadline closes whatever it is waiting in.
struct Attempt {
    Attempt(net::IoThread& thread, std::chrono::milliseconds within)
        : resolver(thread.context), deadline(thread.deadlines, [this] { give_up(); }) {
        deadline.arm(within);
    }

    void give_up() {
        resolver.cancel();
        if (stream) stream->close();
    }

    Resolver resolver;
    std::optional<net::Stream> stream;
    net::Deadline deadline;
};

net::Task<std::vector<Address>> resolve(Resolver& resolver, const config::Endpoint& at,
                                        boost::system::error_code& error) {
    std::vector<Address> addresses;
    if (!at.socket_path.empty()) {
        addresses.push_back(unix_address(at.socket_path));
        co_return addresses;
    }
    const auto found = co_await resolver.async_resolve(at.host, std::to_string(at.port),
                                                       boost::asio::redirect_error(net::use_task, error));
    for (const auto& entry : found) {
        Address address;
        address.size = static_cast<socklen_t>(entry.endpoint().size());
        std::memcpy(&address.bytes, entry.endpoint().data(), address.size);
        addresses.push_back(address);
    }
    co_return addresses;
}

// 0, or the errno of the failure.
net::Task<int> connect(net::IoThread& thread, Attempt& attempt, const Address& address) {
    for (;;) {
        net::Fd fd(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd) co_return errno;
        const int outcome =
            ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.bytes), address.size);
        const int failure = outcome == 0 ? 0 : errno;
        if (failure == EAGAIN) {  // a Unix socket whose backlog is full: nothing is under way
            net::Timer pause(thread.context, pause_when_backlog_is_full);
            boost::system::error_code ignored;
            co_await pause.async_wait(boost::asio::redirect_error(net::use_task, ignored));
            if (attempt.deadline.passed()) co_return ETIMEDOUT;
            continue;
        }
        if (failure != 0 && failure != EINPROGRESS) co_return failure;
        net::Stream& stream = attempt.stream.emplace(thread.context, std::move(fd));
        if (failure == 0) co_return 0;
        const bool ready = co_await stream.wait(net::IoStatus::want_writable);
        if (!ready) co_return ETIMEDOUT;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(stream.native(), SOL_SOCKET, SO_ERROR, &error, &size);
        co_return error;
    }
}

// Asks for TLS and shakes hands; nullopt: encrypted.
net::Task<std::optional<ConnectError>> encrypt(net::Stream& stream, const net::Deadline& deadline,
                                               const Server& server) {
    std::string request;
    wire::FrontendWriter(request).ssl_request();
    const bool sent = co_await stream.write(request);
    if (!sent) co_return unreachable(server, "the connection broke");
    // Two bytes are asked for: a second one would be plaintext stuffed in before the handshake
    // (CVE-2021-23222).
    std::array<char, 2> answer{};
    const net::IoResult read = co_await stream.read(answer);
    if (deadline.passed()) co_return timed_out(server);
    if (read.status != net::IoStatus::done)
        co_return unreachable(server, "closed the connection on SSLRequest");
    if (read.size != 1) co_return insecure(server, "bytes in clear before the handshake");
    if (answer[0] != 'S') co_return insecure(server, "the server does not offer TLS; it is required");
    const auto shaken = co_await stream.connect_tls(server.tls);
    if (deadline.passed()) co_return timed_out(server);
    if (!shaken) co_return insecure(server, shaken.error().message);
    co_return std::nullopt;
}

}  // namespace

net::Task<Result<net::Stream>> dial(net::IoThread& thread, std::shared_ptr<const Server> server,
                                    std::chrono::milliseconds within) {
    Attempt attempt(thread, within);
    boost::system::error_code unresolved;
    const std::vector<Address> addresses =
        co_await resolve(attempt.resolver, server->config.endpoint, unresolved);
    if (attempt.deadline.passed()) co_return timed_out(*server);
    if (unresolved) co_return unreachable(*server, unresolved.message());

    int failure = EADDRNOTAVAIL;
    for (const Address& address : addresses) {
        failure = co_await connect(thread, attempt, address);
        if (failure == 0 || attempt.deadline.passed()) break;
    }
    if (attempt.deadline.passed()) co_return timed_out(*server);
    if (failure != 0 || !attempt.stream) co_return unreachable(*server, std::strerror(failure));
    if (server->tls) {
        auto refused = co_await encrypt(*attempt.stream, attempt.deadline, *server);
        if (refused) co_return std::move(*refused);
    }
    co_return std::move(*attempt.stream);
}

}  // namespace gateway::backend
