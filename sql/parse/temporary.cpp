#include "sql/parse/temporary.hpp"

#include <string_view>
#include <utility>

#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

// catalog/pg_class.h, which is no header of the grammar
constexpr char persistence_permanent = 'p';
constexpr char persistence_temporary = 't';

RangeVar* if_temporary(RangeVar* name) {
    if (name == nullptr || name->catalogname != nullptr) return nullptr;
    const bool in_its_schema = name->schemaname != nullptr && name->schemaname == temporary_schema;
    if (name->relpersistence == persistence_temporary)
        return name->schemaname == nullptr || in_its_schema ? name : nullptr;
    return name->relpersistence == persistence_permanent && in_its_schema ? name : nullptr;
}

}  // namespace

SelectStmt* leftmost(SelectStmt* select) {
    while (select->larg != nullptr)
        select = select->larg;
    return select;
}

WithoutInto::WithoutInto(Node* statement) {
    if (statement == nullptr || nodeTag(statement) != T_SelectStmt) return;
    select_ = leftmost(reinterpret_cast<SelectStmt*>(statement));
    std::swap(into_, select_->intoClause);
}

WithoutInto::~WithoutInto() {
    if (select_ != nullptr) select_->intoClause = into_;
}

RangeVar* temporary_made_by(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_CreateStmt: return if_temporary(reinterpret_cast<const CreateStmt*>(statement)->relation);
        case T_CreateTableAsStmt: {
            const auto* create = reinterpret_cast<const CreateTableAsStmt*>(statement);
            return create->objtype == OBJECT_TABLE ? if_temporary(create->into->rel) : nullptr;
        }
        case T_SelectStmt: {
            auto* select = const_cast<SelectStmt*>(reinterpret_cast<const SelectStmt*>(statement));
            const IntoClause* into = leftmost(select)->intoClause;
            return into == nullptr ? nullptr : if_temporary(into->rel);
        }
        default: return nullptr;  // no other statement makes a table
    }
}

}  // namespace sql::parse
