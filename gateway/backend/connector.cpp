#include "gateway/backend/connector.hpp"

#include <array>

#include "gateway/backend/dial.hpp"
#include "gateway/backend/login.hpp"

namespace gateway::backend {
namespace {

ConnectError broken(const Server& server, bool timed_out) {
    const std::string where = server.config.endpoint.text();
    if (timed_out) {
        return {monitoring::BackendConnectResult::timed_out, "08001",
                "the database server did not answer the gateway in time", "",
                where + " did not finish the log-in in time"};
    }
    return {monitoring::BackendConnectResult::unreachable, "08001",
            "the gateway lost its connection to the database server", "",
            where + " closed the connection during log-in"};
}

}  // namespace

net::Task<Result<Connection>> connect(net::IoThread& thread, std::shared_ptr<const Server> server,
                                      SessionRequest request, auth::ScramKeyCache& keys,
                                      std::chrono::milliseconds within) {
    auto dialled = co_await dial(thread, server, within);
    if (!dialled) co_return std::move(dialled).error();
    net::Stream stream = std::move(*dialled);
    net::Deadline deadline(thread.deadlines, [&stream] { stream.close(); });
    deadline.arm(within);

    Login login(request, {server->config.allow_cleartext, server->config.allow_md5},
                stream.encrypted() ? net::peer_certificate(stream.ssl()) : std::string{}, keys);
    std::string out = login.start_up_packet();
    std::array<char, 8192> chunk{};
    for (;;) {
        const bool sent = co_await stream.write(out);
        if (!sent) co_return broken(*server, deadline.passed());
        out.clear();
        const net::IoResult read = co_await stream.read(chunk);
        if (read.status != net::IoStatus::done) co_return broken(*server, deadline.passed());
        switch (login.on_backend({chunk.data(), read.size}, out)) {
            case Login::State::going_on: break;
            case Login::State::failed: co_return login.error();
            case Login::State::ready: {
                std::string early(login.rest());
                deadline.disarm();
                co_return Connection{std::move(stream), login.take_facts(), std::move(early)};
            }
        }
    }
}

}  // namespace gateway::backend
