#include <algorithm>

#include "sql/edits/view_text.hpp"
#include "sql/masks.hpp"
#include "sql/pins.hpp"
#include "sql/print/joined.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/verify/kept_selects.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool is_protected(const resolve::FromItem& item) {
    return item.kind == resolve::FromItem::Kind::view ||
           (item.kind == resolve::FromItem::Kind::relation && item.treatment != nullptr);
}

bool is_key(const resolve::AddedColumn& added) { return added.name.starts_with("__tabir_k"); }
/// With the value that is searched for: of no statement but this one.
bool is_search(const resolve::AddedColumn& added) { return added.name.starts_with("__tabir_m"); }

/// Below an outer join a scan can be repeated for each row of the other side.
bool joins_outer(const resolve::Query& query) {
    return std::ranges::any_of(query.from, [](const resolve::FromItem* item) {
        std::vector<const resolve::FromItem*> open{item};
        while (!open.empty()) {
            const resolve::FromItem* one = open.back();
            open.pop_back();
            if (one->kind != resolve::FromItem::Kind::join) continue;
            if (one->join->jointype != JOIN_INNER) return true;
            open.push_back(one->left);
            open.push_back(one->right);
        }
        return false;
    });
}

bool is_scanned_once(const resolve::FromItem& item) {
    return item.level->parent == nullptr && !joins_outer(*item.level);
}

}  // namespace

std::string Rewriter::hidden_name(char kind) {
    return "__tabir_" + std::string(1, kind) + std::to_string(++shared_.hidden_names);
}

bool Rewriter::has_hidden(const FromItem& item) const {
    switch (item.kind) {
        case FromItem::Kind::relation:
        case FromItem::Kind::view: return !item.added.empty();
        case FromItem::Kind::subselect:
        case FromItem::Kind::cte: {
            const auto found = carried_.find(item.query);
            return !item.query->searched.empty() || (found != carried_.end() && !found->second.empty());
        }
        case FromItem::Kind::function:
        case FromItem::Kind::merged: return false;
        case FromItem::Kind::join:
            return !item.added.empty() || has_hidden(*item.left) || has_hidden(*item.right);
    }
    return true;
}

Result<void> Rewriter::check_items() {
    for (FromItem& item : found_.items) {
        if (!is_protected(item)) continue;
        shared_.reads_protected = true;
        const bool filtered =
            (item.treatment != nullptr && item.treatment->row_filter) || item.relation->security_barrier;
        // Behind a barrier every row that passes the filter would be locked, not only those that are wanted.
        const bool barrier = item.relation->security_barrier || !shared_.leak_safe;
        if (item.use == FromItem::Use::read && filtered && barrier && shared_.locks_rows) {
            return Error{.code = Errc::unsupported,
                         .message = "rows of \"" + item.relation->name +
                                    "\" cannot be locked: only some of them are shown",
                         .hint = "Leave out FOR UPDATE or FOR SHARE.",
                         .offset = static_cast<std::size_t>(item.range_var->location)};
        }
    }
    return {};
}

Result<void> Rewriter::protect(FromItem& item) {
    if (item.use != FromItem::Use::read) return {};  // rewrite_modifies() has been there
    if (is_table_command(*item.level)) return protect_table_command(item);
    if (is_protected(item)) {
        auto select = kept_select(item);
        if (!select) return select.error();
        if (auto done = replace_relation(item, *select); !done) return done;
    }
    return splits(item) && has_hidden(item) ? split(item) : Result<void>();
}

Result<std::string> Rewriter::shown_column(const FromItem& item, const resolve::ItemColumn& column) {
    const std::string name = print::quote_identifier(column.attribute->name);
    Mask mask = mask::Null{};
    switch (column.shown) {
        case resolve::Shown::open: return name;
        case resolve::Shown::masked:
            mask = std::get<Masked>(item.treatment->columns.at(column.attribute->number)).mask;
            break;
        case resolve::Shown::stripped: break;  // named by a view only
    }
    auto expression = mask_expression(mask, *column.attribute, name, shared_.catalog);
    if (!expression) return expression.error();
    return *expression + " AS " + name;
}

// TABLESAMPLE goes where the relation itself stands.
Result<std::string> Rewriter::sample_of(FromItem& item) {
    if (item.sample == nullptr) return std::string();
    auto place = place_of(item);
    if (!place) return place.error();
    const std::size_t first = (*place)->alias_end;
    const std::size_t last = (*place)->end;
    auto printed = print_again(first, last);
    if (!printed) return printed;
    replace_tokens(first, last, std::string());
    was_printed_apart(first, last);
    return " " + *printed;
}

// The relation itself, held to the snapshot (sql/pins.hpp), with its rows' filter.
Result<std::string> Rewriter::pinned_source(FromItem& item, const std::vector<const Column*>& named,
                                            const std::string& filter, bool barrier) {
    const Relation& relation = *item.relation;
    const Column* anchor = relation.columns.empty() ? nullptr : &relation.columns.front();
    const auto reach = [&anchor](const Column* column) {
        if (column != nullptr && column->number > anchor->number) anchor = column;
    };
    std::ranges::for_each(named, reach);
    for (const resolve::AddedColumn& added : item.added)
        reach(added.column);
    if (!filter.empty()) {
        auto parsed = parse::parse_expression_fragment(shared_.memory, filter);
        if (!parsed) return parsed.error();
        reach(last_named(relation, parsed->expression));
    }
    const bool once = !barrier && is_scanned_once(item);
    auto sample = sample_of(item);
    if (!sample) return sample;
    std::string source = (item.range_var->inh ? "" : "ONLY ") + pinned_relation(relation, anchor) + *sample;
    if (!shared_.pins) return filter.empty() ? source : source + " WHERE " + filter;
    return source + " WHERE " + pin_condition(relation, anchor, once ? PinKind::direct : PinKind::init_plan) +
           (filter.empty() ? "" : " AND " + filter);
}

// The view's definition, rewritten.
Result<std::string> Rewriter::view_source(FromItem& item) {
    const auto view = views_.find(&item);
    if (view == views_.end()) {
        auto tokens = parse::Tokens::of(shared_.memory, item.view->text);
        if (!tokens) return tokens.error();
        views_[&item] = std::make_unique<ViewText>(*item.view, std::move(*tokens), shared_);
    }
    Rewriter& rewriter = views_.at(&item)->rewriter;
    if (auto done = rewriter.run(); !done) return done.error();
    auto definition = rewriter.printed();
    if (!definition) return definition.error();
    std::string text = definition->text;
    while (!text.empty() && (text.back() == ';' || text.back() == ' '))
        text.pop_back();
    auto parsed = parse::parse_select_fragment(shared_.memory, text);
    if (!parsed || !shared_.memory.equal(reinterpret_cast<Node*>(parsed->select),
                                         reinterpret_cast<Node*>(item.view->select))) {
        return Error{.code = Errc::verify_failed,
                     .message = "view \"" + item.relation->name + "\" could not be rewritten"};
    }
    text = "(" + text + ") AS " + print::quote_identifier(item.relation->name) + "(";
    for (std::size_t i = 0; i < item.relation->columns.size(); ++i) {
        text += (i == 0 ? "" : ", ") + print::quote_identifier(item.relation->columns[i].name);
    }
    return text + ")";
}

// What masked_select() makes hangs on little where neither a view nor a filter nor a sample is said: on the
// treatment, as an object, and on what is referenced. Empty: on more.
std::string Rewriter::key_of_select(const FromItem& item) const {
    const RelationTreatment* treated = item.treatment;
    if (item.kind != FromItem::Kind::relation || item.sample != nullptr || treated->row_filter ||
        item.relation->security_barrier || item.relation->temporary() ||
        shared_.treatment.of(treated->relation) != treated || !std::ranges::all_of(item.added, is_key))
        return {};
    std::string key = "made ";
    const auto number = [&key](auto value) {
        key.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    number(shared_.catalog.number());
    number(treated);
    key += item.range_var->inh ? 'c' : 'o';
    key += shared_.pins ? (is_scanned_once(item) ? '1' : 'n') : '-';
    for (const resolve::ItemColumn& column : item.columns) {
        if (column.referenced) number(column.attribute->number);
    }
    for (const resolve::AddedColumn& added : item.added) {
        number(AttributeNumber{0});  // of no column
        number(added.column == nullptr ? AttributeNumber{0} : added.column->number);
        key.append(added.name).append(1, '\0').append(added.expression).append(1, '\0');
    }
    return key;
}

// Made and parsed once for all statements that use it.
Result<std::shared_ptr<const verify::KeptSelect>> Rewriter::kept_select(FromItem& item) {
    auto& kept = verify::KeptSelects::of_this_thread();
    const std::string key = key_of_select(item);
    if (!key.empty()) {
        if (auto found = kept.find(key)) return found;
    }
    auto text = masked_select(item);
    if (!text) return text.error();
    const bool comes_again = key.empty() && std::ranges::none_of(item.added, is_search);
    auto made = comes_again ? kept.of_text(*text) : verify::KeptSelect::of(std::move(*text));
    if (made == nullptr)
        return Error{.code = Errc::verify_failed, .message = "Tabir made a sub-select that is none"};
    if (!key.empty()) kept.keep(key, made, shared_.treatment.shared(item.treatment->relation));
    return made;
}

// Only what is referenced is printed, in the table's own order; hidden columns stand at the back.
Result<std::string> Rewriter::masked_select(FromItem& item) {
    std::string columns;
    std::vector<const Column*> named;
    const auto add = [&columns](const std::string& text) {
        columns += (columns.empty() ? " " : ", ") + text;
    };
    for (const resolve::ItemColumn& column : item.columns) {
        if (!column.referenced) continue;
        auto text = shown_column(item, column);
        if (!text) return text.error();
        add(*text);
        // A mask that is NULL does not name its column.
        if (!text->starts_with("(NULL)::")) named.push_back(column.attribute);
    }
    for (const resolve::AddedColumn& added : item.added) {
        const std::string name = print::quote_identifier(added.name);
        add(added.expression == name ? name : added.expression + " AS " + name);
    }
    bool barrier = item.relation->security_barrier;
    std::string filter;
    if (item.treatment != nullptr && item.treatment->row_filter) {
        auto printed = row_filter(item);
        if (!printed) return printed.error();
        filter = "(" + *printed + ")";
        barrier = barrier || !shared_.leak_safe;
    }
    auto source =
        item.kind == FromItem::Kind::view ? view_source(item) : pinned_source(item, named, filter, barrier);
    if (!source) return source.error();
    std::string text = "SELECT" + columns + " FROM " + *source;
    // OFFSET 0 keeps the conditions above out of the sub-select: they could tell of rows that the filter
    // hides.
    if (barrier) text += " OFFSET 0";
    return text;
}

// TABLE x, of which nothing is hidden: SELECT * FROM x has places for conditions, an alias and keys of
// others.
bool Rewriter::is_printed_as_select(const Query& query) const {
    const FromItem& item = *query.leaves.front();
    return !is_protected(item) && !has_hidden(item);
}

void Rewriter::print_table_commands() {
    for (const Query& query : found_.queries) {
        // What stands for the names of a CREATE TABLE or INDEX has no words of its own.
        const bool written = is_table_command(query) && !query.leaves.empty() &&
                             query.leaves.front()->range_var->location >= 0;
        if (!written || !is_printed_as_select(query)) continue;
        const auto command = table_command_of(*query.leaves.front()->range_var);
        if (!command) continue;
        replace_tokens(*command, *command + 1, "SELECT *");
        edits_.insert_before(tokens_.all()[*command + 1].begin, std::string("FROM"));
    }
}

// TABLE x is SELECT * FROM x, where a sub-select and hidden columns have their places.
Result<void> Rewriter::protect_table_command(FromItem& item) {
    if (is_printed_as_select(*item.level)) return {};
    std::string source = alias_of(item);
    if (is_protected(item)) {
        auto select = masked_select(item);
        if (!select) return select.error();
        source = "(" + *select + ") AS " + alias_of(item);
    }
    std::string columns;
    if (has_hidden(item)) {
        for (const resolve::ItemColumn& column : item.columns)
            columns +=
                (columns.empty() ? "" : ", ") + alias_of(item) + "." + print::quote_identifier(column.name);
    }
    if (columns.empty()) columns = "*";
    const std::string& keys = table_targets_[item.level];
    const std::string& conditions = table_conditions_[item.level];
    const std::string text =
        "SELECT " + columns + keys + " FROM " + source + (conditions.empty() ? "" : " WHERE " + conditions);
    auto parsed = parse::parse_select_fragment(shared_.memory, text);
    if (!parsed)
        return Error{.code = Errc::verify_failed,
                     .message = "Tabir made a SELECT that is none: " + parsed.error().message};
    item.level->node->targetList = parsed->select->targetList;
    item.level->node->whereClause = parsed->select->whereClause;
    *item.slot = static_cast<Node*>(linitial(parsed->select->fromClause));

    const auto all = tokens_.all();
    const RangeVar* rv = item.range_var;
    std::size_t first = token_at(rv->location);
    std::size_t last = first + (rv->schemaname != nullptr ? 3 : 1) + (rv->catalogname != nullptr ? 2 : 0);
    // ONLY and brackets may stand around the name, a * behind it.
    while (first > 0 && !all[first].is_keyword("table")) {
        if (all[--first].is_op("(")) ++last;
    }
    if (last < all.size() && all[last].is_op("*")) ++last;
    replace_tokens(first, last, text);
    return {};
}

Result<void> Rewriter::replace_relation(FromItem& item,
                                        const std::shared_ptr<const verify::KeptSelect>& select) {
    const auto all = tokens_.all();
    RangeVar* rv = item.range_var;
    std::size_t first = token_at(rv->location);
    std::size_t last = first + (rv->schemaname != nullptr ? 3 : 1) + (rv->catalogname != nullptr ? 2 : 0);
    if (first > 0 && all[first - 1].is_op("(") && first > 1 && all[first - 2].is_keyword("only")) {
        first -= 2;
        ++last;
    } else if (first > 0 && all[first - 1].is_keyword("only")) {
        --first;
    } else if (last < all.size() && all[last].is_op("*")) {
        ++last;  // FROM t *
    }
    std::string text = print::joined({"(", select->text(), ")"});
    if (rv->alias == nullptr && !(splits(item) && has_hidden(item))) text += " AS " + alias_of(item);
    replace_tokens(first, last, std::move(text));

    auto* sub = shared_.memory.make<RangeSubselect>(T_RangeSubselect);
    // Nothing changes it: what is rewritten are the client's own nodes.
    sub->subquery = reinterpret_cast<Node*>(select->tree());
    shared_.memory.borrow(select);
    sub->alias = rv->alias;
    if (sub->alias == nullptr) {
        sub->alias = shared_.memory.make<Alias>(T_Alias);
        sub->alias->aliasname = shared_.memory.string(item.alias);
    }
    *item.slot = reinterpret_cast<Node*>(sub);
    if (item.kind == FromItem::Kind::relation)
        masked_.push_back({.node = sub, .select = select, .relation = item.relation->oid});
    return {};
}

}  // namespace sql::edits
