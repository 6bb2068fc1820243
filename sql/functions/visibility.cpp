#include "sql/functions/visibility.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sql/print/quote.hpp"

namespace sql {
namespace {

/// What an inquiry is about: a system catalog, the column of the schema, and the columns by which one object
/// hides another.
struct Inquiry {
    std::string_view function;
    std::string_view catalog;
    std::string_view schema;
    std::array<std::string_view, 3> name;
};

constexpr std::array<Inquiry, 13> inquiries = {{
    {"pg_collation_is_visible", "pg_collation", "collnamespace", {"collname", "collencoding"}},
    {"pg_conversion_is_visible", "pg_conversion", "connamespace", {"conname"}},
    {"pg_function_is_visible", "pg_proc", "pronamespace", {"proname", "proargtypes"}},
    {"pg_opclass_is_visible", "pg_opclass", "opcnamespace", {"opcname", "opcmethod"}},
    {"pg_operator_is_visible", "pg_operator", "oprnamespace", {"oprname", "oprleft", "oprright"}},
    {"pg_opfamily_is_visible", "pg_opfamily", "opfnamespace", {"opfname", "opfmethod"}},
    {"pg_statistics_obj_is_visible", "pg_statistic_ext", "stxnamespace", {"stxname"}},
    {"pg_table_is_visible", "pg_class", "relnamespace", {"relname"}},
    {"pg_ts_config_is_visible", "pg_ts_config", "cfgnamespace", {"cfgname"}},
    {"pg_ts_dict_is_visible", "pg_ts_dict", "dictnamespace", {"dictname"}},
    {"pg_ts_parser_is_visible", "pg_ts_parser", "prsnamespace", {"prsname"}},
    {"pg_ts_template_is_visible", "pg_ts_template", "tmplnamespace", {"tmplname"}},
    {"pg_type_is_visible", "pg_type", "typnamespace", {"typname"}},
}};

const Inquiry* inquiry_of(std::string_view name) {
    const auto found = std::ranges::find(inquiries, name, &Inquiry::function);
    return found == inquiries.end() ? nullptr : &*found;
}

std::string name_array(std::span<const std::string> schemas) {
    std::string text;
    const auto add = [&text](std::string_view schema) {
        text += (text.empty() ? "ARRAY[" : ", ") + print::quote_string(schema);
    };
    if (std::ranges::find(schemas, "pg_catalog") == schemas.end()) add("pg_catalog");
    for (const std::string& schema : schemas)
        add(schema);
    return text + "]::\"pg_catalog\".\"name\"[]";
}

}  // namespace

bool is_visibility_inquiry(std::string_view name) { return inquiry_of(name) != nullptr; }

std::string visible_objects(std::string_view name, std::span<const std::string> search_path) {
    const Inquiry& about = *inquiry_of(name);
    const auto column = [](std::string_view of) { return "__tabir_o." + print::quote_identifier(of); };
    std::string same;
    for (const std::string_view part : about.name) {
        if (!part.empty()) same += (same.empty() ? "" : ", ") + column(part);
    }
    const std::string path = name_array(search_path);
    return "SELECT DISTINCT ON (" + same + ") __tabir_o.oid FROM " +
           print::quote_qualified("pg_catalog", about.catalog) +
           " AS __tabir_o JOIN \"pg_catalog\".\"pg_namespace\" AS __tabir_n ON __tabir_n.oid = " +
           column(about.schema) + " WHERE __tabir_n.nspname = ANY (" + path + ") ORDER BY " + same +
           ", \"pg_catalog\".\"array_position\"(" + path + ", __tabir_n.nspname)";
}

}  // namespace sql
