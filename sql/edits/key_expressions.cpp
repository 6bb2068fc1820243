#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/view_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

std::string collected(const std::string& expression) {
    return "\"pg_catalog\".\"array_agg\"(" + expression + ")::text";
}

/// Window functions that tell of a row only where it stands among the others. Not count: how many others fit
/// a FILTER or a frame tells of them.
bool tells_nobody_else(std::string_view name) {
    static constexpr std::array<std::string_view, 6> names = {"row_number",   "rank",      "dense_rank",
                                                              "percent_rank", "cume_dist", "ntile"};
    return std::ranges::find(names, name) != names.end();
}

bool takes_one_row(std::string_view name) {
    static constexpr std::array<std::string_view, 5> names = {"lag", "lead", "first_value", "last_value",
                                                              "nth_value"};
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

Result<const std::vector<KeyExpression>*> Rewriter::expressions_of(Query& query) {
    if (const auto found = expressions_.find(&query); found != expressions_.end()) return &found->second;
    auto keys = from_keys(query);
    if (!keys) return keys.error();
    const bool distinct =
        query.node->distinctClause != nullptr && linitial(query.node->distinctClause) == nullptr;
    if (query.grouped() || distinct) {
        for (KeyExpression& key : *keys) {
            key.expression = collected(key.expression);
            ++key.array_depth;
        }
    }
    if (query.windows && !keys->empty()) {
        auto twins = window_twins(query, *keys);
        if (!twins) return twins.error();
        keys->insert(keys->end(), twins->begin(), twins->end());
    }
    return &(expressions_[&query] = std::move(*keys));
}

Result<std::vector<KeyExpression>> Rewriter::from_keys(Query& query) {
    std::vector<KeyExpression> keys;
    for (FromItem* item : query.from) {
        auto more = item_keys(*item);
        if (!more) return more;
        keys.insert(keys.end(), more->begin(), more->end());
    }
    auto below = sub_query_keys(query);
    if (!below) return below;
    keys.insert(keys.end(), below->begin(), below->end());
    return keys;
}

Result<std::vector<KeyExpression>> Rewriter::item_keys(FromItem& item) {
    std::vector<KeyExpression> keys;
    const auto named = [&](const std::vector<KeyColumn>& columns) {
        for (const KeyColumn& key : columns) {
            keys.push_back({key.subject, key.array_depth,
                            hidden_owner(item) + "." + print::quote_identifier(key.name), key.searched});
        }
    };
    switch (item.kind) {
        case FromItem::Kind::relation: return relation_keys(item);
        case FromItem::Kind::subselect:
        case FromItem::Kind::cte: {
            auto columns = carried_by(*item.query);
            if (!columns) return columns.error();
            named(*columns);
            return keys;
        }
        case FromItem::Kind::view: {
            auto tokens = parse::Tokens::of(shared_.memory, item.view->text);
            if (!tokens) return tokens.error();
            auto& view = views_[&item];
            view = std::make_unique<ViewText>(*item.view, std::move(*tokens), shared_);
            auto columns = view->rewriter.carry_keys();
            if (!columns) return columns.error();
            for (const KeyColumn& key : *columns)
                item.added.push_back({key.name, print::quote_identifier(key.name)});
            if (columns->empty()) return relation_keys(item);
            named(*columns);
            return keys;
        }
        case FromItem::Kind::join: return join_keys(item);
        case FromItem::Kind::function:
        case FromItem::Kind::merged: break;  // they tell of nobody themselves
    }
    return keys;
}

// Out of a join with an alias the keys of its members come as hidden columns.
Result<std::vector<KeyExpression>> Rewriter::join_keys(FromItem& join) {
    auto keys = item_keys(*join.left);
    if (!keys) return keys;
    auto right = item_keys(*join.right);
    if (!right) return right;
    keys->insert(keys->end(), right->begin(), right->end());
    if (join.alias.empty()) return keys;
    for (KeyExpression& key : *keys) {
        const std::string name = hidden_name('k');
        join.added.push_back({name, key.expression});
        key.expression = hidden_owner(join) + "." + print::quote_identifier(name);
    }
    return keys;
}

Result<std::vector<KeyExpression>> Rewriter::relation_keys(FromItem& item) {
    std::vector<KeyExpression> keys;
    if (!is_counted(item)) return keys;
    for (const SubjectKey& subject : item.treatment->subjects) {
        if (std::ranges::find(shared_.treatment.counted, subject.kind) == shared_.treatment.counted.end())
            continue;
        auto column = key_column(item, subject.column);
        if (!column) return column.error();
        keys.push_back({subject.kind, 0, *column + "::text", shows_searched_only(item)});
    }
    return keys;
}

// The key under its own name where that is shown in clear; otherwise a hidden column at the back.
Result<std::string> Rewriter::key_column(FromItem& item, AttributeNumber number) {
    for (resolve::ItemColumn& column : item.columns) {
        if (column.attribute == nullptr || column.attribute->number != number ||
            column.shown != resolve::Shown::open)
            continue;
        const bool unique = std::ranges::count(item.columns, column.name, &resolve::ItemColumn::name) == 1;
        if (!unique) break;
        column.referenced = true;
        return alias_of(item) + "." + print::quote_identifier(column.name);
    }
    const Column* raw = item.relation->column(number);
    if (raw == nullptr)
        return Error{.code = Errc::not_countable,
                     .message = "the column that names the subject does not exist"};
    if (item.use == FromItem::Use::target) return alias_of(item) + "." + print::quote_identifier(raw->name);
    const std::string name = hidden_name('k');
    item.added.push_back({name, print::quote_identifier(raw->name), raw});
    return hidden_owner(item) + "." + print::quote_identifier(name);
}

// Each window function shows values of other rows: its twin over the keys shows whose.
Result<std::vector<KeyExpression>> Rewriter::window_twins(Query& query,
                                                          const std::vector<KeyExpression>& keys) {
    std::vector<KeyExpression> twins;
    for (const resolve::Call* call : query.calls) {
        if (call->role != resolve::CallRole::window || tells_nobody_else(call->name)) continue;
        const bool aggregate = std::ranges::any_of(shared_.catalog.functions(call->schema, call->name),
                                                   [](const Function* f) { return f->kind == 'a'; });
        const bool one_row = call->schema == "pg_catalog" && takes_one_row(call->name);
        if (!aggregate && !one_row) {
            return Error{.code = Errc::not_countable,
                         .message = "the people that the window function " + call->name +
                                    " would show cannot be counted",
                         .offset = static_cast<std::size_t>(call->node->location)};
        }
        auto over = over_clause(*call);
        if (!over) return over.error();
        std::string rest;
        if (one_row && list_length(call->node->args) > 1) {
            auto argument = second_argument(*call);
            if (!argument) return argument.error();
            rest = ", " + *argument;
        }
        for (const KeyExpression& key : keys) {
            const std::string name = aggregate ? "array_agg" : call->name;
            twins.push_back({key.subject, key.array_depth + (aggregate ? 1 : 0),
                             "\"pg_catalog\"." + print::quote_identifier(name) + "(" + key.expression + rest +
                                 ") OVER " + *over + (aggregate ? "::text" : "")});
        }
    }
    return twins;
}

}  // namespace sql::edits
