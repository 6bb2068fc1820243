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

constexpr std::array<std::string_view, 6> comparisons{"=", "<>", "<", "<=", ">", ">="};

bool is_type_of_values(const TypeName* type) {
    if (type == nullptr || type->names == nullptr || type->arrayBounds != nullptr || type->typmods != nullptr)
        return false;
    return std::ranges::find(types_of_values, std::string_view(strVal(llast(type->names)))) !=
           types_of_values.end();
}

bool is_column(const Node* node) { return node != nullptr && IsA(node, ColumnRef); }

bool compares(const A_Expr* expr) {
    return list_length(expr->name) == 1 &&
           std::ranges::find(comparisons, std::string_view(strVal(linitial(expr->name)))) !=
               comparisons.end();
}

class Walk {
public:
    std::vector<std::uint32_t> found;

    void select(SelectStmt* statement) {
        within(reinterpret_cast<Node*>(statement->withClause));
        within(reinterpret_cast<Node*>(statement->targetList));
        const ListCell* c = nullptr;
        foreach (c, statement->fromClause)
            from(static_cast<Node*>(lfirst(c)));
        condition(statement->whereClause);
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
        condition(join->quals);
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

    void condition(Node* node) {
        if (node == nullptr) return;
        if (IsA(node, BoolExpr)) {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<const BoolExpr*>(node)->args)
                condition(static_cast<Node*>(lfirst(c)));
            return;
        }
        if (IsA(node, A_Expr)) return comparison(reinterpret_cast<A_Expr*>(node));
        within(node);
    }

    void comparison(A_Expr* expr) {
        switch (expr->kind) {
            case AEXPR_OP:
            case AEXPR_IN:
                if (compares(expr) && is_column(expr->lexpr)) return values(expr->rexpr);
                if (compares(expr) && is_column(expr->rexpr)) return values(expr->lexpr);
                break;
            case AEXPR_BETWEEN:
            case AEXPR_NOT_BETWEEN:
                if (is_column(expr->lexpr)) return values(expr->rexpr);
                break;
            case AEXPR_DISTINCT:
            case AEXPR_NOT_DISTINCT:
            case AEXPR_LIKE:
            case AEXPR_ILIKE:
            case AEXPR_BETWEEN_SYM:
            case AEXPR_NOT_BETWEEN_SYM:
            case AEXPR_OP_ANY:
            case AEXPR_OP_ALL:
            case AEXPR_NULLIF:
            case AEXPR_SIMILAR: break;
        }
        within(reinterpret_cast<Node*>(expr));
    }

    void values(Node* node) {
        if (node == nullptr) return;
        if (!IsA(node, List)) return value(node);
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<const List*>(node))
            value(static_cast<Node*>(lfirst(c)));
    }

    void value(Node* node) {
        Node* inner = node;
        while (IsA(inner, TypeCast) && is_type_of_values(reinterpret_cast<TypeCast*>(inner)->typeName))
            inner = reinterpret_cast<TypeCast*>(inner)->arg;
        if (!IsA(inner, A_Const)) return within(node);
        const auto* constant = reinterpret_cast<const A_Const*>(inner);
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
