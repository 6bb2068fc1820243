#include "sql/resolve/temporary_names.hpp"

#include <algorithm>

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

// Which indexes there are is not known. A name that a session with temporary tables drops is taken for one of
// theirs: only those can be.
std::optional<std::string> stored_index_name(const List* parts, const NameContext& names) {
    const bool qualified = list_length(parts) == 2 && strVal(linitial(parts)) == temporary_schema;
    if (!names.temporary || (list_length(parts) != 1 && !qualified)) return std::nullopt;
    const auto stored = stored_name_of(strVal(llast(parts)));
    return stored ? std::optional(*stored) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> temporary_dropped(const DropStmt* drop, const Catalog& catalog,
                                                          const NameContext& names) {
    const bool index = drop->removeType == OBJECT_INDEX;
    if (!index && drop->removeType != OBJECT_TABLE) return std::nullopt;
    std::vector<std::string> dropped;
    for (int i = 0; i < list_length(drop->objects); ++i) {
        const auto* parts = static_cast<const List*>(list_nth(drop->objects, i));
        auto one =
            index ? stored_index_name(parts, names) : stored_name(parts, drop->missing_ok, catalog, names);
        if (!one) return std::nullopt;
        dropped.push_back(std::move(*one));
    }
    return dropped;
}

std::vector<RangeVar*> altered_by(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_IndexStmt: return {reinterpret_cast<const IndexStmt*>(statement)->relation};
        case T_VacuumStmt: {
            const auto* vacuum = reinterpret_cast<const VacuumStmt*>(statement);
            std::vector<RangeVar*> tables;
            for (int i = 0; !vacuum->is_vacuumcmd && i < list_length(vacuum->rels); ++i)
                tables.push_back(static_cast<VacuumRelation*>(list_nth(vacuum->rels, i))->relation);
            return tables;
        }
        case T_AlterTableStmt: {
            const auto* alter = reinterpret_cast<const AlterTableStmt*>(statement);
            if (alter->objtype != OBJECT_TABLE) return {};
            return {alter->relation};
        }
        case T_RenameStmt: {
            const auto* rename = reinterpret_cast<const RenameStmt*>(statement);
            if (rename->renameType == OBJECT_TABLE ||
                (rename->renameType == OBJECT_COLUMN && rename->relationType == OBJECT_TABLE))
                return {rename->relation};
            return {};
        }
        default: return {};  // changes no table's form
    }
}

bool are_temporary(const std::vector<RangeVar*>& altered, const Catalog& catalog, const NameContext& names) {
    return !altered.empty() && std::ranges::all_of(altered, [&](const RangeVar* name) {
        const auto found = relation_named(name, catalog, names);
        return name->catalogname == nullptr && found && (*found)->temporary();
    });
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
