#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/absent_people.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/everybody.hpp"
#include "sql/edits/nobody_key.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/shown_rows.hpp"
#include "sql/edits/view_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr std::size_t most_keys = 400;  // of one query level

std::string collected(const std::string& expression) {
    return "\"pg_catalog\".\"array_agg\"(" + expression + ")::text";
}

/// GROUP BY makes a group of rows that are there; without it, and for grouping sets, there may be none.
bool groups_hold_rows(const SelectStmt* select) {
    return select->groupClause != nullptr && !groups_by_sets(select);
}

}  // namespace

Result<const std::vector<KeyExpression>*> Rewriter::expressions_of(Query& query) {
    if (const auto found = expressions_.find(&query); found != expressions_.end()) return &found->second;
    if (counts_everybody(query, shared_.catalog, shared_.treatment)) {
        for (const FromItem& item : found_.items) {
            if (item.kind == FromItem::Kind::relation && resolve::is_inside(item.level, query))
                shared_.entered.merge(counted_subjects(shared_.treatment, item.treatment));
        }
        unskipped_[&query] = 0;
        return &(expressions_[&query] = {});
    }
    auto keys = from_keys(query);
    if (!keys) return keys.error();
    if (query.grouped()) {
        // Aggregates over no rows at all are an answer, too.
        const bool may_be_empty = !groups_hold_rows(query.node);
        if (may_be_empty && !keys->empty() && !may_tell_of_nobody(query)) return tells_too_much_of_nobody(-1);
        for (KeyExpression& key : *keys) {
            // A sub-query's people would be collected once for each row of the group.
            if (key.same_in_every_row) continue;
            key.expression = collected(key.expression);
            ++key.array_depth;
            if (may_be_empty)
                key.expression = key_or_nobody(std::move(key.expression), key.array_depth, std::nullopt,
                                               asked_.is_correlated(query) ? 0 : ++shared_.hidden_names);
        }
    }
    if (query.windows && !keys->empty()) {
        auto twins = window_twins(query, *keys);
        if (!twins) return twins.error();
        keys->insert(keys->end(), twins->begin(), twins->end());
    }
    auto skipped = skipped_keys(query, *keys);
    if (!skipped) return skipped.error();
    unskipped_[&query] = keys->size();
    keys->insert(keys->end(), skipped->begin(), skipped->end());
    if (keys->size() > most_keys) return too_many_keys();
    return &(expressions_[&query] = std::move(*keys));
}

// An aggregate over no rows, of a query after LATERAL. Of those in expressions the query around them is
// asked.
bool Rewriter::may_tell_of_nobody(const Query& query) const {
    if (query.place == Query::Place::expression || !asked_.is_correlated(query) ||
        fits_by_equality(found_, counted_, query))
        return true;
    return std::ranges::any_of(found_.items, [&](const FromItem& item) {
        return item.kind == FromItem::Kind::subselect && item.query == &query &&
               (asked_.person_asked_for(query, *item.level) || shows_every_row(found_, *item.level, item));
    });
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

// The empty side of an outer join tells that nobody fits.
Result<std::vector<KeyExpression>> Rewriter::with_absence(const FromItem& item,
                                                          Result<std::vector<KeyExpression>> keys) {
    if (!keys || keys->empty()) return keys;
    const Absence absence = asked_.absence_of(item);
    if (absence.joins.empty()) return keys;
    const auto may_be_empty = [&](const FromItem* join) {
        const FromItem& empty_side = is_member(&item, *join->left) ? *join->left : *join->right;
        return fits_by_equality(found_, counted_, *join, empty_side) ||
               shows_every_row(found_, *item.level, empty_side);
    };
    if (!absence.person && !std::ranges::all_of(absence.joins, may_be_empty))
        return tells_too_much_of_nobody(-1);
    for (KeyExpression& key : *keys)
        key.expression = key_or_nobody(std::move(key.expression), key.array_depth, absence.person, 0);
    return keys;
}

Result<std::vector<KeyExpression>> Rewriter::item_keys(FromItem& item) {
    std::vector<KeyExpression> keys;
    const auto named = [&](const std::vector<KeyColumn>& columns) {
        const bool searched = columns.size() == 1 && shows_searched_only(item);
        for (const KeyColumn& key : columns) {
            keys.push_back({key.subject, key.array_depth,
                            hidden_owner(item) + "." + print::quote_identifier(key.name),
                            key.searched || (searched && key.array_depth == 0)});
        }
    };
    switch (item.kind) {
        case FromItem::Kind::relation: return with_absence(item, relation_keys(item));
        case FromItem::Kind::subselect:
        case FromItem::Kind::cte: {
            auto columns = carried_by(*item.query);
            if (!columns) return columns.error();
            named(*columns);
            if (item.kind == FromItem::Kind::subselect && item.subselect->lateral) {
                if (const auto person = asked_.person_asked_for(*item.query, *item.level)) {
                    for (KeyExpression& key : keys) {
                        key.expression = replaced_nobody(key.expression, key.array_depth, *person);
                        key.searched = false;
                    }
                }
            }
            return with_absence(item, std::move(keys));
        }
        case FromItem::Kind::view: {
            auto tokens = parse::Tokens::of(shared_.memory, item.view->text);
            if (!tokens) return tokens.error();
            item.view->resolution.rows = rows_of(found_, item);
            auto& view = views_[&item];
            view = std::make_unique<ViewText>(*item.view, std::move(*tokens), shared_);
            if (auto done = view->rewriter.flatten_set_operations(); !done) return done.error();
            auto columns = view->rewriter.carry_keys();
            if (!columns) return columns.error();
            for (const KeyColumn& key : *columns)
                item.added.push_back({key.name, print::quote_identifier(key.name)});
            if (columns->empty()) return with_absence(item, relation_keys(item));
            named(*columns);
            return with_absence(item, std::move(keys));
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
    return with_absence(join, std::move(*keys));
}

Result<std::vector<KeyExpression>> Rewriter::relation_keys(FromItem& item) {
    std::vector<KeyExpression> keys;
    if (!counted_.contains(item)) return keys;
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

}  // namespace sql::edits
