// Temporary tables of the session's own. Part of Walk.

#include <algorithm>

#include "sql/parse/own_expression.hpp"
#include "sql/temporary.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// In pg_temp, and by a name that no function of the database looks for.
bool is_own_name(const char* schema, const char* name) {
    return schema != nullptr && schema == temporary_schema && !client_name_of(name).empty();
}

Result<void> check_made(const RangeVar* name) {
    if (name->catalogname != nullptr || !is_own_name(name->schemaname, name->relname))
        return defect("a table is made that is no temporary one of the session's own");
    return {};
}

// Constraints that run no function of the database, but in defaults, which are looked at apart.
bool is_plain_constraint(const Constraint* constraint) {
    switch (constraint->contype) {
        case CONSTR_NULL:
        case CONSTR_NOTNULL:
        case CONSTR_DEFAULT: return true;
        case CONSTR_IDENTITY: return constraint->options == nullptr;
        case CONSTR_PRIMARY:
        case CONSTR_UNIQUE:  // a name would be an index's, in pg_temp
            return constraint->conname == nullptr && constraint->options == nullptr &&
                   constraint->indexspace == nullptr;
        default: return false;  // unknown means no
    }
}

bool are_plain(const List* constraints) {
    for (int i = 0; i < list_length(constraints); ++i) {
        const auto* one = static_cast<const Node*>(list_nth(constraints, i));
        if (nodeTag(one) != T_Constraint || !is_plain_constraint(reinterpret_cast<const Constraint*>(one)))
            return false;
    }
    return true;
}

}  // namespace

const Relation* Walk::named(const RangeVar* name) const {
    const Relation* found = catalog_.relation(name->schemaname, name->relname);
    if (found == nullptr || !found->temporary()) return found;
    return is_own_name(name->schemaname, name->relname) ? found : nullptr;
}

Result<void> Walk::create(CreateStmt* create) {
    if (auto done = check_made(create->relation); !done) return done;
    if (create->inhRelations != nullptr || create->partbound != nullptr || create->partspec != nullptr ||
        create->ofTypename != nullptr || create->options != nullptr || create->tablespacename != nullptr ||
        create->accessMethod != nullptr || !are_plain(create->constraints))
        return defect("a temporary table of a form that is not known");
    for (int i = 0; i < list_length(create->tableElts); ++i) {
        auto* element = static_cast<Node*>(list_nth(create->tableElts, i));
        if (nodeTag(element) == T_Constraint && is_plain_constraint(reinterpret_cast<Constraint*>(element)))
            continue;
        if (nodeTag(element) != T_ColumnDef)
            return defect("a temporary table with more than columns and plain constraints");
        const auto* column = reinterpret_cast<ColumnDef*>(element);
        if (!are_plain(column->constraints) || column->fdwoptions != nullptr)
            return defect("a column of a temporary table of a form that is not known");
        for (int k = 0; k < list_length(column->constraints); ++k) {
            const auto* constraint = static_cast<Constraint*>(list_nth(column->constraints, k));
            if (auto done = node(constraint->raw_expr, Scope{}); !done) return done;
        }
    }
    return {};
}

Result<void> Walk::create_as(CreateTableAsStmt* create) {
    const IntoClause* into = create->into;
    if (auto done = check_made(into->rel); !done) return done;
    if (create->objtype != OBJECT_TABLE || nodeTag(create->query) != T_SelectStmt ||
        into->accessMethod != nullptr || into->options != nullptr || into->tableSpaceName != nullptr ||
        into->viewQuery != nullptr)
        return defect("a temporary table of a form that is not known");
    if (into->skipData) runs_ = false;
    return select(reinterpret_cast<SelectStmt*>(create->query), nullptr);
}

// What an index or a constraint keeps and computes again whenever rows change.
Result<void> Walk::kept(Node* expression) {
    if (expression == nullptr) return {};
    if (!parse::is_own_expression(memory_, expression))
        return defect("a temporary table keeps an expression over more than its columns");
    return node(expression, Scope{});
}

Result<void> Walk::index(const IndexStmt* index) {
    const RangeVar* table = index->relation;
    if (table->catalogname != nullptr || !is_own_name(table->schemaname, table->relname))
        return defect("an index of a table that is no temporary one of the session's own");
    if (index->idxname != nullptr && client_name_of(index->idxname).empty())
        return defect("an index by a name that the client chose");
    if (index->options != nullptr || index->tableSpace != nullptr || index->concurrent ||
        index->excludeOpNames != nullptr || index->isconstraint || index->primary)
        return defect("an index of a form that is not known");
    for (const List* elements : {index->indexParams, index->indexIncludingParams}) {
        for (int i = 0; i < list_length(elements); ++i) {
            const auto* element = static_cast<const IndexElem*>(list_nth(elements, i));
            const List* class_name = element->opclass;
            if (element->opclassopts != nullptr ||
                (class_name != nullptr && (list_length(class_name) != 2 ||
                                           std::string_view(strVal(linitial(class_name))) != "pg_catalog")))
                return defect("an index of an operator class that is not known");
            if (auto done = kept(element->expr); !done) return done;
        }
    }
    return kept(index->whereClause);
}

// Without a table it would speak of all that there are.
Result<void> Walk::analyze(const VacuumStmt* analyze) const {
    if (analyze->is_vacuumcmd || analyze->options != nullptr || analyze->rels == nullptr)
        return defect("ANALYZE of a form that is not known");
    for (int i = 0; i < list_length(analyze->rels); ++i) {
        const auto* name = static_cast<const VacuumRelation*>(list_nth(analyze->rels, i))->relation;
        if (name->catalogname != nullptr || !is_own_name(name->schemaname, name->relname))
            return defect("a table is analyzed that is no temporary one of the session's own");
    }
    return {};
}

Result<void> Walk::drop(const DropStmt* drop) const {
    if (drop->removeType != OBJECT_TABLE && drop->removeType != OBJECT_INDEX)
        return defect("something else than a table or an index is dropped");
    for (int i = 0; i < list_length(drop->objects); ++i) {
        const auto* parts = static_cast<const List*>(list_nth(drop->objects, i));
        if (list_length(parts) != 2 || !is_own_name(strVal(linitial(parts)), strVal(llast(parts))))
            return defect("a table is dropped that is no temporary one of the session's own");
    }
    return {};
}

Result<void> Walk::truncate(const TruncateStmt* truncate) const {
    for (int i = 0; i < list_length(truncate->relations); ++i) {
        const auto* name = static_cast<const RangeVar*>(list_nth(truncate->relations, i));
        if (name->catalogname != nullptr || !is_own_name(name->schemaname, name->relname))
            return defect("a table is truncated that is no temporary one of the session's own");
    }
    return {};
}

}  // namespace sql::verify
