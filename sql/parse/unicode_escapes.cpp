#include "sql/parse/unicode_escapes.hpp"

#include <charconv>
#include <cstdint>

namespace sql::parse {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80U | ((point >> shift) & 0x3FU)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0U | (point >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

// Exactly `digits` hex digits at the front of `text`.
std::optional<std::uint32_t> hex(std::string_view text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + digits, value, 16);
    if (failed != std::errc{} || end != text.data() + digits) return std::nullopt;
    return value;
}

bool is_high_surrogate(std::uint32_t point) { return point >= 0xD800 && point <= 0xDBFF; }
bool is_low_surrogate(std::uint32_t point) { return point >= 0xDC00 && point <= 0xDFFF; }

}  // namespace

std::optional<std::string> decode_unicode_escapes(std::string_view text, char escape) {
    std::string decoded;
    std::optional<std::uint32_t> high;  // the first half of a surrogate pair
    while (!text.empty()) {
        if (text[0] != escape || (text.size() > 1 && text[1] == escape)) {
            if (high) return std::nullopt;
            decoded += text[0];
            text.remove_prefix(text[0] == escape ? 2 : 1);
            continue;
        }
        const bool six_digits = text.size() > 1 && text[1] == '+';
        const std::size_t skipped = six_digits ? 2 : 1;
        const std::size_t digits = six_digits ? 6 : 4;
        const auto point = hex(text.substr(skipped), digits);
        if (!point || *point == 0 || *point > 0x10FFFF) return std::nullopt;
        if (is_low_surrogate(*point) != high.has_value()) return std::nullopt;
        if (high) {
            append_utf8(decoded, ((*high & 0x3FFU) << 10) + 0x10000 + (*point & 0x3FFU));
            high.reset();
        } else if (is_high_surrogate(*point)) {
            high = point;
        } else {
            append_utf8(decoded, *point);
        }
        text.remove_prefix(skipped + digits);
    }
    if (high) return std::nullopt;
    return decoded;
}

bool is_unicode_escape_character(std::string_view text) {
    static constexpr std::string_view never = "0123456789abcdefABCDEF+'\" \t\n\r\f";
    return text.size() == 1 && never.find(text[0]) == std::string_view::npos;
}

}  // namespace sql::parse
