#include "gateway/enforcement/tracked_path.hpp"

#include <cctype>
#include <string_view>

namespace gateway::enforcement {
namespace {

constexpr std::string_view stand_in = "\"tabir\".\"search_path\"";

std::string doubled(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char byte : text) {
        if (byte == quote) out.push_back(quote);
        out.push_back(byte);
    }
    out.push_back(quote);
    return out;
}

bool needs_quotes(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return true;
    for (const char byte : name) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
        if (!plain) return true;
    }
    return false;
}

/// As SHOW search_path says it: public, "My Schema".
std::string path_text(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        if (!text.empty()) text += ", ";
        text += needs_quotes(name) ? doubled(name, '"') : name;
    }
    return text.empty() ? "\"\"" : text;
}

/// A constant whose meaning hangs on no setting.
std::string constant(const std::string& text) {
    auto quoted = doubled(text, '\'');
    if (text.find('\\') == std::string::npos) return quoted;
    std::string escaped = "E";
    for (const char byte : quoted) {
        if (byte == '\\') escaped.push_back('\\');
        escaped.push_back(byte);
    }
    return escaped;
}

}  // namespace

void print_tracked_path(const sql::SettingUse& setting, sql::StatementKind kind,
                        const std::vector<std::string>& search_path, StatementPlan& plan) {
    std::string& text = plan.printed.text;
    if (kind == sql::StatementKind::show) {
        text = "SELECT " + constant(path_text(search_path)) + " AS \"search_path\"";
        plan.command_tag = "SHOW";
    } else if (kind == sql::StatementKind::reset) {
        text = "RESET " + std::string(stand_in);
    } else {
        const std::string local = setting.local ? "LOCAL " : "";
        const std::string value = setting.values.empty() ? "DEFAULT" : constant(path_text(setting.values));
        text = "SET " + local + std::string(stand_in) + " TO " + value;
    }
}

}  // namespace gateway::enforcement
