#include <algorithm>
#include <iterator>

#include "sql/edits/modify_places.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/row_filter_text.hpp"

#include "sql/parse/pg_nodes.hpp"

// The row filter of what a statement changes goes into its condition. PostgreSQL evaluates the operands of
// AND in the order that it likes: so what could tell of a hidden row stands within CASE WHEN filter THEN ...
// END. The rest stays outside, where indexes serve it.
namespace sql::edits {

Result<void> Rewriter::filter_target(Query& query) {
    const resolve::Modify& modify = *query.modify;
    const FromItem& target = *modify.target;
    const bool looks_at_rows =
        modify.updates || modify.deletes || modify.kind == resolve::Modify::Kind::merge;
    const bool at_cursor = query.node->whereClause != nullptr && IsA(query.node->whereClause, CurrentOfExpr);
    std::string filter;
    if (target.treatment != nullptr && target.treatment->row_filter && looks_at_rows) {
        if (at_cursor) {
            return Error{.code = Errc::unsupported,
                         .message = "WHERE CURRENT OF takes no condition beside it, so the row filter of \"" +
                                    target.relation->name + "\" cannot hold",
                         .hint = "Name the row by its key."};
        }
        auto printed = target_filter(modify);
        if (!printed) return printed.error();
        filter = "(" + *printed + ")";
    }
    std::vector<std::string> pins;
    if (modify.kind != resolve::Modify::Kind::insert) {
        auto held = target_pins(query);
        if (!held) return held.error();
        pins = std::move(*held);
        std::ranges::move(open_pins(query), std::back_inserter(pins));
    }
    if (filter.empty() && pins.empty()) return {};
    return at_cursor ? pin_cursor_row(query, pins) : add_condition(query, filter, pins);
}

Result<std::string> Rewriter::target_filter(const resolve::Modify& modify) {
    const FromItem& target = *modify.target;
    const resolve::ChangedView* through = modify.through ? &*modify.through : nullptr;
    return print_row_filter(*target.treatment->row_filter,
                            through != nullptr ? *through->table : *target.relation, shared_.catalog,
                            shared_.memory, shared_.treatment.user.value_or(std::string()), target.alias,
                            through);
}

Result<void> Rewriter::add_condition(Query& query, const std::string& filter,
                                     const std::vector<std::string>& pins) {
    const resolve::Modify& modify = *query.modify;
    const auto place = condition_place(tokens_, modify, modify.target->range_var->location);
    if (!place) return Error{.code = Errc::verify_failed, .message = "the condition's place was not found"};
    std::string first = filter;
    for (const std::string& pin : pins)
        first += (first.empty() ? "" : " AND ") + pin;
    auto node = parse_expression(first);
    if (!node) return node.error();
    Node** slot = modify.condition;
    if (*slot == nullptr) {
        *slot = *node;
        insert_at(place->begin, "WHERE " + first, print::EditList::Clause::where);
        return {};
    }
    std::vector<Node**> operands;
    if (IsA(*slot, BoolExpr) && reinterpret_cast<BoolExpr*>(*slot)->boolop == AND_EXPR) {
        ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(*slot)->args)
            operands.push_back(reinterpret_cast<Node**>(&c->ptr_value));
    }
    auto pieces = conjuncts(tokens_, *place);
    if (pieces.size() != operands.size()) {
        // Brackets within: it is one condition.
        operands = {slot};
        pieces = {{place->begin, place->end}};
    }
    const bool in_one = operands.size() == 1;
    const auto is_loud = [&](Node** operand) {
        return in_one ? !modify.loud.empty() : std::ranges::find(modify.loud, operand) != modify.loud.end();
    };
    const auto all = tokens_.all();
    Node* condition = *node;
    edits_.insert_before(all[place->begin].begin, first + " AND");
    for (std::size_t i = 0; i < operands.size(); ++i) {
        Node* operand = *operands[i];
        const bool loud = !filter.empty() && is_loud(operands[i]);
        if (loud) {
            auto guarded = behind_filter(operand, filter);
            if (!guarded) return guarded.error();
            operand = *guarded;
        }
        if (loud || in_one) {
            edits_.insert_before(all[pieces[i].first].begin,
                                 loud ? "CASE WHEN " + filter + " THEN (" : std::string("("));
            insert_at(pieces[i].second, loud ? ") END" : ")");
        }
        condition = both(condition, operand);
    }
    *slot = condition;
    return {};
}

Result<Node*> Rewriter::behind_filter(Node* condition, const std::string& filter) {
    auto choice = parse_expression("CASE WHEN " + filter + " THEN NULL END");
    if (!choice) return choice.error();
    auto* first = static_cast<CaseWhen*>(linitial(reinterpret_cast<CaseExpr*>(*choice)->args));
    first->result = reinterpret_cast<Expr*>(condition);
    return *choice;
}

// As the grammar makes it of `left AND right` (makeAndExpr): what is an AND on the left grows.
Node* Rewriter::both(Node* left, Node* right) {
    auto* all = shared_.memory.make<BoolExpr>(T_BoolExpr);
    all->boolop = AND_EXPR;
    all->location = -1;
    if (IsA(left, BoolExpr) && reinterpret_cast<BoolExpr*>(left)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(left)->args)
            all->args = shared_.memory.append(all->args, lfirst(c));
    } else {
        all->args = shared_.memory.append(nullptr, left);
    }
    all->args = shared_.memory.append(all->args, right);
    return reinterpret_cast<Node*>(all);
}

}  // namespace sql::edits
