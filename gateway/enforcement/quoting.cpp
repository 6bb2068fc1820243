#include "gateway/enforcement/quoting.hpp"

namespace gateway::enforcement {
namespace {

std::string doubled(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char byte : text) {
        if (byte == quote) out.push_back(quote);
        out.push_back(byte);
    }
    out.push_back(quote);
    return out;
}

}  // namespace

std::string constant(std::string_view text) {
    auto quoted = doubled(text, '\'');
    if (text.find('\\') == std::string_view::npos) return quoted;
    std::string escaped = "E";
    for (const char byte : quoted) {
        if (byte == '\\') escaped.push_back('\\');
        escaped.push_back(byte);
    }
    return escaped;
}

std::string identifier(std::string_view name) { return doubled(name, '"'); }

}  // namespace gateway::enforcement
