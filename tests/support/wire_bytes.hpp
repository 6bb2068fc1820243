#pragma once

#include <string>
#include <string_view>

#include "gateway/wire/bytes.hpp"

namespace tests {

/// A message of that type with the length that belongs to `body`.
inline std::string message(char type, std::string_view body) {
    std::string bytes(1, type);
    gateway::wire::append_u32(bytes, static_cast<std::uint32_t>(body.size() + 4));
    return bytes.append(body);
}

/// A start-up packet, or another packet without a type, around `body`.
inline std::string packet(std::string_view body) {
    std::string bytes;
    gateway::wire::append_u32(bytes, static_cast<std::uint32_t>(body.size() + 4));
    return bytes.append(body);
}

inline std::string u16(std::uint16_t value) {
    std::string bytes;
    gateway::wire::append_u16(bytes, value);
    return bytes;
}

inline std::string u32(std::uint32_t value) {
    std::string bytes;
    gateway::wire::append_u32(bytes, value);
    return bytes;
}

}  // namespace tests
