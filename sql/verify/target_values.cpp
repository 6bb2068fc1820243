// Conditions behind the row filter, and values that could be masks.

#include <algorithm>
#include <array>

#include "sql/edits/row_filter_text.hpp"
#include "sql/parse/child_slots.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/pins.hpp"
#include "sql/print/quote.hpp"
#include "sql/stored_values.hpp"
#include "sql/verify/every_node.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/target.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

/// CASE WHEN a THEN b [ELSE c] END, and nothing more.
const CaseWhen* only_branch(const CaseExpr* choice) {
    if (choice->arg != nullptr || list_length(choice->args) != 1) return nullptr;
    return static_cast<const CaseWhen*>(linitial(choice->args));
}

bool is_value(const Node* node) {
    return nodeTag(node) == T_A_Const || nodeTag(node) == T_ParamRef ||
           (nodeTag(node) == T_TypeCast && is_value(reinterpret_cast<const TypeCast*>(node)->arg));
}

/// The value that is written, and the column over which it is.
struct Parts {
    Node* value = nullptr;
    const Node* current = nullptr;
};

/// CASE WHEN value as stored IS NOT DISTINCT FROM mask THEN current ... value::type END
Parts parts_of_choice(const Node* node) {
    if (nodeTag(node) != T_CaseExpr) return {};
    const auto* choice = reinterpret_cast<const CaseExpr*>(node);
    const auto* first = static_cast<const CaseWhen*>(linitial(choice->args));
    const auto* last = static_cast<const CaseWhen*>(llast(choice->args));
    const auto* value =
        reinterpret_cast<const Node*>(choice->defresult != nullptr ? choice->defresult : last->result);
    if (choice->arg != nullptr || nodeTag(value) != T_TypeCast) return {};
    return {reinterpret_cast<const TypeCast*>(value)->arg, reinterpret_cast<const Node*>(first->result)};
}

/// (SELECT ... FROM (SELECT value::type AS new, current AS old OFFSET 0) AS both)
Parts parts_of_query(const Node* node) {
    if (nodeTag(node) != T_SubLink) return {};
    const auto* query =
        reinterpret_cast<const SelectStmt*>(reinterpret_cast<const SubLink*>(node)->subselect);
    if (list_length(query->fromClause) != 1) return {};
    const auto* both = static_cast<const RangeSubselect*>(linitial(query->fromClause));
    if (nodeTag(both) != T_RangeSubselect) return {};
    const List* columns = reinterpret_cast<const SelectStmt*>(both->subquery)->targetList;
    if (list_length(columns) != 2) return {};
    const Node* value = static_cast<const ResTarget*>(linitial(columns))->val;
    if (value == nullptr || nodeTag(value) != T_TypeCast) return {};
    return {reinterpret_cast<const TypeCast*>(value)->arg,
            static_cast<const ResTarget*>(lsecond(columns))->val};
}

/// `value` wherever "__tabir_value" stands in the tree.
void put_in_place(Node** slot, Node* value) {
    if (*slot == nullptr) return;
    if (nodeTag(*slot) == T_ColumnRef) {
        const List* fields = reinterpret_cast<const ColumnRef*>(*slot)->fields;
        if (nodeTag(llast(fields)) == T_String && std::string_view(strVal(llast(fields))) == "__tabir_value")
            *slot = value;
        return;
    }
    std::vector<Node**> children;
    parse::collect_child_slots(*slot, children);
    for (Node** child : children)
        put_in_place(child, value);
}

/// SET name = value, and SET (a, b) = ROW (x, y).
Node* value_of(const ResTarget* target) {
    if (nodeTag(target->val) != T_MultiAssignRef) return target->val;
    const auto* part = reinterpret_cast<const MultiAssignRef*>(target->val);
    if (nodeTag(part->source) != T_RowExpr) return target->val;
    const List* values = reinterpret_cast<const RowExpr*>(part->source)->args;
    return part->colno <= list_length(values) ? static_cast<Node*>(list_nth(values, part->colno - 1))
                                              : target->val;
}

}  // namespace

Result<std::vector<Node*>> Target::behind_filter(Node* condition) {
    std::vector<Node*> operands = operands_of(condition);
    std::erase_if(operands, [this](const Node* operand) { return pinned_by(memory_, catalog_, operand); });
    if (treated_ == nullptr || !treated_->row_filter) return operands;

    const Error missing = defect("the row filter of \"" + relation_.name + "\" is missing");
    auto text =
        edits::print_row_filter(*treated_->row_filter, through_ != nullptr ? *through_->table : relation_,
                                catalog_, memory_, treatment_.user.value_or(""), alias_, through_);
    if (!text) return text.error();
    auto filter = parse::parse_expression_fragment(memory_, "(" + *text + ")");
    if (!filter) return filter.error();
    for (const Column* column : named_columns(relation_, filter->expression))
        named_.insert(column);
    const std::vector<Node*> expected = operands_of(filter->expression);
    if (operands.size() < expected.size()) return missing;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!memory_.equal(operands[i], expected[i])) return missing;
    }
    std::vector<Node*> rest;
    for (std::size_t i = expected.size(); i < operands.size(); ++i) {
        Node* operand = operands[i];
        if (nodeTag(operand) == T_CaseExpr) {
            const auto* choice = reinterpret_cast<CaseExpr*>(operand);
            const CaseWhen* when = only_branch(choice);
            if (when == nullptr || choice->defresult != nullptr ||
                !memory_.equal(reinterpret_cast<const Node*>(when->expr), filter->expression))
                return missing;
            rest.push_back(reinterpret_cast<Node*>(when->result));
        } else if (is_quiet(operand)) {
            rest.push_back(operand);
        } else {
            return defect("a condition could tell of rows that the filter of \"" + relation_.name +
                          "\" hides");
        }
    }
    return rest;
}

// Comparisons of columns and constants: whatever order PostgreSQL evaluates them in, none can fail.
bool Target::is_quiet(Node* node) {
    if (node == nullptr) return true;
    switch (nodeTag(node)) {
        case T_BoolExpr: {
            const List* args = reinterpret_cast<BoolExpr*>(node)->args;
            for (int i = 0; i < list_length(args); ++i) {
                if (!is_quiet(static_cast<Node*>(list_nth(args, i)))) return false;
            }
            return true;
        }
        case T_NullTest:
            return is_quiet_operand(reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg));
        case T_BooleanTest:
            return is_quiet(reinterpret_cast<Node*>(reinterpret_cast<BooleanTest*>(node)->arg));
        case T_A_Expr: {
            constexpr std::array<std::string_view, 6> comparisons = {"=", "<>", "<", ">", "<=", ">="};
            const auto* expr = reinterpret_cast<A_Expr*>(node);
            switch (expr->kind) {
                case AEXPR_OP:
                case AEXPR_OP_ANY:
                case AEXPR_OP_ALL:
                case AEXPR_IN:
                    if (expr->lexpr == nullptr || list_length(expr->name) != 1 ||
                        std::ranges::find(comparisons, std::string_view(strVal(linitial(expr->name)))) ==
                            comparisons.end())
                        return false;
                    break;
                case AEXPR_DISTINCT:
                case AEXPR_NOT_DISTINCT:
                case AEXPR_BETWEEN:
                case AEXPR_NOT_BETWEEN: break;
                default: return false;  // LIKE and its kind may fail
            }
            return is_quiet_operand(expr->lexpr) && is_quiet_operand(expr->rexpr);
        }
        default: return is_quiet_operand(node);
    }
}

bool Target::is_quiet_operand(const Node* node) {
    if (node == nullptr) return false;
    switch (nodeTag(node)) {
        case T_A_Const:
        case T_ParamRef:
        case T_ColumnRef:
        case T_SQLValueFunction: return true;
        case T_List: {
            const auto* list = reinterpret_cast<const List*>(node);
            for (int i = 0; i < list_length(list); ++i) {
                if (!is_quiet_operand(static_cast<const Node*>(list_nth(list, i)))) return false;
            }
            return true;
        }
        case T_TypeCast:
            if (is_value(node)) return true;
            break;
        default: break;
    }
    const Level level;
    return is_mask(const_cast<Node*>(node), level);
}

Result<void> Target::assigned(ResTarget* target, const Level& level) {
    if (auto done = list(target->indirection, level); !done) return done;
    Node* value = value_of(target);
    const Column* column = relation_.column(std::string_view(target->name));
    if (column == nullptr) return defect("a column that is not known is changed");
    const bool masked = treated_ != nullptr && treated_->saved_mask(column->number) != nullptr;
    if (!masked && is_open(*column)) return expression(value, level);
    if (!masked && target->indirection != nullptr)
        return defect("a part is written beside those of \"" + column->name + "\", which is not shown");
    own_ = column;
    Result<void> done;
    if (Node* kept = value_kept_by(value, level)) {
        done = expression(kept, level);
    } else if (masked && is_value(value)) {
        done = defect("a mask could be written over the real value of \"" + column->name + "\"");
    } else {
        done = expression(value, level);
    }
    own_ = nullptr;
    return done;
}

// The column as `node` spells it, where that is the one that is assigned.
const ColumnRef* Target::own_column(const Node* node, const Level& level) const {
    if (node == nullptr || nodeTag(node) != T_ColumnRef) return nullptr;
    const auto* reference = reinterpret_cast<const ColumnRef*>(node);
    const auto found = find(reference, level);
    return found && found->column == own_ && !found->excluded ? reference : nullptr;
}

// What stored_value() makes of a value; nullptr: this is none.
Node* Target::value_kept_by(Node* node, const Level& level) const {
    const Mask* mask = treated_ == nullptr ? nullptr : treated_->saved_mask(own_->number);
    if (mask == nullptr) return nullptr;
    Parts parts = parts_of_choice(node);
    const auto said = parts.value == nullptr ? SaidAs::one_value : SaidAs::same_value;
    if (parts.value == nullptr) parts = parts_of_query(node);
    const ColumnRef* current = parts.value == nullptr ? nullptr : own_column(parts.current, level);
    if (current == nullptr) return nullptr;
    const char* const place = "\"__tabir_value\"";
    auto text = stored_value(*mask, *own_, place, spelled(current), catalog_, said);
    if (!text) return nullptr;
    auto expected = parse::parse_expression_fragment(memory_, *text);
    if (!expected) return nullptr;
    Node* tree = expected->expression;
    put_in_place(&tree, parts.value);
    return memory_.equal(node, tree) ? parts.value : nullptr;
}

}  // namespace sql::verify
