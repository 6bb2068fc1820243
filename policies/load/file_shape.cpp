#include "policies/load/file_shape.hpp"

#include <algorithm>

#include "policies/load/yaml_document.hpp"

namespace policies::load {
namespace {

/// Length of the UTF-8 character that begins `text`; 0: there is none (RFC 3629, section 4).
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;   // nothing overlong
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // no surrogates
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;  // nothing above U+10FFFF
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::optional<WrongShape> wrong_shape(std::string_view text) {
    if (text.size() > max_file_bytes) {
        return WrongShape{{1, 1}, "the file is larger than 1 MiB; a policy is a text of some hundred lines"};
    }
    Position at;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '\0') return WrongShape{at, "a NUL byte stands here; save the file as UTF-8 text"};
        const std::size_t length = character_length(text.substr(i));
        if (length == 0) return WrongShape{at, "these bytes are not UTF-8; save the file as UTF-8 text"};
        if (text[i] == '\n') {
            at = {at.line + 1, 1};
        } else {
            at.column += static_cast<int>(length);
        }
        i += length;
    }
    return std::nullopt;
}

}  // namespace policies::load
