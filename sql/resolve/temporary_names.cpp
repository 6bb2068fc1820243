#include "sql/resolve/temporary_names.hpp"

#include "sql/resolve/relation_name.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::resolve {
namespace {

/// nullopt: not a temporary table of the session's own, and not one that it could have.
std::optional<std::string> stored_name(const List* parts, bool may_be_missing, const Catalog& catalog,
                                       const NameContext& names) {
    const std::string name = strVal(llast(parts));
    const Relation* found = nullptr;
    switch (list_length(parts)) {
        case 1: found = find_unqualified(name, catalog, names); break;
        case 2:
            if (strVal(linitial(parts)) != temporary_schema) return std::nullopt;
            found = catalog.relation(temporary_schema, name);
            break;
        default: return std::nullopt;  // of another database
    }
    if (found != nullptr) return found->temporary() ? std::optional(found->stored_name) : std::nullopt;
    if (!may_be_missing) return std::nullopt;
    const auto stored = stored_name_of(name);
    return stored ? std::optional(*stored) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> temporary_dropped(const DropStmt* drop, const Catalog& catalog,
                                                          const NameContext& names) {
    if (drop->removeType != OBJECT_TABLE) return std::nullopt;
    std::vector<std::string> dropped;
    for (int i = 0; i < list_length(drop->objects); ++i) {
        auto one = stored_name(static_cast<const List*>(list_nth(drop->objects, i)), drop->missing_ok,
                               catalog, names);
        if (!one) return std::nullopt;
        dropped.push_back(std::move(*one));
    }
    return dropped;
}

bool truncates_temporary(const TruncateStmt* truncate, const Catalog& catalog, const NameContext& names) {
    for (int i = 0; i < list_length(truncate->relations); ++i) {
        const auto found =
            relation_named(static_cast<const RangeVar*>(list_nth(truncate->relations, i)), catalog, names);
        if (!found || !(*found)->temporary()) return false;
    }
    return true;
}

}  // namespace sql::resolve
