#include "gateway/wire/startup.hpp"

#include <strings.h>
#include <algorithm>
#include <array>

#include "gateway/wire/cursor.hpp"

namespace gateway::wire {

namespace {

// MAX_STARTUP_PACKET_LENGTH of PostgreSQL; the body holds at least the version.
constexpr std::size_t longest_startup = 10'000;
constexpr std::size_t shortest_startup = 4;

// Their first four bytes, read as a length, are far out of bounds: no real packet is mistaken for one.
bool is_foreign(ByteView start) {
    constexpr std::array<std::string_view, 12> greetings{
        "GET ", "POST", "HEAD", "PUT ", "OPTI", "CONN", "PRI ", "SSH-", "PING", "*1\r\n", "PROX", "\r\n\r\n"};
    return std::ranges::find(greetings, start.substr(0, 4)) != greetings.end();
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool has_duplicate(std::vector<std::string_view> names) {
    std::ranges::sort(names, [](std::string_view a, std::string_view b) {
        const auto order = strncasecmp(a.data(), b.data(), std::min(a.size(), b.size()));
        return order != 0 ? order < 0 : a.size() < b.size();
    });
    return std::ranges::adjacent_find(names, same_name) != names.end();
}

void place(StartupMessage& message, const NamedValue& parameter) {
    const auto& [name, value] = parameter;
    if (name == "user")
        message.user = value;
    else if (name == "database")
        message.database = value;
    else if (name == "options")
        message.options = value;
    else if (name == "replication")
        message.replication = value;
    else if (name.starts_with("_pq_."))
        message.protocol_options.push_back(name);
    else
        message.settings.push_back(parameter);
}

Result<StartupPacket> decode_cancel(Cursor& cursor) {
    CancelRequest request{cursor.u32(), {}};
    request.key = cursor.take_rest();
    if (!cursor.ok()) return WireErrc::too_short;
    if (request.key.size() < shortest_key || request.key.size() > longest_key) return WireErrc::key_length;
    return request;
}

Result<StartupPacket> decode_parameters(Cursor& cursor, std::uint16_t minor_version) {
    StartupMessage message{.minor_version = minor_version};
    std::vector<std::string_view> names;
    for (;;) {
        const auto name = cursor.text();
        if (!cursor.ok()) return WireErrc::startup_layout;
        if (name.empty()) break;
        const auto value = cursor.text();
        if (!cursor.ok()) return WireErrc::startup_layout;
        names.push_back(name);
        place(message, {name, value});
    }
    if (!cursor.rest().empty()) return WireErrc::startup_layout;
    if (has_duplicate(std::move(names))) return WireErrc::duplicate_parameter;
    if (message.user.empty()) return WireErrc::missing_user;
    if (message.user.size() >= name_limit || message.database.size() >= name_limit)
        return WireErrc::name_too_long;
    return message;
}

}  // namespace

Result<std::optional<std::size_t>> startup_packet_size(ByteView bytes) {
    if (is_tls_hello(bytes)) return WireErrc::tls_hello;
    if (bytes.size() < 4) return std::nullopt;
    if (is_foreign(bytes)) return WireErrc::foreign_protocol;
    const std::size_t length = load_u32(bytes.data());
    if (length < 4 + shortest_startup || length > 4 + longest_startup) return WireErrc::startup_length;
    return length;
}

Result<StartupPacket> decode_startup(ByteView packet) {
    Cursor cursor(packet);
    const auto version = cursor.u32();
    if (!cursor.ok()) return WireErrc::startup_length;
    switch (version) {
        case ssl_request_code: return cursor.finish<StartupPacket>(SslRequest{});
        case gss_enc_request_code: return cursor.finish<StartupPacket>(GssEncRequest{});
        case cancel_request_code: return decode_cancel(cursor);
        default: break;
    }
    if (version >> 16 != 3) return WireErrc::unsupported_protocol;
    return decode_parameters(cursor, static_cast<std::uint16_t>(version));
}

}  // namespace gateway::wire
