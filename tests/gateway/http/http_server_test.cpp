#include "gateway/http/http_server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

namespace gateway::http {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A plain TCP client, so that the server also meets what no HTTP library would send.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }

    void send(std::string_view bytes) const {
        (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    /// Everything up to `end`, or until the server closes.
    [[nodiscard]] std::string read_until(std::string_view end) const {
        std::string all;
        char byte = 0;
        while (!all.ends_with(end) && ::recv(socket_, &byte, 1, 0) == 1)
            all += byte;
        return all;
    }
    [[nodiscard]] std::string read_to_the_end() const {
        std::string all;
        char chunk[4096];
        for (ssize_t size = 0; (size = ::recv(socket_, chunk, sizeof chunk, 0)) > 0;) {
            all.append(chunk, static_cast<std::size_t>(size));
        }
        return all;
    }

private:
    int socket_;
    bool connected_ = false;
};

class HttpServerTest : public testing::Test {
protected:
    HttpServer& start(Limits limits = {}) {
        server_ =
            std::make_unique<HttpServer>(config::Endpoint{.host = "127.0.0.1"}, metrics_, readiness_, limits);
        EXPECT_TRUE(server_->start().has_value());
        return *server_;
    }

    [[nodiscard]] std::string ask(std::string_view request) const {
        const Client client(server_->port());
        client.send(request);
        return client.read_to_the_end();
    }

    monitoring::Metrics metrics_;
    Readiness readiness_;
    std::unique_ptr<HttpServer> server_;
};

constexpr auto health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr auto last_health = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(HttpServerTest, ReportsThePortThatTheSystemChose) {
    EXPECT_NE(start().port(), 0);
    EXPECT_THAT(ask(last_health), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(HttpServerTest, ServesMetricsAndReadiness) {
    start();
    const auto metrics = ask("GET /metrics HTTP/1.0\r\n\r\n");
    EXPECT_THAT(metrics, HasSubstr("Content-Type: text/plain; version=0.0.4"));
    EXPECT_THAT(metrics, HasSubstr("\ntabir_ready 0\n"));
    EXPECT_THAT(ask("GET /readyz HTTP/1.0\r\n\r\n"), HasSubstr(" 503 Service Unavailable\r\n"));
    readiness_.now_ready();
    EXPECT_THAT(ask("GET /readyz HTTP/1.0\r\n\r\n"), HasSubstr(" 200 OK\r\n"));
}

TEST_F(HttpServerTest, KeepsAConnectionForTheNextRequest) {
    const Client client(start().port());
    for (int i = 0; i < 3; ++i) {
        client.send(health);
        EXPECT_THAT(client.read_until("alive\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
    }
    client.send(std::string(health) + last_health);  // pipelined
    EXPECT_THAT(client.read_until("alive\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(client.read_to_the_end(), HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
    start();
    const auto answer = ask("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

struct BadRequest {
    const char* name;
    std::string bytes;
    const char* status;
};

class BadRequests : public HttpServerTest, public testing::WithParamInterface<BadRequest> {};

TEST_P(BadRequests, AreAnsweredAndTheConnectionCloses) {
    start();
    EXPECT_THAT(ask(GetParam().bytes), StartsWith("HTTP/1.1 " + std::string(GetParam().status)));
    EXPECT_THAT(ask(last_health), HasSubstr(" 200 OK\r\n"));
}

INSTANTIATE_TEST_SUITE_P(
    Http, BadRequests,
    testing::Values(
        BadRequest{"not_http", "\x16\x03\x01\x02 hello\r\n\r\n", "400"},
        BadRequest{"a_line_without_end", "GET /" + std::string(20'000, 'a'), "431"},
        BadRequest{"too_many_headers", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n",
                   "431"},
        BadRequest{"declared_body", "POST /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", "413"},
        BadRequest{"two_lengths",
                   "POST /metrics HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "400"},
        BadRequest{
            "length_and_chunks",
            "POST /metrics HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400"},
        BadRequest{"forbidden_method", "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                   "405"}),
    [](const auto& tested) { return tested.param.name; });

TEST_F(HttpServerTest, ClosesOnAClientThatIsTooSlow) {
    const Client client(start({.request = 50ms}).port());
    client.send("GET /healthz HT");
    EXPECT_THAT(client.read_to_the_end(), IsEmpty());
}

TEST_F(HttpServerTest, ClosesAnIdleConnection) {
    const Client client(start({.keep_alive = 50ms}).port());
    client.send(health);
    EXPECT_THAT(client.read_to_the_end(), HasSubstr("alive\n"));
}

TEST_F(HttpServerTest, ClosesConnectionsAboveTheLimitAndServesAgainLater) {
    start({.connections = 2, .request = 500ms});
    std::vector<std::unique_ptr<Client>> held;
    for (int i = 0; i < 2; ++i) {
        held.push_back(std::make_unique<Client>(server_->port()));
        held.back()->send(health);
        EXPECT_THAT(held.back()->read_until("alive\n"), HasSubstr("200 OK"));
    }
    EXPECT_THAT(ask(last_health), IsEmpty());
    held.clear();
    std::string answer;
    for (int i = 0; i < 100 && answer.empty(); ++i)
        answer = ask(last_health);
    EXPECT_THAT(answer, HasSubstr(" 200 OK\r\n"));
}

TEST_F(HttpServerTest, StopsWithConnectionsOpen) {
    start();
    const Client client(server_->port());
    client.send(health);
    EXPECT_THAT(client.read_until("alive\n"), HasSubstr("200 OK"));
    const auto port = server_->port();
    server_->stop();
    server_->stop();
    EXPECT_FALSE(Client(port).connected());
}

TEST_F(HttpServerTest, SaysWhyItCannotListen) {
    const auto taken = start().port();
    HttpServer second(config::Endpoint{.host = "127.0.0.1", .port = taken}, metrics_, readiness_);
    EXPECT_EQ(second.start().error(), boost::system::errc::address_in_use);
    HttpServer nowhere(config::Endpoint{.host = "no such host"}, metrics_, readiness_);
    EXPECT_TRUE(nowhere.start().has_error());
}

}  // namespace
}  // namespace gateway::http
