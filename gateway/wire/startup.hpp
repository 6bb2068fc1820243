#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/wire/bytes.hpp"
#include "gateway/wire/errors.hpp"

namespace gateway::wire {

/// Special codes in the place of the protocol version (PostgreSQL's pqcomm.h).
inline constexpr std::uint32_t cancel_request_code = (1234u << 16) | 5678u;
inline constexpr std::uint32_t ssl_request_code = (1234u << 16) | 5679u;
inline constexpr std::uint32_t gss_enc_request_code = (1234u << 16) | 5680u;
inline constexpr std::uint32_t protocol_3_0 = 3u << 16;

/// NAMEDATALEN: PostgreSQL cuts longer names, and two names cut alike would be one person.
inline constexpr std::size_t name_limit = 64;

/// A cancel key has 4 bytes in protocol 3.0 and up to 256 in 3.2.
inline constexpr std::size_t shortest_key = 4;
inline constexpr std::size_t longest_key = 256;

struct SslRequest {};
struct GssEncRequest {};
struct CancelRequest {
    std::uint32_t process_id;
    ByteView key;
};

struct NamedValue {
    std::string_view name;
    std::string_view value;
};

/// Protocol 3.0 or a later 3.x, in views of the packet.
struct StartupMessage {
    std::uint16_t minor_version;
    std::string_view user;
    std::string_view database;         // empty: not given, PostgreSQL then takes the user's name
    std::string_view options;          // see parse_startup_options()
    std::string_view replication;      // empty: not given
    std::vector<NamedValue> settings;  // all others, in the client's order
    std::vector<std::string_view> protocol_options;  // names that begin with _pq_.

    [[nodiscard]] std::string_view database_or_user() const { return database.empty() ? user : database; }
    /// The client must be told what of this is not supported: NegotiateProtocolVersion.
    [[nodiscard]] bool needs_negotiation() const { return minor_version > 0 || !protocol_options.empty(); }
};

using StartupPacket = std::variant<SslRequest, GssEncRequest, CancelRequest, StartupMessage>;

/// Size of the packet that `bytes` begin with, its length included; nullopt: too few bytes to tell. Refuses
/// lengths out of PostgreSQL's bounds, and names other protocols by their first bytes.
[[nodiscard]] Result<std::optional<std::size_t>> startup_packet_size(ByteView bytes);

/// True if the connection begins with a TLS handshake (sslnegotiation=direct).
[[nodiscard]] inline bool is_tls_hello(ByteView bytes) { return !bytes.empty() && bytes.front() == '\x16'; }

/// `packet` is a start-up packet without its length.
[[nodiscard]] Result<StartupPacket> decode_startup(ByteView packet);

}  // namespace gateway::wire
