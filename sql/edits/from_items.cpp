#include <algorithm>
#include <iterator>
#include <set>

#include "sql/edits/errors.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Items of FROM whose form must change because they hold hidden columns, or fewer columns than their table.
namespace sql::edits {
namespace {

Error not_found(const char* what) {
    return Error{.code = Errc::verify_failed, .message = std::string("Tabir did not find ") + what};
}

bool has_unique_names(const resolve::FromItem& item) {
    std::set<std::string_view> names;
    return std::ranges::all_of(
        item.columns, [&](const resolve::ItemColumn& column) { return names.insert(column.name).second; });
}

}  // namespace

Result<const FromPlace*> Rewriter::place_of(const FromItem& item) {
    if (const auto found = item_places_.find(&item); found != item_places_.end()) return found->second;
    const Query& query = *item.level;
    if (from_places_.contains(&query)) return not_found("an item of FROM");
    std::vector<FromPlace>& list = from_places_[&query];
    if (query.modify != nullptr) {
        if (const auto first = first_of_from(query)) list = from_places(tokens_, from_word(*first));
    } else {
        auto where = places(query);
        if (!where) return where.error();
        if (where->from != 0) list = from_places(tokens_, where->from);
    }
    std::vector<const FromItem*> read;  // a target stands elsewhere
    std::ranges::copy_if(query.from, std::back_inserter(read),
                         [](const FromItem* one) { return one->use == FromItem::Use::read; });
    if (list.size() != read.size()) return not_found("the items of FROM");
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (auto done = align(*read[i], list[i]); !done) return done.error();
    }
    return place_of(item);
}

Result<void> Rewriter::align(const FromItem& item, const FromPlace& place) {
    item_places_[&item] = &place;
    if ((item.kind == FromItem::Kind::join) != (place.left != nullptr)) return not_found("a join");
    if (item.kind != FromItem::Kind::join) return {};
    if (auto done = align(*item.left, *place.left); !done) return done;
    return align(*item.right, *place.right);
}

// What a * covers: a whole item, or every item of its query.
void Rewriter::find_starred() {
    const auto cover = [this](const FromItem* item) {
        std::vector<const FromItem*> waiting{item};
        while (!waiting.empty()) {
            const FromItem* one = waiting.back();
            waiting.pop_back();
            if (!starred_.insert(one).second || one->kind != FromItem::Kind::join) continue;
            waiting.insert(waiting.end(), {one->left, one->right});
        }
    };
    for (const Query& query : found_.queries) {
        for (const resolve::Star& star : query.stars) {
            if (star.item != nullptr)
                cover(star.item);
            else
                std::ranges::for_each(query.from, cover);
        }
    }
}

// Whether hidden columns, if the item has any, must be kept apart from the item's own name.
bool Rewriter::splits(const FromItem& item) const {
    if (item.whole_row >= 0 && !rebuilds_row(item)) return true;
    return item.kind != FromItem::Kind::relation && !item.alias.empty() && starred_.contains(&item) &&
           !has_unique_names(item);
}

std::string Rewriter::hidden_owner(const FromItem& item) {
    if (!splits(item)) return alias_of(item);
    auto& owner = owners_[&item];
    if (owner.empty()) owner = hidden_name('s');
    return print::quote_identifier(owner);
}

// (item AS s(names), LATERAL its own columns AS alias): the row called alias has no hidden columns.
Result<void> Rewriter::split(FromItem& item) {
    auto place = place_of(item);
    if (!place) return place.error();
    if (shared_.locks_rows) {
        return Error{.code = Errc::not_maskable,
                     .message = "\"" + item.alias + "\" cannot be used as a whole row where rows are locked",
                     .hint = "Name the columns that you need, or leave out FOR UPDATE or FOR SHARE.",
                     .offset = static_cast<std::size_t>(std::max(item.whole_row, 0))};
    }
    if (item.open_ended) {
        return Error{.code = Errc::not_maskable,
                     .message = "\"" + item.alias + "\" cannot be used as a whole row here",
                     .hint = "Name the columns that you need.",
                     .offset = static_cast<std::size_t>(std::max(item.whole_row, 0))};
    }
    const std::string owner = hidden_owner(item);
    std::string names;
    std::string targets;
    const auto name = [&names](const std::string& column) {
        names += (names.empty() ? "" : ", ") + print::quote_identifier(column);
    };
    const std::size_t own = item.query == nullptr ? item.columns.size() : item.query->outputs.size();
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        // Behind a WITH query's hidden columns come those of SEARCH and CYCLE.
        if (i == own) {
            for (const KeyColumn& key : carried_.at(item.query))
                name(key.name);
        }
        const resolve::ItemColumn& column = item.columns[i];
        const bool is_printed =
            column.referenced || item.query != nullptr || item.kind == FromItem::Kind::join;
        if (!is_printed) continue;
        const std::string hidden = hidden_name('c');
        name(hidden);
        targets += (targets.empty() ? "" : ", ") + owner + "." + print::quote_identifier(hidden) + " AS " +
                   print::quote_identifier(column.name);
    }
    const std::string list = names.empty() ? "" : "(" + names + ")";
    const std::string apart =
        "AS " + owner + list + " CROSS JOIN LATERAL (SELECT " + targets + ") AS " + alias_of(item);

    // The tree, made from a text of the same shape.
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT FROM __tabir " + apart);
    if (!parsed)
        return Error{.code = Errc::verify_failed, .message = "Tabir made an item of FROM that is none"};
    auto* join = static_cast<JoinExpr*>(linitial(parsed->select->fromClause));
    Alias* alias = reinterpret_cast<RangeVar*>(join->larg)->alias;
    Node* inner = *item.slot;
    if (IsA(inner, RangeVar))
        reinterpret_cast<RangeVar*>(inner)->alias = alias;
    else
        reinterpret_cast<RangeSubselect*>(inner)->alias = alias;
    join->larg = inner;
    *item.slot = reinterpret_cast<Node*>(join);

    edits_.insert_before(tokens_.all()[(*place)->begin].begin, "(");
    if ((*place)->alias_end > (*place)->body_end)
        replace_tokens((*place)->body_end, (*place)->alias_end, apart + ")");
    else
        insert_at((*place)->body_end, apart + ")");
    return {};
}

// Sub-selects first, inner joins before outer ones: their lists say which USING needs a name.
Result<void> Rewriter::rewrite_joins() {
    for (auto item = found_.items.rbegin(); item != found_.items.rend(); ++item) {
        if (item->kind != FromItem::Kind::join) continue;
        if (auto done = rewrite_join(*item); !done) return done;
    }
    for (auto item = found_.items.rbegin(); item != found_.items.rend(); ++item) {
        if (item->kind != FromItem::Kind::join || !item->join->isNatural) continue;
        if (auto done = natural_to_using(*item); !done) return done;
    }
    return print_using_aliases();
}

Result<void> Rewriter::rewrite_join(FromItem& join) {
    if (join.alias.empty() || !has_hidden(join)) return {};
    if (auto done = wrap_join(join); !done) return done;
    return splits(join) ? split(join) : Result<void>();
}

// NATURAL would go by the columns of the sub-selects, which are fewer or more than those of the tables.
Result<void> Rewriter::natural_to_using(FromItem& join) {
    if (join.open_ended) return {};  // a function, and nothing protected
    auto place = place_of(join);
    if (!place) return place.error();
    JoinExpr* node = join.join;
    std::string text;
    for (const resolve::ItemColumn& column : join.columns) {
        if (column.merged == nullptr) continue;
        text += (text.empty() ? "USING (" : ", ") + print::quote_identifier(column.name);
        node->usingClause = shared_.memory.append(node->usingClause, shared_.memory.string_node(column.name));
    }
    node->isNatural = false;
    if (text.empty()) {
        auto always = parse_expression("true");
        if (!always) return always.error();
        node->quals = *always;
        text = "ON true";
    } else {
        text += ")";
        const auto alias = using_aliases_.find(&join);
        if (alias != using_aliases_.end()) text += print_alias(join, alias->second);
        using_aliases_.erase(&join);
    }
    replace_tokens((*place)->natural, (*place)->natural + 1, std::string());
    insert_at((*place)->right->end, std::move(text));
    return {};
}

// (a JOIN b ...) AS j becomes (SELECT columns, hidden ones FROM a JOIN b ...) AS j.
Result<void> Rewriter::wrap_join(FromItem& join) {
    auto place = place_of(join);
    if (!place) return place.error();
    std::vector<std::string> targets;
    if (auto done = list_members(join, targets); !done) return done;
    for (const resolve::AddedColumn& added : join.added)
        targets.push_back(added.expression + " AS " + print::quote_identifier(added.name));
    std::string text = "SELECT ";
    for (std::size_t i = 0; i < targets.size(); ++i)
        text += (i == 0 ? "" : ", ") + targets[i];
    text += " FROM";
    auto parsed = parse::parse_select_fragment(shared_.memory, text + " __tabir");
    if (!parsed) return not_made(parsed.error());

    // Members that may look at what stands before the join still may.
    bool lateral = false;
    std::vector<const FromItem*> waiting{join.left, join.right};
    while (!waiting.empty()) {
        const FromItem* member = waiting.back();
        waiting.pop_back();
        lateral = lateral || member->kind == FromItem::Kind::function ||
                  (member->subselect != nullptr && member->subselect->lateral);
        if (member->kind == FromItem::Kind::join)
            waiting.insert(waiting.end(), {member->left, member->right});
    }
    parsed->select->fromClause = shared_.memory.append(nullptr, join.join);
    auto* sub = shared_.memory.make<RangeSubselect>(T_RangeSubselect);
    sub->lateral = lateral;
    sub->subquery = reinterpret_cast<Node*>(parsed->select);
    sub->alias = join.join->alias;
    join.join->alias = nullptr;
    *join.slot = reinterpret_cast<Node*>(sub);
    if (lateral) edits_.insert_before(tokens_.all()[(*place)->begin].begin, "LATERAL");
    edits_.insert_behind(tokens_.all()[(*place)->begin].end, std::move(text));
    return {};
}

// What names the merged columns of a USING from above, whatever else has columns of these names.
std::string Rewriter::using_alias(const FromItem& join) {
    if (join.join->join_using_alias != nullptr)
        return print::quote_identifier(join.join->join_using_alias->aliasname);
    auto& alias = using_aliases_[&join];
    if (alias.empty()) alias = hidden_name('u');
    return print::quote_identifier(alias);
}

std::string Rewriter::print_alias(const FromItem& join, const std::string& name) {
    auto* alias = shared_.memory.make<Alias>(T_Alias);
    alias->aliasname = shared_.memory.string(name);
    join.join->join_using_alias = alias;
    return " AS " + print::quote_identifier(name);
}

Result<void> Rewriter::print_using_aliases() {
    for (const auto& [join, name] : using_aliases_) {
        auto place = place_of(*join);
        if (!place) return place.error();
        if ((*place)->using_end == 0) return not_found("the list of a USING");
        insert_at((*place)->using_end, print_alias(*join, name));
    }
    return {};
}

}  // namespace sql::edits
