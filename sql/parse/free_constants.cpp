#include "sql/parse/free_constants.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

// As the grammar spells them in the tree. Not the reg types, whose values name objects.
constexpr std::array<std::string_view, 17> types_of_values{
    "bool", "date",    "time",   "timetz", "timestamp", "timestamptz", "uuid", "int2",  "int4",
    "int8", "numeric", "float4", "float8", "text",      "varchar",     "char", "bpchar"};

bool is_type_of_values(const TypeName* type) {
    if (type == nullptr || type->names == nullptr || type->arrayBounds != nullptr) return false;
    return std::ranges::find(types_of_values, std::string_view(strVal(llast(type->names)))) !=
           types_of_values.end();
}

class Walk {
public:
    std::vector<std::uint32_t> found;

    void select(SelectStmt* statement) {
        within(reinterpret_cast<Node*>(statement->withClause));
        within(reinterpret_cast<Node*>(statement->targetList));
        within(statement->havingClause);
        const ListCell* c = nullptr;
        foreach (c, statement->fromClause)
            from(static_cast<Node*>(lfirst(c)));
        compared(statement->whereClause);
        if (statement->larg != nullptr) select(statement->larg);
        if (statement->rarg != nullptr) select(statement->rarg);
    }

private:
    void from(Node* item) {
        if (item == nullptr) return;
        if (!IsA(item, JoinExpr)) return within(item);
        const auto* join = reinterpret_cast<const JoinExpr*>(item);
        from(join->larg);
        from(join->rarg);
        compared(join->quals);
    }

    /// Only the queries inside of it.
    void within(Node* node) {
        if (node == nullptr) return;
        if (IsA(node, SelectStmt)) return select(reinterpret_cast<SelectStmt*>(node));
        raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(step_within), this);
    }
    static bool step_within(Node* node, void* walk) {
        static_cast<Walk*>(walk)->within(node);
        return false;
    }

    void each_compared(const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list)
            compared(static_cast<Node*>(lfirst(c)));
    }

    void compared(Node* node) {
        if (node == nullptr) return;
        switch (nodeTag(node)) {
            case T_A_Const: return constant(reinterpret_cast<const A_Const*>(node));
            case T_A_Expr: return expression(reinterpret_cast<A_Expr*>(node));
            case T_BoolExpr: return each_compared(reinterpret_cast<const BoolExpr*>(node)->args);
            case T_CoalesceExpr: return each_compared(reinterpret_cast<const CoalesceExpr*>(node)->args);
            case T_RowExpr: return each_compared(reinterpret_cast<const RowExpr*>(node)->args);
            case T_List: return each_compared(reinterpret_cast<const List*>(node));
            case T_NullTest: return compared(reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg));
            case T_TypeCast: {
                const auto* cast = reinterpret_cast<const TypeCast*>(node);
                return is_type_of_values(cast->typeName) ? compared(cast->arg) : within(cast->arg);
            }
            case T_SubLink: {
                const auto* link = reinterpret_cast<const SubLink*>(node);
                compared(link->testexpr);
                return within(link->subselect);
            }
            default: return within(node);  // unknown: nothing in it is free
        }
    }

    void expression(A_Expr* expr) {
        switch (expr->kind) {
            case AEXPR_OP:
            case AEXPR_DISTINCT:
            case AEXPR_NOT_DISTINCT:
            case AEXPR_IN:
            case AEXPR_LIKE:
            case AEXPR_ILIKE:
            case AEXPR_BETWEEN:
            case AEXPR_NOT_BETWEEN:
            case AEXPR_BETWEEN_SYM:
            case AEXPR_NOT_BETWEEN_SYM: compared(expr->lexpr); return compared(expr->rexpr);
            case AEXPR_OP_ANY:
            case AEXPR_OP_ALL:
            case AEXPR_NULLIF:
            case AEXPR_SIMILAR: return within(reinterpret_cast<Node*>(expr));
        }
    }

    void constant(const A_Const* constant) {
        if (!constant->isnull && constant->location >= 0)
            found.push_back(static_cast<std::uint32_t>(constant->location));
    }
};

}  // namespace

std::vector<std::uint32_t> free_constants(Node* statement) {
    Walk walk;
    if (IsA(statement, SelectStmt)) walk.select(reinterpret_cast<SelectStmt*>(statement));
    return std::move(walk.found);
}

}  // namespace sql::parse
