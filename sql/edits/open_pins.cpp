#include <algorithm>

#include "sql/edits/rewriter.hpp"
#include "sql/pins.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// A relation of which nothing is hidden is printed as it is. Only its name must not come to mean another one:
// each WHERE says so of the relations in its FROM.
Result<void> Rewriter::pin_open_relations() {
    for (Query& query : found_.queries) {
        if (query.kind != Query::Kind::select) continue;
        std::vector<std::string> conditions;
        const FromItem* first = nullptr;
        for (const FromItem* item : query.leaves) {
            if (item->kind != FromItem::Kind::relation || item->treatment != nullptr ||
                !can_be_renamed(*item->relation))
                continue;
            if (first == nullptr) first = item;
            std::string pin = open_pin(*item->relation);
            if (std::ranges::find(conditions, pin) == conditions.end()) conditions.push_back(std::move(pin));
        }
        if (conditions.empty()) continue;
        if (auto done = add_condition(query, *first, conditions); !done) return done;
    }
    return {};
}

Result<void> Rewriter::add_condition(Query& query, const FromItem& item,
                                     const std::vector<std::string>& conditions) {
    std::string text;
    List* operands = nullptr;
    for (const std::string& condition : conditions) {
        auto node = parse_expression(condition);
        if (!node) return node.error();
        operands = shared_.memory.append(operands, *node);
        text += (text.empty() ? "" : " AND ") + condition;
    }
    const std::size_t named = token_at(item.range_var->location);
    if (is_table_command(query)) {
        const std::size_t last = named + (item.range_var->schemaname != nullptr ? 3 : 1);
        replace_tokens(named - 1, named, "SELECT * FROM");
        insert_at(last, "WHERE " + text);
    } else {
        const WherePlace place = where_place_of(tokens_, static_cast<std::size_t>(item.range_var->location));
        if (query.node->whereClause == nullptr) {
            insert_at(place.where, "WHERE " + text);
        } else {
            // Brackets keep the client's condition one operand.
            operands = shared_.memory.append(operands, query.node->whereClause);
            edits_.insert_before(tokens_.all()[place.where + 1].begin, text + " AND (");
            insert_at(place.where_end, ")");
        }
    }
    if (list_length(operands) == 1) {
        query.node->whereClause = static_cast<Node*>(linitial(operands));
        return {};
    }
    auto* all = shared_.memory.make<BoolExpr>(T_BoolExpr);
    all->boolop = AND_EXPR;
    all->location = -1;
    all->args = operands;
    query.node->whereClause = reinterpret_cast<Node*>(all);
    return {};
}

}  // namespace sql::edits
