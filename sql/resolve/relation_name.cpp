#include "sql/resolve/relation_name.hpp"

#include <algorithm>

#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::resolve {

const Relation* find_unqualified(std::string_view name, const Catalog& catalog, const NameContext& names) {
    const auto& path = names.search_path;
    const Relation* found = nullptr;
    if (names.temporary && std::ranges::find(path, temporary_schema) == path.end())
        found = catalog.relation(temporary_schema, name);
    if (found == nullptr) found = catalog.relation("pg_catalog", name);
    for (const std::string& schema : path) {
        if (found != nullptr) break;
        found = catalog.relation(schema, name);
    }
    return found;
}

Result<const Relation*> relation_named(const RangeVar* name, const Catalog& catalog,
                                       const NameContext& names) {
    const Relation* found = name->schemaname != nullptr ? catalog.relation(name->schemaname, name->relname)
                                                        : find_unqualified(name->relname, catalog, names);
    if (found != nullptr) return found;
    const std::string schema =
        name->schemaname == nullptr ? std::string() : std::string(name->schemaname) + ".";
    return Error{.code = Errc::undefined_table,
                 .message = "relation \"" + schema + name->relname + "\" does not exist",
                 .offset = static_cast<std::size_t>(std::max(name->location, 0))};
}

}  // namespace sql::resolve
