#include "gateway/enforcement/tracked_path.hpp"

#include <string_view>

#include "sql/search_path.hpp"

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
        text = "SELECT " + constant(sql::search_path_text(search_path)) + " AS \"search_path\"";
        plan.command_tag = "SHOW";
    } else if (kind == sql::StatementKind::reset) {
        text = "RESET " + std::string(stand_in);
    } else if (kind == sql::StatementKind::select) {
        text = "SELECT \"pg_catalog\".\"set_config\"('tabir.search_path', " +
               (setting.values.empty() ? "''" : constant(sql::search_path_text(setting.values))) +
               (setting.local ? ", true" : ", false") + ") AS " + doubled(*setting.result_column, '"');
    } else {
        const std::string local = setting.local ? "LOCAL " : "";
        const std::string value =
            setting.values.empty() ? "DEFAULT" : constant(sql::search_path_text(setting.values));
        text = "SET " + local + std::string(stand_in) + " TO " + value;
    }
}

}  // namespace gateway::enforcement
