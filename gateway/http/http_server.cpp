#include "gateway/http/http_server.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "gateway/http/routes.hpp"
#include "gateway/net/spawn.hpp"

namespace gateway::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Stream = beast::basic_stream<Tcp, net::Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, net::Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, net::Executor>;
using Response = beast::http::response<beast::http::string_body>;
using RequestParser = beast::http::request_parser<beast::http::string_body>;

// How long to wait after a failed accept (no file descriptors left, for example) before the next.
constexpr std::chrono::milliseconds accept_pause{100};

Response response_for(Answer answer, unsigned version, bool keep_alive) {
    Response response{static_cast<beast::http::status>(answer.status), version};
    response.set(beast::http::field::content_type, answer.content_type);
    response.set(beast::http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (!answer.allow.empty()) response.set(beast::http::field::allow, answer.allow);
    response.keep_alive(keep_alive);
    response.body() = std::move(answer.body);
    response.prepare_payload();
    return response;
}

// nullopt: nothing to answer, the client left or was too slow.
std::optional<Answer> answer_to_failure(const error_code& failure) {
    if (failure == beast::http::error::header_limit) return plain(431, "the header is too large");
    if (failure == beast::http::error::body_limit) return plain(413, "the body is too large");
    const bool malformed = failure.category() == make_error_code(beast::http::error::bad_method).category() &&
                           failure != beast::http::error::end_of_stream &&
                           failure != beast::http::error::partial_message;
    if (malformed) return plain(400, "not an HTTP request");
    return std::nullopt;
}

/// One of the connections that may be open at once; given back on destruction.
class Slot {
public:
    explicit Slot(std::size_t& taken) : taken_(&taken) { ++*taken_; }
    ~Slot() {
        if (taken_ != nullptr) --*taken_;
    }
    Slot(Slot&& from) noexcept : taken_(std::exchange(from.taken_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;

private:
    std::size_t* taken_;
};

}  // namespace

struct HttpServer::State {
    config::Endpoint endpoint;
    monitoring::Metrics& metrics;
    Readiness& readiness;
    Limits limits;
    std::size_t connections = 0;  // only the server's own thread touches it; the coroutines do until they end
    asio::io_context context{1};
    Acceptor acceptor{context};
    std::uint16_t port = 0;
    std::thread thread;

    error_code listen();
    net::Task<void> accept();
    net::Task<void> serve(Stream stream, Slot slot);
    net::Task<bool> serve_one(Stream& stream, beast::flat_buffer& buffer);
    net::Task<void> send(Stream& stream, Response response);
};

error_code HttpServer::State::listen() {
    error_code failure;
    Tcp::resolver resolver(context);
    const auto found = resolver.resolve(endpoint.host, std::to_string(endpoint.port),
                                        Tcp::resolver::passive | Tcp::resolver::numeric_service, failure);
    if (failure) return failure;
    const auto address = found.begin()->endpoint();
    acceptor.open(address.protocol(), failure);
    if (!failure) acceptor.set_option(Tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(address, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (!failure) port = acceptor.local_endpoint(failure).port();
    return failure;
}

net::Task<void> HttpServer::State::accept() {
    while (acceptor.is_open()) {
        error_code failure;
        auto socket = co_await acceptor.async_accept(asio::redirect_error(net::use_task, failure));
        if (failure) {
            Timer pause(context, accept_pause);
            co_await pause.async_wait(net::use_task);
            continue;
        }
        if (connections >= limits.connections) continue;  // the socket closes here
        net::spawn(context.get_executor(), serve(Stream(std::move(socket)), Slot(connections)),
                   "http connection");
    }
}

// Owns the connection: leaving this function, on any path, closes it.
net::Task<void> HttpServer::State::serve(Stream stream, [[maybe_unused]] Slot slot) {
    beast::flat_buffer buffer(limits.header_bytes + limits.body_bytes);
    bool more = true;
    while (more)
        more = co_await serve_one(stream, buffer);
    error_code ignored;
    stream.socket().shutdown(Tcp::socket::shutdown_send, ignored);
}

// One request and its answer; false: the connection is to be closed.
net::Task<bool> HttpServer::State::serve_one(Stream& stream, beast::flat_buffer& buffer) {
    error_code failure;
    stream.expires_after(limits.request);
    RequestParser parser;
    parser.header_limit(limits.header_bytes);
    parser.body_limit(limits.body_bytes);
    co_await beast::http::async_read(stream, buffer, parser, asio::redirect_error(net::use_task, failure));
    if (failure) {
        auto answer = answer_to_failure(failure);
        if (answer) co_await send(stream, response_for(std::move(*answer), 11, false));
        co_return false;
    }
    const auto& request = parser.get();
    const bool keep_alive = request.keep_alive();
    auto answer = answer_to(request.method_string(), request.target(), metrics, readiness);
    auto response = response_for(std::move(answer), request.version(), keep_alive);
    if (request.method() == beast::http::verb::head) response.body().clear();  // its length stays announced
    co_await send(stream, std::move(response));
    if (!keep_alive) co_return false;
    if (buffer.size() > 0) co_return true;
    stream.expires_after(limits.keep_alive);
    const auto size = co_await stream.async_read_some(buffer.prepare(limits.header_bytes),
                                                      asio::redirect_error(net::use_task, failure));
    buffer.commit(size);
    co_return !failure;
}

net::Task<void> HttpServer::State::send(Stream& stream, Response response) {
    error_code failure;
    stream.expires_after(limits.request);
    co_await beast::http::async_write(stream, response, asio::redirect_error(net::use_task, failure));
}

HttpServer::HttpServer(config::Endpoint endpoint, monitoring::Metrics& metrics, Readiness& readiness,
                       Limits limits)
    : state_(new State{
          .endpoint = std::move(endpoint), .metrics = metrics, .readiness = readiness, .limits = limits}) {}

HttpServer::~HttpServer() { stop(); }

boost::system::result<void> HttpServer::start() {
    if (const auto failure = state_->listen()) return failure;
    net::spawn(state_->context.get_executor(), state_->accept(), "http listener");
    state_->thread = std::thread([this] { state_->context.run(); });
    return boost::system::in_place_value;
}

std::uint16_t HttpServer::port() const { return state_->port; }

void HttpServer::stop() {
    state_->context.stop();
    if (state_->thread.joinable()) state_->thread.join();
    error_code ignored;
    state_->acceptor.close(ignored);
}

}  // namespace gateway::http
