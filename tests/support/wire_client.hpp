#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/wire/frame_reader.hpp"
#include "tests/support/wire_text.hpp"

namespace tests {

/// Where a conversation takes place, and who speaks.
struct WireTarget {
    std::string host = "127.0.0.1";  // or the path of a Unix socket
    std::uint16_t port = 5432;
    std::string user = "postgres";
    std::string database = "postgres";
    std::string password;
    std::vector<std::pair<std::string, std::string>> settings = {};  // further start-up parameters

    /// From PGHOST (a folder of sockets, too), PGPORT, PGUSER, PGDATABASE and PGPASSWORD.
    [[nodiscard]] static WireTarget from_environment();
};

/// A blocking client that speaks the protocol message by message. Throws std::runtime_error when the
/// connection, or the log-in, fails.
class WireClient {
public:
    using Milliseconds = std::chrono::milliseconds;

    /// Connects and sends nothing.
    [[nodiscard]] static WireClient connected(const WireTarget& target);
    /// Connects and logs in, up to the first ReadyForQuery.
    [[nodiscard]] static WireClient logged_in(const WireTarget& target);

    WireClient(WireClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          reader_(std::move(other.reader_)),
          process_id_(other.process_id_),
          key_(std::move(other.key_)) {}
    WireClient(const WireClient&) = delete;
    WireClient& operator=(const WireClient&) = delete;
    ~WireClient();

    void send(std::string_view bytes);
    /// Messages in words: `Query sql="select 1" | Sync`.
    void say(std::string_view messages);
    /// The next message; nullopt: the server closed the connection. Throws if neither comes in time.
    [[nodiscard]] std::optional<WireLine> read(Milliseconds within = Milliseconds{5'000});
    /// One byte that is no message: the answer to an SSLRequest.
    [[nodiscard]] std::optional<char> read_byte(Milliseconds within = Milliseconds{5'000});
    /// True if nothing comes for so long.
    [[nodiscard]] bool silent_for(Milliseconds time);
    /// All messages up to the next ReadyForQuery, as one text: "DataRow value=1 | ... | ReadyForQuery
    /// status=I".
    [[nodiscard]] std::string ask(std::string_view messages);

    [[nodiscard]] std::uint32_t process_id() const { return process_id_; }
    [[nodiscard]] const std::string& cancel_key() const { return key_; }

private:
    explicit WireClient(int socket)
        : socket_(socket), reader_(gateway::wire::Peer::backend, gateway::wire::largest_body) {}
    void log_in(const WireTarget& target);
    [[nodiscard]] std::optional<std::string> next_frame(Milliseconds within);
    [[nodiscard]] bool receive(Milliseconds within);  // false: closed

    int socket_;
    gateway::wire::FrameReader reader_;
    std::uint32_t process_id_ = 0;
    std::string key_;
};

}  // namespace tests
