#include <cstdint>
#include <cstring>

#include "sql/parse/guard.hpp"

namespace sql::parse {
namespace {

bool is_continuation(unsigned char byte) { return (byte & 0xC0U) == 0x80U; }

// Length of the well-formed sequence at the front of `text`, 0 if there is none (RFC 3629, table 3-7 of
// Unicode).
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = at(0);
    const unsigned second = at(1);
    if (first < 0x80) return first == 0 ? 0 : 1;
    if (first < 0xC2 || first > 0xF4 || !is_continuation(second)) return 0;
    if (first < 0xE0) return 2;
    if (!is_continuation(at(2))) return 0;
    if (first == 0xE0 && second < 0xA0) return 0;  // overlong
    if (first == 0xED && second > 0x9F) return 0;  // surrogates
    if (first < 0xF0) return 3;
    if (!is_continuation(at(3))) return 0;
    if (first == 0xF0 && second < 0x90) return 0;  // overlong
    if (first == 0xF4 && second > 0x8F) return 0;  // beyond U+10FFFF
    return 4;
}

// Eight bytes of ASCII, and no NUL among them: what most texts are made of.
bool begins_with_plain_bytes(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    std::uint64_t bytes = 0;
    if (text.size() < sizeof bytes) return false;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    // The lowest byte that is 0 borrows; what is above it does not matter.
    return ((bytes | (bytes - ones)) & (ones << 7U)) == 0;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (begins_with_plain_bytes(text.substr(at))) {
            at += sizeof(std::uint64_t);
            continue;
        }
        const std::size_t length = sequence_length(text.substr(at, 4));
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

}  // namespace sql::parse
