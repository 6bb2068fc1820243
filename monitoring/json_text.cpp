#include "monitoring/json_text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace monitoring {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 0;  // 0: not UTF-8
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80) return {};
        code = (code << 6U) | (next & 0x3FU);
    }
    const char32_t smallest = bytes == 4 ? 0x10000 : bytes == 3 ? 0x800 : 0x80;
    if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
    return {code, bytes};
}

bool in(char32_t code, char32_t first, char32_t last) { return first <= code && code <= last; }

bool must_be_escaped(char32_t code) {
    return code < 0x20 || in(code, 0x7F, 0x9F)                      // control characters, C1 included
           || code == 0x61C || in(code, 0x200B, 0x200F)             // zero width and direction marks
           || in(code, 0x2028, 0x202E) || in(code, 0x2066, 0x2069)  // separators, embeddings, isolates
           || code == 0xFEFF || in(code, 0xFFF9, 0xFFFB) || in(code, 0xE0000, 0xE007F);
}

void append_escaped(std::string& out, char32_t code) {
    auto unit = [&out](unsigned value) { fmt::format_to(std::back_inserter(out), "\\u{:04x}", value); };
    if (code < 0x10000) return unit(code);
    unit(0xD800 + ((code - 0x10000) >> 10U));
    unit(0xDC00 + ((code - 0x10000) & 0x3FFU));
}

}  // namespace

void append_json_text(std::string& out, std::string_view text, std::size_t most_bytes) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, bytes] = first_character(text.substr(at));
        const std::size_t taken = bytes == 0 ? 1 : bytes;
        if (at + taken > most_bytes) {
            out += "\xE2\x80\xA6";
            break;
        }
        if (bytes == 0) {
            out += "\\ufffd";
        } else if (code == '"' || code == '\\') {
            out += '\\';
            out += static_cast<char>(code);
        } else if (must_be_escaped(code)) {
            append_escaped(out, code);
        } else {
            out += text.substr(at, bytes);
        }
        at += taken;
    }
    out += '"';
}

}  // namespace monitoring
