#include "tests/support/wire_client.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "gateway/auth/scram_client.hpp"
#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace tests {

namespace {

namespace auth = gateway::auth;
namespace wire = gateway::wire;

std::string environment(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

int connect_to_path(const std::string& path) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("path too long: " + path);
    path.copy(address.sun_path, path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail(path);
    return socket;
}

int connect_to_host(const std::string& host, std::uint16_t port) {
    const addrinfo hints{.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    addrinfo* found = nullptr;
    const auto port_text = std::to_string(port);
    if (getaddrinfo(host.c_str(), port_text.c_str(), &hints, &found) != 0)
        throw std::runtime_error("no such host: " + host);
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    const int socket = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
    if (::connect(socket, found->ai_addr, found->ai_addrlen) != 0) fail(host + ':' + port_text);
    return socket;
}

template <class T, class E>
T or_throw(boost::system::result<T, E> result) {
    if (!result) throw std::runtime_error(std::string(message_of(result.error())));
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace

WireTarget WireTarget::from_environment() {
    WireTarget target;
    target.port = static_cast<std::uint16_t>(std::stoi(environment("PGPORT", "5432")));
    target.host = environment("PGHOST", target.host);
    if (target.host.starts_with('/')) target.host += "/.s.PGSQL." + std::to_string(target.port);
    target.user = environment("PGUSER", target.user);
    target.database = environment("PGDATABASE", target.user);
    target.password = environment("PGPASSWORD", "");
    return target;
}

WireClient::~WireClient() {
    if (socket_ >= 0) close(socket_);
}

WireClient WireClient::connected(const WireTarget& target) {
    return WireClient(target.host.starts_with('/') ? connect_to_path(target.host)
                                                   : connect_to_host(target.host, target.port));
}

WireClient WireClient::logged_in(const WireTarget& target) {
    auto client = connected(target);
    client.log_in(target);
    return client;
}

void WireClient::log_in(const WireTarget& target) {
    std::vector<wire::NamedValue> parameters{{"user", target.user}, {"database", target.database}};
    for (const auto& [name, value] : target.settings)
        parameters.push_back({name, value});
    std::string out;
    wire::FrontendWriter(out).startup(0, parameters);
    send(out);

    auth::ScramKeyCache keys(1);
    auth::ScramClient scram({target.user, target.password}, keys);
    for (;;) {
        const auto bytes = next_frame(Milliseconds{10'000});
        if (!bytes) throw std::runtime_error("the server closed the connection during log-in");
        const wire::Frame frame(*bytes);
        const auto message = or_throw(wire::decode_backend(frame));
        if (std::holds_alternative<wire::ErrorResponse>(message))
            throw std::runtime_error(described(frame).text());
        if (std::holds_alternative<wire::ReadyForQuery>(message)) return;
        if (const auto* key = std::get_if<wire::BackendKeyData>(&message)) {
            process_id_ = key->process_id;
            key_ = key->key;
        }
        const auto* asked = std::get_if<wire::Authentication>(&message);
        if (asked == nullptr || asked->kind == wire::AuthenticationKind::ok) continue;
        out.clear();
        if (asked->kind == wire::AuthenticationKind::sasl) {
            const auto mechanism = or_throw(scram.choose(asked->mechanisms));
            wire::FrontendWriter(out).sasl_initial_response(mechanism, scram.first());
        } else if (asked->kind == wire::AuthenticationKind::sasl_continue) {
            wire::FrontendWriter(out).sasl_response(or_throw(scram.answer(asked->data)));
        } else if (asked->kind == wire::AuthenticationKind::sasl_final) {
            or_throw(scram.verify(asked->data));
        } else {
            throw std::runtime_error(described(frame).text() + ": only SCRAM is spoken here");
        }
        send(out);
    }
}

void WireClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void WireClient::say(std::string_view messages) {
    std::string bytes;
    for (const auto& line : wire_lines(messages))
        bytes += client_bytes(line);
    send(bytes);
}

bool WireClient::receive(Milliseconds within) {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, static_cast<int>(within.count())) == 0)
        throw std::runtime_error("no answer in time");
    const auto room = reader_.prepare(64 * 1024);
    const auto size = recv(socket_, room.data(), room.size(), 0);
    if (size > 0) reader_.commit(static_cast<std::size_t>(size));
    return size > 0;  // a reset counts as closed
}

std::optional<std::string> WireClient::next_frame(Milliseconds within) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    for (;;) {
        const auto frame = or_throw(reader_.next());
        if (frame) return std::string(frame->bytes());
        const auto left = deadline - std::chrono::steady_clock::now();
        if (!receive(std::max(Milliseconds{0}, std::chrono::ceil<Milliseconds>(left)))) return std::nullopt;
    }
}

std::optional<WireLine> WireClient::read(Milliseconds within) {
    const auto bytes = next_frame(within);
    if (!bytes) return std::nullopt;
    return described(wire::Frame(*bytes));
}

std::optional<char> WireClient::read_byte(Milliseconds within) {
    if (reader_.buffered().empty() && !receive(within)) return std::nullopt;
    const char byte = reader_.buffered().front();
    reader_.skip(1);
    return byte;
}

bool WireClient::silent_for(Milliseconds time) {
    if (!reader_.buffered().empty()) return false;
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, static_cast<int>(time.count())) == 0;
}

std::string WireClient::ask(std::string_view messages) {
    say(messages);
    std::string answer;
    for (;;) {
        const auto line = read();
        if (!answer.empty()) answer += " | ";
        if (!line) return answer + "(closed)";
        answer += line->text();
        if (line->name == "ReadyForQuery") return answer;
    }
}

}  // namespace tests
