#include "sql/edits/statement_text.hpp"

#include "sql/edits/first_location.hpp"
#include "sql/parse/parse_tree.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

StatementText::StatementText(parse::TreeMemory& memory, const parse::Tokens& tokens, std::size_t begin,
                             std::size_t end, resolve::Resolution& resolution)
    : memory_(memory), tokens_(tokens), begin_(begin), end_(end), found_(resolution) {
    for (const Query& query : found_.queries) {
        if (query.kind == Query::Kind::values) {
            const int first = first_location(static_cast<Node*>(linitial(query.node->valuesLists)));
            if (first >= 0) first_values_.emplace(&query, token_at(first));
        }
        if (query.kind != Query::Kind::select) continue;
        const List* targets = query.node->targetList;
        if (targets == nullptr) {
            if (query.modify == nullptr) bare_.insert(&query);
        } else if (const int first = static_cast<const ResTarget*>(linitial(targets))->location; first >= 0) {
            first_targets_.emplace(&query, token_at(first));
        }
    }
}

void StatementText::replace_tokens(std::size_t first, std::size_t last, std::string text) {
    const auto all = tokens_.all();
    into_->replace(all[first].begin, all[last - 1].end, std::move(text));
}

void StatementText::insert_at(std::size_t token, std::string text, print::EditList::Clause clause) {
    into_->insert_behind(tokens_.all()[token - 1].end, std::move(text), clause);
}

Result<Node*> StatementText::parse_expression(const std::string& text) {
    auto parsed = parse::parse_expression_fragment(memory_, text);
    if (parsed) return parsed->expression;
    const Error& error = parsed.error();
    if (error.code == Errc::too_deep || error.code == Errc::too_large)
        return Error{error.code, error.message};
    return Error{.code = Errc::verify_failed,
                 .message = "Tabir made an expression that is none: " + error.message};
}

Result<void> StatementText::append_grouping(Query& query, const std::vector<std::string>& keys) {
    auto where = places(query);
    if (!where) return where.error();
    std::string text = query.node->groupClause == nullptr ? "GROUP BY " : ", ";
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto node = parse_expression(keys[i]);
        if (!node) return node.error();
        if (!copying_) query.node->groupClause = memory_.append(query.node->groupClause, *node);
        text += (i == 0 ? "" : ", ") + keys[i];
    }
    insert_at(where->grouping_end, std::move(text), print::EditList::Clause::group_by);
    return {};
}

// Brackets keep the client's condition one operand.
Result<void> StatementText::add_where(Query& query, const std::vector<std::string>& conditions) {
    auto where = places(query);
    if (!where) return where.error();
    auto added = conjunction_of(conditions);
    if (!added) return added.error();
    Node*& condition = query.node->whereClause;
    if (condition == nullptr) {
        insert_at(where->where, "WHERE " + added->text, print::EditList::Clause::where);
    } else {
        added->operands = memory_.append(added->operands, condition);
        edits_.insert_before(tokens_.all()[where->where + 1].begin, added->text + " AND (");
        insert_at(where->where_end, ")");
    }
    condition = and_of(added->operands);
    return {};
}

Result<void> StatementText::add_having(Query& query, const std::vector<std::string>& conditions) {
    auto where = places(query);
    if (!where) return where.error();
    auto added = conjunction_of(conditions);
    if (!added) return added.error();
    Node*& condition = query.node->havingClause;
    if (condition == nullptr) {
        insert_at(where->having, "HAVING " + added->text, print::EditList::Clause::having);
        condition = and_of(added->operands);
        return {};
    }
    edits_.insert_before(tokens_.all()[where->having + 1].begin, "CASE WHEN " + added->text + " THEN (");
    insert_at(where->having_end, ") END");
    auto* when = memory_.make<CaseWhen>(T_CaseWhen);
    when->expr = reinterpret_cast<Expr*>(and_of(added->operands));
    when->result = reinterpret_cast<Expr*>(condition);
    auto* choice = memory_.make<CaseExpr>(T_CaseExpr);
    choice->args = memory_.append(nullptr, when);
    condition = reinterpret_cast<Node*>(choice);
    return {};
}

Result<void> StatementText::keep_conditions_out(Query& query) {
    const bool is_outermost = query.place == Query::Place::top && !is_of_view_;
    if (is_outermost || query.node->limitCount != nullptr || query.node->limitOffset != nullptr) return {};
    auto core = core_of(query);
    if (!core) return core.error();
    auto skips_none = parse::parse_select_fragment(memory_, "SELECT OFFSET 0");
    if (!skips_none) return skips_none.error();
    into_->insert_before(tokens_.all()[core->first].begin, "(");
    into_->insert_behind(tokens_.all()[core->second - 1].end, " OFFSET 0)",
                         print::EditList::Clause::wrapping);
    if (copying_) return {};
    query.node->limitOffset = skips_none->select->limitOffset;
    query.node->limitOption = skips_none->select->limitOption;
    return {};
}

Result<StatementText::Conjunction> StatementText::conjunction_of(const std::vector<std::string>& conditions) {
    Conjunction joined;
    for (const std::string& condition : conditions) {
        auto node = parse_expression(condition);
        if (!node) return node.error();
        joined.operands = memory_.append(joined.operands, *node);
        joined.text += (joined.text.empty() ? "" : " AND ") + condition;
    }
    return joined;
}

Node* StatementText::and_of(List* operands) const {
    if (list_length(operands) == 1) return static_cast<Node*>(linitial(operands));
    auto* all = memory_.make<BoolExpr>(T_BoolExpr);
    all->boolop = AND_EXPR;
    all->location = -1;
    all->args = operands;
    return reinterpret_cast<Node*>(all);
}

}  // namespace sql::edits
