#include <algorithm>
#include <optional>

#include "sql/edits/absent_people.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/nobody_key.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Queries that merge rows or have no place for a column become sub-selects of one that has:
// a UNION b is SELECT c, array_agg(key) FROM (a UNION ALL b) GROUP BY c.
namespace sql::edits {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

}  // namespace

void Rewriter::begin_wrap(const Wrapping& wrapping) {
    into_->insert_before(tokens_.all()[wrapping.core.first].begin,
                         "SELECT " + joined(wrapping.targets) + " FROM (");
}

// What begin_wrap() has begun: the query becomes `SELECT targets FROM (query) AS row(inner) rest`. ORDER BY,
// LIMIT, WITH stay outside.
Result<void> Rewriter::wrap(Query& query, const Wrapping& wrapping, const std::string& rest) {
    const std::string head = "SELECT " + joined(wrapping.targets) + " FROM (";
    const std::string tail =
        ") AS " + print::quote_identifier(hidden_name('s')) + "(" + joined(wrapping.inner) + ")" + rest;
    into_->insert_behind(tokens_.all()[wrapping.core.second - 1].end, tail,
                         print::EditList::Clause::wrapping);
    if (copying_) return {};

    auto frame = parse::parse_select_fragment(shared_.memory, head + "SELECT 1" + tail);
    if (!frame) return Error{.code = Errc::verify_failed, .message = "Tabir made a query that is none"};
    auto* below = shared_.memory.make<SelectStmt>(T_SelectStmt);
    *below = *query.node;
    below->withClause = nullptr;
    below->sortClause = nullptr;
    below->limitOffset = nullptr;
    below->limitCount = nullptr;
    below->limitOption = LIMIT_OPTION_COUNT;
    below->lockingClause = nullptr;
    static_cast<RangeSubselect*>(linitial(frame->select->fromClause))->subquery =
        reinterpret_cast<Node*>(below);
    SelectStmt outer = *frame->select;
    outer.withClause = query.node->withClause;
    outer.sortClause = query.node->sortClause;
    outer.limitOffset = query.node->limitOffset;
    outer.limitCount = query.node->limitCount;
    outer.limitOption = query.node->limitOption;
    outer.lockingClause = query.node->lockingClause;
    *query.node = outer;
    return {};
}

// With the visible columns of the query: their names within, and as targets under their own names. Asked
// before anything of it is rewritten.
Result<Rewriter::Wrapping> Rewriter::wrapping_of(const Query& query) {
    auto core = core_of(query);
    if (!core) return core.error();
    if (query.open_ended || query.outputs.empty())
        return not_countable("this query", "Name its columns, or join the table in FROM.");
    Wrapping wrapping{.core = *core, .inner = {}, .targets = {}};
    for (const resolve::OutputColumn& output : query.outputs) {
        wrapping.inner.push_back(print::quote_identifier(hidden_name('c')));
        wrapping.targets.push_back(wrapping.inner.back() + " AS " + print::quote_identifier(output.name));
    }
    return wrapping;
}

// UNION, INTERSECT, EXCEPT. `keys` are those of both arms.
Result<void> Rewriter::emit_merged(Query& query, const std::vector<KeyColumn>& wanted,
                                   const std::string& side) {
    auto keys = arm_keys(query);
    if (!keys) return keys.error();
    auto wrapping = wrapping_of(query);
    if (!wrapping) return wrapping.error();
    auto& [core, inner, targets] = *wrapping;
    if (auto done = print_union_all(query); !done) return done;
    const std::vector<std::string> columns = inner;
    for (KeyColumn& key : *keys) {
        key.name = hidden_name('k');
        inner.push_back(print::quote_identifier(key.name));
    }
    std::string rest = " GROUP BY " + joined(columns);
    std::string own_side;
    if (query.node->op != SETOP_UNION) {
        own_side = print::quote_identifier(hidden_name('d'));
        inner.push_back(own_side);
        const std::string both = query.node->op == SETOP_INTERSECT ? " > 0" : " = 0";
        const std::string rows_of = "\"pg_catalog\".\"count\"(*) FILTER (WHERE " + own_side;
        rest += " HAVING " + rows_of + " = 1) > 0 AND " + rows_of + " = 2)" + both;
    }
    std::vector<KeyExpression> expressions;
    for (const KeyColumn& key : *keys) {
        expressions.push_back(
            {key.subject, key.array_depth + 1,
             "\"pg_catalog\".\"array_agg\"(" + print::quote_identifier(key.name) + ")::text", key.searched});
    }
    if (query.node->op == SETOP_EXCEPT) {
        auto absent = absent_from_right(query, columns);
        if (!absent) return absent.error();
        expressions.insert(expressions.end(), absent->begin(), absent->end());
    }
    auto more = key_targets(std::move(expressions), wanted, side);
    if (!more) return more.error();
    targets.insert(targets.end(), more->begin(), more->end());
    // What stands around both arms comes in front of what they put at the same place.
    begin_wrap(*wrapping);
    if (auto done = emit(*query.left, *keys, own_side.empty() ? "" : "1 AS " + own_side); !done) return done;
    if (auto done = emit(*query.right, *keys, own_side.empty() ? "" : "2 AS " + own_side); !done) return done;
    if (!copying_) {
        query.node->op = SETOP_UNION;
        query.node->all = true;
    }
    return wrap(query, *wrapping, rest);
}

// Each row of EXCEPT tells that the right side has no such row.
Result<std::vector<KeyExpression>> Rewriter::absent_from_right(const Query& query,
                                                               const std::vector<std::string>& columns) {
    auto right = signature(*query.right);
    if (!right) return right.error();
    std::vector<KeyExpression> absent;
    for (const KeyColumn& key : *right) {
        const auto same = [&](const KeyExpression& other) { return other.subject == key.subject; };
        if (std::ranges::any_of(absent, same)) continue;
        std::string person = print::quote_string(nobody_key);
        for (std::size_t i = 0; i < columns.size() && query.right->kind == Query::Kind::select; ++i) {
            const resolve::OutputColumn& output = query.right->outputs[i];
            if (output.item != nullptr && output.column >= 0 &&
                asked_.reads_only(*query.right, {{output.item, output.column}}))
                person = (columns.empty() ? std::string() : columns[i]) + "::text";
        }
        if (person == print::quote_string(nobody_key) && !fits_by_equality(found_, counted_, *query.right))
            return tells_too_much_of_nobody(-1);
        absent.push_back({key.subject, 0, person, false});
    }
    return absent;
}

// The operator between both arms.
Result<void> Rewriter::print_union_all(const Query& query) {
    auto left = span_of(*query.left);
    if (!left) return left.error();
    auto right = span_of(*query.right);
    if (!right) return right.error();
    into_->replace(tokens_.all()[left->second].begin, tokens_.all()[right->first - 1].end,
                   std::string("UNION ALL"));
    return {};
}

// SELECT DISTINCT over groups, windows or sets.
Result<void> Rewriter::emit_distinct(Query& query, const std::vector<KeyColumn>& wanted,
                                     const std::string& side) {
    auto own = expressions_of(query);
    if (!own) return own.error();
    auto wrapping = wrapping_of(query);
    if (!wrapping) return wrapping.error();
    auto& [core, inner, targets] = *wrapping;
    const std::string rest = " GROUP BY " + joined(inner);
    std::vector<KeyExpression> expressions;
    std::vector<std::string> below;
    for (const KeyExpression& key : **own) {
        const std::string name = print::quote_identifier(hidden_name('k'));
        auto written = written_out(key.expression);
        if (!written) return written.error();
        below.push_back(*written + " AS " + name);
        inner.push_back(name);
        expressions.push_back({key.subject, key.array_depth + 1,
                               "\"pg_catalog\".\"array_agg\"(" + name + ")::text", key.searched});
    }
    auto more = key_targets(std::move(expressions), wanted, side);
    if (!more) return more.error();
    targets.insert(targets.end(), more->begin(), more->end());
    auto where = places(query);
    if (!where) return where.error();
    const std::optional<std::size_t> distinct_at = where->distinct;
    if (!distinct_at) return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    if (copying_ && query.node->sortClause != nullptr)
        return not_countable("an ordered SELECT DISTINCT in a sub-query", "Leave out its ORDER BY.");
    const parse::Token& distinct = tokens_.all()[*distinct_at];
    into_->replace(distinct.begin, distinct.end, std::string());
    if (auto done = append_targets(query, below); !done) return done;
    if (!copying_) query.node->distinctClause = nullptr;
    begin_wrap(*wrapping);
    return wrap(query, *wrapping, rest);
}

// ORDER BY of a SELECT DISTINCT names its targets, which are columns once it is wrapped. Before names are
// qualified: a key is looked for among the targets as the client wrote both.
Result<void> Rewriter::order_by_ordinals() {
    for (Query& query : found_.queries) {
        if (!is_distinct(query) || !merges_groups(query) || !will_emit(query)) continue;
        auto own = expressions_of(query);
        if (!own) return own.error();
        if ((*own)->empty()) continue;
        if (auto done = order_by_ordinals(query); !done) return done;
    }
    return {};
}

Result<void> Rewriter::order_by_ordinals(Query& query) {
    if (query.node->sortClause == nullptr) return {};
    auto end = end_of(query);
    if (!end) return end.error();
    const auto all = tokens_.all();
    std::size_t i = *end;
    if (i + 1 >= all.size() || !all[i].is_keyword("order"))
        return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    i += 2;
    const ListCell* c = nullptr;
    foreach (c, query.node->sortClause) {
        auto* by = static_cast<SortBy*>(lfirst(c));
        std::size_t last = i;
        while (last < all.size() && !all[last].is_op(",") && !all[last].is_op(")") && !all[last].is_op(";") &&
               !all[last].is_keyword("asc") && !all[last].is_keyword("desc") &&
               !all[last].is_keyword("using") && !all[last].is_keyword("nulls") &&
               !all[last].is_keyword("limit") && !all[last].is_keyword("offset") &&
               !all[last].is_keyword("fetch"))
            last = tokens_.past(last);
        const int ordinal = output_of(query, by->node);
        if (ordinal < 0) return not_countable("this SELECT DISTINCT", "Order it by its columns' names.");
        if (ordinal > 0) {
            edits_.replace(all[i].begin, all[last - 1].end, std::to_string(ordinal));
            was_printed_apart(i, last);
            auto node = parse_expression(std::to_string(ordinal));
            if (!node) return node.error();
            by->node = *node;
        }
        while (last < all.size() && !all[last].is_op(",") && !all[last].is_op(")"))
            ++last;
        i = last + 1;
    }
    return {};
}

// The output that a sort key is: 0 for a name or an ordinal, which mean the same from outside; -1: none.
int Rewriter::output_of(const Query& query, const Node* key) const {
    if (IsA(key, A_Const)) return 0;
    const auto bound = found_.bound.find(key);
    if (IsA(key, ColumnRef) && bound == found_.bound.end()) return 0;
    for (std::size_t i = 0; i < query.outputs.size(); ++i) {
        const resolve::OutputColumn& output = query.outputs[i];
        if (bound != found_.bound.end() && output.item != nullptr && output.item == bound->second.item &&
            output.column == bound->second.column)
            return static_cast<int>(i) + 1;
    }
    if (static_cast<std::size_t>(list_length(query.node->targetList)) < query.outputs.size()) return -1;
    for (std::size_t i = 0; i < query.outputs.size(); ++i) {
        const auto* target =
            static_cast<const ResTarget*>(list_nth(query.node->targetList, static_cast<int>(i)));
        if (shared_.memory.equal(target->val, key)) return static_cast<int>(i) + 1;
    }
    return -1;
}

// VALUES with sub-queries, or beside queries that tell of people. A row tells of those in its own
// sub-queries.
Result<void> Rewriter::emit_values(Query& query, const std::vector<KeyColumn>& wanted,
                                   const std::string& side) {
    auto own = values_keys(query);
    if (!own) return own.error();
    auto wrapping = wrapping_of(query);
    if (!wrapping) return wrapping.error();
    auto& [core, inner, targets] = *wrapping;
    std::vector<KeyExpression> expressions;
    std::vector<std::pair<std::size_t, std::string>> added;  // where the sub-query stands, and its key
    for (const KeyExpression& key : *own) {
        auto place = span_of(*copied_in(key).inner);
        if (!place) return place.error();
        auto written = written_out(key.expression);
        if (!written) return written.error();
        added.emplace_back(place->first, std::move(*written));
        inner.push_back(print::quote_identifier(hidden_name('k')));
        expressions.push_back({key.subject, key.array_depth, inner.back(), key.searched});
    }
    auto more = key_targets(std::move(expressions), wanted, side);
    if (!more) return more.error();
    targets.insert(targets.end(), more->begin(), more->end());
    std::size_t open = core.first + 1;
    ListCell* row = nullptr;
    foreach (row, query.node->valuesLists) {
        const std::size_t close = tokens_.closing(open);
        std::string keys;
        for (const auto& [place, key] : added) {
            const std::string text = open < place && place < close ? key : "NULL::text";
            keys += ", " + text;
            auto node = parse_expression(text);
            if (!node) return node.error();
            if (!copying_) row->ptr_value = shared_.memory.append(static_cast<List*>(row->ptr_value), *node);
        }
        if (!keys.empty()) into_->insert_behind(tokens_.all()[close - 1].end, std::move(keys));
        open = close + 2;
    }
    begin_wrap(*wrapping);
    return wrap(query, *wrapping, {});
}

Result<std::vector<KeyExpression>> Rewriter::values_keys(Query& query) {
    if (const auto found = expressions_.find(&query); found != expressions_.end()) return found->second;
    auto keys = sub_query_keys(query);
    if (keys) expressions_[&query] = *keys;
    return keys;
}

// What a SELECT appends for `wanted`: its own keys where it has such, else NULL, which tells of nobody. A key
// of its own that nobody wants would be people who are shown and not counted.
Result<std::vector<std::string>> Rewriter::key_targets(std::vector<KeyExpression> own,
                                                       const std::vector<KeyColumn>& wanted,
                                                       const std::string& side) {
    std::vector<std::string> targets;
    for (const KeyColumn& key : wanted) {
        const auto same = std::ranges::find_if(
            own, [&](const KeyExpression& expression) { return same_kind(expression, key); });
        std::string expression = "NULL::text";
        if (same != own.end()) {
            auto written = written_out(same->expression);
            if (!written) return written.error();
            expression = std::move(*written);
            own.erase(same);
        }
        targets.push_back(expression + " AS " + print::quote_identifier(key.name));
    }
    if (!own.empty()) return not_countable("the people in a part of this query", "Join the table in FROM.");
    if (!side.empty()) targets.push_back(side);
    return targets;
}

}  // namespace sql::edits
