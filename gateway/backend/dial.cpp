#include "gateway/backend/dial.hpp"

#include <array>
#include <optional>

#include "gateway/net/dialling.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace gateway::backend {
namespace {

using monitoring::BackendConnectResult;

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

// Asks for TLS and shakes hands; nullopt: encrypted.
net::Task<std::optional<ConnectError>> encrypt(net::Dialling& attempt, const Server& server) {
    net::Stream& stream = attempt.stream();
    std::string request;
    wire::FrontendWriter(request).ssl_request();
    const bool sent = co_await stream.write(request);
    if (!sent) co_return unreachable(server, "the connection broke");
    // Two bytes are asked for: a second one would be plaintext stuffed in before the handshake
    // (CVE-2021-23222).
    std::array<char, 2> answer{};
    const net::IoResult read = co_await stream.read(answer);
    if (attempt.timed_out()) co_return timed_out(server);
    if (read.status != net::IoStatus::done)
        co_return unreachable(server, "closed the connection on SSLRequest");
    if (read.size != 1) co_return insecure(server, "bytes in clear before the handshake");
    if (answer[0] != 'S') co_return insecure(server, "the server does not offer TLS; it is required");
    const auto shaken = co_await stream.connect_tls(server.tls);
    if (attempt.timed_out()) co_return timed_out(server);
    if (!shaken) co_return insecure(server, shaken.error().message);
    co_return std::nullopt;
}

}  // namespace

net::Task<Result<net::Stream>> dial(net::IoThread& thread, std::shared_ptr<const Server> server,
                                    std::chrono::milliseconds within) {
    net::Dialling attempt(thread, within);
    const auto failure = co_await attempt.connect(server->config.endpoint);
    if (attempt.timed_out()) co_return timed_out(*server);
    if (failure) co_return unreachable(*server, *failure);
    if (server->tls) {
        auto refused = co_await encrypt(attempt, *server);
        if (refused) co_return std::move(*refused);
    }
    co_return std::move(attempt.stream());
}

}  // namespace gateway::backend
