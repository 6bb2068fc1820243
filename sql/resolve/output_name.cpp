#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

/// How sure PostgreSQL is of a name: a later, surer one wins.
enum class Strength { none, weak, strong };

Strength name_of(const Node* node, std::string& name);

const char* last_string(const List* names) {
    const char* found = nullptr;
    const ListCell* c = nullptr;
    foreach (c, names) {
        if (IsA(static_cast<const Node*>(lfirst(c)), String)) found = strVal(lfirst(c));
    }
    return found;
}

const char* name_of(SQLValueFunctionOp op) {
    switch (op) {
        case SVFOP_CURRENT_DATE: return "current_date";
        case SVFOP_CURRENT_TIME:
        case SVFOP_CURRENT_TIME_N: return "current_time";
        case SVFOP_CURRENT_TIMESTAMP:
        case SVFOP_CURRENT_TIMESTAMP_N: return "current_timestamp";
        case SVFOP_LOCALTIME:
        case SVFOP_LOCALTIME_N: return "localtime";
        case SVFOP_LOCALTIMESTAMP:
        case SVFOP_LOCALTIMESTAMP_N: return "localtimestamp";
        case SVFOP_CURRENT_ROLE: return "current_role";
        case SVFOP_CURRENT_USER: return "current_user";
        case SVFOP_USER: return "user";
        case SVFOP_SESSION_USER: return "session_user";
        case SVFOP_CURRENT_CATALOG: return "current_catalog";
        case SVFOP_CURRENT_SCHEMA: return "current_schema";
    }
    return "?column?";
}

const char* name_of(XmlExprOp op) {
    switch (op) {
        case IS_XMLCONCAT: return "xmlconcat";
        case IS_XMLELEMENT: return "xmlelement";
        case IS_XMLFOREST: return "xmlforest";
        case IS_XMLPARSE: return "xmlparse";
        case IS_XMLPI: return "xmlpi";
        case IS_XMLROOT: return "xmlroot";
        case IS_XMLSERIALIZE: return "xmlserialize";
        case IS_DOCUMENT: return nullptr;  // a boolean without a name
    }
    return nullptr;
}

Strength set(std::string& name, const char* value, Strength strength = Strength::strong) {
    name = value;
    return strength;
}

Strength name_of(const SubLink* link, std::string& name) {
    switch (link->subLinkType) {
        case EXISTS_SUBLINK: return set(name, "exists");
        case ARRAY_SUBLINK: return set(name, "array");
        case EXPR_SUBLINK: {
            const auto* select = reinterpret_cast<const SelectStmt*>(link->subselect);
            while (select->op != SETOP_NONE)
                select = select->larg;
            if (select->targetList == nullptr) return Strength::none;
            const auto* target = static_cast<const ResTarget*>(linitial(select->targetList));
            if (target->name != nullptr) return set(name, target->name);
            return name_of(target->val, name);
        }
        default: return Strength::none;  // the other kinds yield a boolean without a name
    }
}

Strength name_of(const Node* node, std::string& name) {
    if (node == nullptr) return Strength::none;
    switch (nodeTag(node)) {
        case T_ColumnRef: {
            const char* last = last_string(reinterpret_cast<const ColumnRef*>(node)->fields);
            return last == nullptr ? Strength::none : set(name, last);
        }
        case T_A_Indirection: {
            const auto* indirection = reinterpret_cast<const A_Indirection*>(node);
            const char* last = last_string(indirection->indirection);
            return last == nullptr ? name_of(indirection->arg, name) : set(name, last);
        }
        case T_FuncCall: return set(name, last_string(reinterpret_cast<const FuncCall*>(node)->funcname));
        case T_A_Expr:
            return reinterpret_cast<const A_Expr*>(node)->kind == AEXPR_NULLIF ? set(name, "nullif")
                                                                               : Strength::none;
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            const Strength strength = name_of(cast->arg, name);
            if (strength == Strength::strong) return strength;
            return set(name, last_string(cast->typeName->names), Strength::weak);
        }
        case T_CollateClause: return name_of(reinterpret_cast<const CollateClause*>(node)->arg, name);
        case T_GroupingFunc: return set(name, "grouping");
        case T_SubLink: return name_of(reinterpret_cast<const SubLink*>(node), name);
        case T_CaseExpr: {
            const Strength strength = name_of(
                reinterpret_cast<const Node*>(reinterpret_cast<const CaseExpr*>(node)->defresult), name);
            return strength == Strength::strong ? strength : set(name, "case", Strength::weak);
        }
        case T_A_ArrayExpr: return set(name, "array");
        case T_RowExpr: return set(name, "row");
        case T_CoalesceExpr: return set(name, "coalesce");
        case T_MinMaxExpr:
            return set(name,
                       reinterpret_cast<const MinMaxExpr*>(node)->op == IS_GREATEST ? "greatest" : "least");
        case T_SQLValueFunction:
            return set(name, name_of(reinterpret_cast<const SQLValueFunction*>(node)->op));
        case T_XmlExpr: {
            const char* const value = name_of(reinterpret_cast<const XmlExpr*>(node)->op);
            return value == nullptr ? Strength::none : set(name, value);
        }
        case T_XmlSerialize: return set(name, "xmlserialize");
        default: return Strength::none;  // PostgreSQL names no other node
    }
}

}  // namespace

std::string output_name(const ResTarget* target) {
    if (target->name != nullptr) return target->name;
    std::string name;
    return name_of(target->val, name) == Strength::none ? "?column?" : name;
}

}  // namespace sql::resolve
