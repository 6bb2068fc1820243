#include "gateway/net/listener.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/net/spawn.hpp"
#include "monitoring/log.hpp"

namespace gateway::net {
namespace {

constexpr int backlog = 1024;
constexpr std::chrono::milliseconds pause_without_descriptors{100};
constexpr mode_t socket_file_mode = 0777;  // as PostgreSQL: whoever connects must log in

ListenError failure(const config::Endpoint& at, int error) {
    return {"cannot listen on " + at.text() + ": " + std::strerror(error)};
}

boost::system::result<std::vector<BoundSocket>, ListenError> bind_unix(const config::Endpoint& endpoint) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (endpoint.socket_path.size() >= sizeof address.sun_path) return failure(endpoint, ENAMETOOLONG);
    std::memcpy(address.sun_path, endpoint.socket_path.c_str(), endpoint.socket_path.size() + 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);

    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return failure(endpoint, errno);
    if (::bind(fd.get(), generic, sizeof address) != 0) {
        if (errno != EADDRINUSE) return failure(endpoint, errno);
        const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const bool dead = ::connect(probe.get(), generic, sizeof address) != 0 && errno == ECONNREFUSED;
        if (!dead) return failure(endpoint, EADDRINUSE);
        ::unlink(endpoint.socket_path.c_str());
        if (::bind(fd.get(), generic, sizeof address) != 0) return failure(endpoint, errno);
    }
    ::chmod(endpoint.socket_path.c_str(), socket_file_mode);
    if (::listen(fd.get(), backlog) != 0) return failure(endpoint, errno);
    std::vector<BoundSocket> bound;
    bound.push_back({std::move(fd), endpoint, true});
    return bound;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return address.ss_family == AF_INET6 ? ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port)
                                         : ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

void set_port(sockaddr* address, std::uint16_t port) {
    if (address->sa_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6*>(address)->sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in*>(address)->sin_port = htons(port);
    }
}

boost::system::result<std::vector<BoundSocket>, ListenError> bind_tcp(config::Endpoint endpoint) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    const bool every = endpoint.host.empty() || endpoint.host == "*";
    addrinfo* found = nullptr;
    const int unresolved = ::getaddrinfo(every ? nullptr : endpoint.host.c_str(),
                                         std::to_string(endpoint.port).c_str(), &hints, &found);
    if (unresolved != 0)
        return ListenError{"cannot listen on " + endpoint.text() + ": " + ::gai_strerror(unresolved)};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);

    std::vector<BoundSocket> bound;
    int last_error = EADDRNOTAVAIL;
    for (addrinfo* one = found; one != nullptr; one = one->ai_next) {
        Fd fd(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!fd) {
            last_error = errno;
            continue;
        }
        const int yes = 1;
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (one->ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
        set_port(one->ai_addr, endpoint.port);
        if (::bind(fd.get(), one->ai_addr, one->ai_addrlen) != 0 || ::listen(fd.get(), backlog) != 0) {
            last_error = errno;
            // A host without IPv6 still listens on its other addresses; a port in use is an error.
            if (last_error == EADDRINUSE) return failure(endpoint, last_error);
            continue;
        }
        endpoint.port = port_of(fd.get());
        bound.push_back({std::move(fd), endpoint, false});
    }
    if (bound.empty()) return failure(endpoint, last_error);
    return bound;
}

}  // namespace

boost::system::result<std::vector<BoundSocket>, ListenError> bind_endpoint(const config::Endpoint& endpoint) {
    return endpoint.socket_path.empty() ? bind_tcp(endpoint) : bind_unix(endpoint);
}

struct Listener::State {
    State(IoThreads& all, BoundSocket socket, OnAccept handler)
        : threads(all),
          on_accept(std::make_shared<const OnAccept>(std::move(handler))),
          unix_path(socket.unix_domain ? socket.at.socket_path : std::string{}),
          fd(socket.fd.get()),
          descriptor(all.first().context),
          pause(all.first().context),
          spare(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
        descriptor.assign(socket.fd.release());
    }

    IoThreads& threads;
    std::shared_ptr<const OnAccept> on_accept;
    std::string unix_path;
    int fd;
    boost::asio::posix::basic_stream_descriptor<Executor> descriptor;
    Timer pause;
    Fd spare;  // given up for a moment to get rid of a client that no descriptor is left for

    void close() {
        if (!descriptor.is_open()) return;
        boost::system::error_code ignored;
        descriptor.close(ignored);
        pause.cancel();
        if (!unix_path.empty()) ::unlink(unix_path.c_str());
    }

    void hand_over(Fd client) {
        IoThread& target = threads.least_loaded();
        // Counted here, not on the target: a burst must not all go to one thread.
        target.sessions.fetch_add(1, std::memory_order_relaxed);
        boost::asio::post(target.context, [accept = on_accept, &target, unix_domain = !unix_path.empty(),
                                           fd = std::make_shared<Fd>(std::move(client))] {
            (*accept)(target, std::move(*fd), unix_domain);
        });
    }

    // True: out of descriptors or memory, pause before the next try.
    bool accept_all() {
        for (;;) {
            Fd client(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (client) {
                hand_over(std::move(client));
                continue;
            }
            switch (errno) {
                case EINTR:
                case ECONNABORTED: continue;
                case EMFILE:
                case ENFILE:
                    monitoring::log(monitoring::Level::error, "client_turned_away",
                                    {{"reason", "no file descriptors left"}});
                    spare = Fd();
                    { const Fd turned_away(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)); }
                    spare = Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
                    return true;
                case ENOBUFS:
                case ENOMEM: return true;
                default: return false;
            }
        }
    }
};

namespace {

template <class State>
Task<> accept_clients(std::shared_ptr<State> state) {
    while (state->descriptor.is_open()) {
        boost::system::error_code error;
        co_await state->descriptor.async_wait(boost::asio::posix::descriptor_base::wait_read,
                                              boost::asio::redirect_error(use_task, error));
        if (error || !state->descriptor.is_open()) co_return;
        if (!state->accept_all()) continue;
        state->pause.expires_after(pause_without_descriptors);
        co_await state->pause.async_wait(boost::asio::redirect_error(use_task, error));
    }
}

}  // namespace

Listener::Listener(IoThreads& threads, BoundSocket socket, OnAccept on_accept) : at_(socket.at) {
    state_ = std::make_shared<State>(threads, std::move(socket), std::move(on_accept));
    spawn(threads.first().context.get_executor(), accept_clients(state_), "the listener");
}

Listener::~Listener() { stop(); }

void Listener::stop() {
    boost::asio::post(state_->threads.first().context, [state = state_] { state->close(); });
}

}  // namespace gateway::net
