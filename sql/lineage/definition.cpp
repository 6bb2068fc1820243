#include "sql/lineage/definition.hpp"

#include <algorithm>

#include "sql/functions.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

bool is_own_view(const resolve::FromItem& item) {
    return item.relation != nullptr && item.relation->kind == RelationKind::view &&
           item.relation->schema != "pg_catalog" && item.relation->schema != "information_schema";
}

}  // namespace

Result<Definition> Definition::of(const Relation& view, const Catalog& catalog, parse::TreeMemory& memory) {
    static const NameContext no_path{.search_path = {}};
    Definition definition;
    const resolve::Surroundings in{.catalog = &catalog, .names = &no_path};
    if (auto done = definition.open(in, memory, view); !done) return done.error();
    return definition;
}

Result<void> Definition::open(const resolve::Surroundings& in, parse::TreeMemory& memory,
                              const Relation& view) {
    constexpr std::size_t most_views = 200;
    auto resolved = resolve::resolve_view(in, memory, view);
    if (!resolved) return resolved.error();
    if ((*resolved)->resolution.root->outputs.size() != view.columns.size() || texts_.size() >= most_views) {
        return Error{.code = Errc::unsupported,
                     .message = "the definition of \"" + view.name + "\" cannot be followed"};
    }
    texts_.push_back(std::move(*resolved));
    const resolve::View& text = *texts_.back();
    for (const resolve::Query& query : text.resolution.queries)
        queries_.emplace(&query, &text.resolution);
    for (const resolve::FunctionMention& mention : text.resolution.functions) {
        if (is_safe_builtin(mention.schema, mention.name)) continue;
        if (mention.call == nullptr) {
            return Error{.code = Errc::unsupported,
                         .message = "function " + mention.name + " may read anything"};
        }
        unknown_calls_.insert(mention.call);
    }
    resolve::Surroundings inside = in;
    ++inside.view_depth;
    for (const resolve::FromItem& item : text.resolution.items) {
        if (!is_own_view(item)) continue;
        const std::size_t next = texts_.size();
        if (auto done = open(inside, memory, *item.relation); !done) return done;
        views_.emplace(&item, texts_[next].get());
    }
    return {};
}

const resolve::View* Definition::view_at(const resolve::FromItem& item) const {
    const auto found = views_.find(&item);
    return found == views_.end() ? nullptr : found->second;
}

const resolve::Reference* Definition::bound(const Node* node) const {
    for (const auto& text : texts_) {
        const auto found = text->resolution.bound.find(node);
        if (found != text->resolution.bound.end()) return &found->second;
    }
    return nullptr;
}

const resolve::Query* Definition::query_of(const Node* link) const {
    for (const auto& [query, text] : queries_) {
        if (reinterpret_cast<const Node*>(query->link) == link) return query;
    }
    return nullptr;
}

bool Definition::calls_unknown(const resolve::Query& query) const {
    return std::ranges::any_of(text_of(query).functions, [&](const resolve::FunctionMention& mention) {
        return unknown_calls_.contains(mention.call) && resolve::is_inside(mention.query, query);
    });
}

const resolve::Resolution& Definition::text_of(const resolve::Query& query) const {
    return *queries_.at(&query);
}

std::size_t place_of(const Relation& view, const Column& column) {
    const auto place = std::ranges::find(view.columns, column.number, &Column::number);
    return static_cast<std::size_t>(place - view.columns.begin());
}

void Origins::Traced::add(Traced other) {
    plain = plain && other.plain;
    unknown = unknown || other.unknown;
    from.merge(other.from);
}

Origins::Traced Origins::output(const resolve::Query& query, std::size_t index) {
    // What a recursive query takes from itself adds nothing.
    if (gave_up() || !under_way_.emplace(&query, index).second) return {};
    ++steps_;
    Traced traced;
    if (query.kind == resolve::Query::Kind::set_operation) {
        traced = output(*query.left, index);
        traced.add(output(*query.right, index));
    } else if (query.kind == resolve::Query::Kind::values) {
        const ListCell* c = nullptr;
        foreach (c, query.node->valuesLists) {
            const auto* row = static_cast<const List*>(lfirst(c));
            if (static_cast<int>(index) < list_length(row))
                traced.add(expression(static_cast<Node*>(list_nth(row, static_cast<int>(index)))));
        }
    } else if (query.open_ended || index >= query.outputs.size()) {
        traced = everything_in(query);
    } else {
        const resolve::OutputColumn& output = query.outputs[index];
        if (output.value != nullptr)
            traced = expression(output.value);
        else if (output.item != nullptr)
            traced = reference(*output.item, output.column);
        else
            traced = everything_in(query);
    }
    under_way_.erase({&query, index});
    return traced;
}

Origins::Traced Origins::expression(Node* node) {
    if (node != nullptr && IsA(node, ColumnRef)) {
        if (const resolve::Reference* bound = definition_.bound(node))
            return reference(*bound->item, bound->column);
    }
    std::pair<Origins*, Traced> walk{this, {.plain = false}};
    visit(node, &walk);
    return std::move(walk.second);
}

bool Origins::visit(Node* node, void* walk) {
    auto& [self, traced] = *static_cast<std::pair<Origins*, Traced>*>(walk);
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        if (const resolve::Reference* bound = self->definition_.bound(node))
            traced.add(self->reference(*bound->item, bound->column));
        return false;
    }
    if (IsA(node, RangeSubselect)) return false;
    if (IsA(node, FuncCall) && self->definition_.calls_unknown(node)) traced.unknown = true;
    if (IsA(node, SubLink)) {
        if (const resolve::Query* query = self->definition_.query_of(node))
            traced.add(self->everything_in(*query));
        return visit(reinterpret_cast<SubLink*>(node)->testexpr, walk);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(visit), walk);
}

Origins::Traced Origins::reference(const resolve::FromItem& item, int column) {
    Traced traced;
    ++steps_;
    if (gave_up()) return traced;
    if (column < 0) {
        for (std::size_t i = 0; i < item.columns.size(); ++i)
            traced.add(reference(item, static_cast<int>(i)));
        if (item.open_ended) traced.add(everything_in(*item.level));
        traced.plain = false;
        return traced;
    }
    const resolve::ItemColumn& c = item.columns[static_cast<std::size_t>(column)];
    switch (item.kind) {
        case resolve::FromItem::Kind::relation:
        case resolve::FromItem::Kind::view:
            if (const resolve::View* view = definition_.view_at(item))
                return output(*view->resolution.root, place_of(*item.relation, *c.attribute));
            traced.from.insert({&item, c.attribute->number});
            return traced;
        case resolve::FromItem::Kind::subselect:
        case resolve::FromItem::Kind::cte:
            // The columns of SEARCH and CYCLE hold whole rows.
            return c.output < 0 ? everything_in(*item.query)
                                : output(*item.query, static_cast<std::size_t>(c.output));
        case resolve::FromItem::Kind::function: return everything_in(*item.level);
        case resolve::FromItem::Kind::join:
        case resolve::FromItem::Kind::merged:
            if (c.origin != nullptr) traced.add(reference(*c.origin, c.origin_column));
            if (c.merged != nullptr) traced.add(reference(*c.merged, c.merged_column));
            return traced;
    }
    return traced;
}

// Every column that a query names, whatever for.
Origins::Traced Origins::everything_in(const resolve::Query& query) {
    Traced traced{.plain = false};
    if (!taken_whole_.insert(&query).second) return traced;
    traced.unknown = definition_.calls_unknown(query);
    const resolve::Resolution& text = definition_.text_of(query);
    for (const auto& [node, bound] : text.bound) {
        if (resolve::is_inside(bound.written_in, query)) traced.add(reference(*bound.item, bound.column));
    }
    for (const resolve::Query& inner : text.queries) {
        if (!resolve::is_inside(&inner, query)) continue;
        for (const resolve::Star& star : inner.stars) {
            if (star.item != nullptr) traced.add(reference(*star.item, -1));
            for (const resolve::FromItem* item : inner.from) {
                if (star.item == nullptr) traced.add(reference(*item, -1));
            }
        }
    }
    taken_whole_.erase(&query);
    traced.plain = false;
    return traced;
}

}  // namespace sql::lineage
