#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gateway::wire {

/// Bytes of the protocol. They are kept as char, so that the text in them needs no cast.
using ByteView = std::string_view;

/// Reads a big-endian integer; the caller has checked that `bytes` holds it.
[[nodiscard]] inline std::uint16_t load_u16(const char* bytes) {
    const auto* b = reinterpret_cast<const unsigned char*>(bytes);
    return static_cast<std::uint16_t>((b[0] << 8) | b[1]);
}

[[nodiscard]] inline std::uint32_t load_u32(const char* bytes) {
    const auto* b = reinterpret_cast<const unsigned char*>(bytes);
    return (std::uint32_t{b[0]} << 24) | (std::uint32_t{b[1]} << 16) | (std::uint32_t{b[2]} << 8) | b[3];
}

inline void append_u16(std::string& out, std::uint16_t value) {
    const char bytes[] = {static_cast<char>(value >> 8), static_cast<char>(value)};
    out.append(bytes, sizeof bytes);
}

inline void append_u32(std::string& out, std::uint32_t value) {
    const char bytes[] = {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
                          static_cast<char>(value >> 8), static_cast<char>(value)};
    out.append(bytes, sizeof bytes);
}

/// Appends `text` and its NUL. What stands after a NUL within `text` is left out: it could not be told from
/// the next field.
inline void append_text(std::string& out, std::string_view text) {
    out.append(text.substr(0, text.find('\0')));
    out.push_back('\0');
}

}  // namespace gateway::wire
