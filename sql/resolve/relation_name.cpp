#include "sql/resolve/relation_name.hpp"

#include <algorithm>

#include "sql/parse/pg_nodes.hpp"

namespace sql::resolve {

Result<const Relation*> relation_named(const RangeVar* name, const Catalog& catalog,
                                       const NameContext& names) {
    const Relation* found = nullptr;
    if (name->schemaname != nullptr) {
        found = catalog.relation(name->schemaname, name->relname);
    } else {
        found = catalog.relation("pg_catalog", name->relname);
        for (const std::string& schema : names.search_path) {
            if (found != nullptr) break;
            found = catalog.relation(schema, name->relname);
        }
    }
    if (found != nullptr) return found;
    const std::string schema =
        name->schemaname == nullptr ? std::string() : std::string(name->schemaname) + ".";
    return Error{.code = Errc::undefined_table,
                 .message = "relation \"" + schema + name->relname + "\" does not exist",
                 .offset = static_cast<std::size_t>(std::max(name->location, 0))};
}

}  // namespace sql::resolve
