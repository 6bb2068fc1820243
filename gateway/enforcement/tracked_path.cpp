#include "gateway/enforcement/tracked_path.hpp"

#include "gateway/enforcement/quoting.hpp"
#include "sql/search_path.hpp"

namespace gateway::enforcement {
void print_tracked_path(const sql::SettingUse& setting, sql::StatementKind kind, const sql::Catalog& catalog,
                        const std::vector<std::string>& search_path, StatementPlan& plan) {
    std::string& text = plan.printed.text;
    if (kind == sql::StatementKind::show) {
        text = "SELECT " + constant(sql::search_path_text(search_path)) + " AS \"search_path\"";
        plan.command_tag = "SHOW";
        return;
    }
    if (kind == sql::StatementKind::reset) {
        text = "RESET \"search_path\"";
        return;
    }
    if (kind == sql::StatementKind::select) {
        const std::string of_backend = constant(sql::backend_search_path(catalog, setting.values));
        const bool none = setting.values == std::vector<std::string>{""};
        text = "SELECT CASE WHEN \"pg_catalog\".\"set_config\"('search_path', " + of_backend +
               (setting.local ? ", true" : ", false") + ") IS NOT NULL THEN " +
               (none ? "''" : constant(sql::search_path_text(setting.values))) + " END AS " +
               identifier(*setting.result_column);
        return;
    }
    text = setting.local ? "SET LOCAL \"search_path\" TO " : "SET \"search_path\" TO ";
    text += setting.values.empty() ? "DEFAULT" : sql::backend_search_path(catalog, setting.values);
}

}  // namespace gateway::enforcement
