#include "sql/lineage/flows.hpp"

#include <algorithm>

#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
Result<std::vector<ColumnUse>> Flows::into(const resolve::Modify& modify,
                                           const resolve::Assignment& assignment) {
    sources_.clear();
    seen_.clear();
    taken_whole_.clear();
    if (assignment.is_default) return std::vector<ColumnUse>{};
    if (assignment.value != nullptr)
        expression(*assignment.value);
    else
        output(*modify.source, assignment.output);
    if (error_) return *error_;
    std::vector<ColumnUse> uses;
    for (const auto& [oid, number] : sources_) {
        const Relation* relation = in_.catalog->relation(oid);
        uses.push_back(
            {.relation = oid, .number = number, .temporary = relation != nullptr && relation->temporary()});
    }
    return uses;
}

void Flows::expression(Node* node) { visit(node, this); }

bool Flows::visit(Node* node, void* flows) {
    auto& self = *static_cast<Flows*>(flows);
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        if (const auto bound = self.found_.bound.find(node); bound != self.found_.bound.end())
            self.reference(*bound->second.item, bound->second.column);
        return false;
    }
    if (IsA(node, SubLink)) {
        for (const resolve::Query& query : self.found_.queries) {
            if (reinterpret_cast<Node*>(query.link) == node) self.everything_in(query);
        }
        return visit(reinterpret_cast<SubLink*>(node)->testexpr, flows);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(visit), flows);
}

void Flows::reference(const resolve::FromItem& item, int column) {
    if (column < 0) {
        for (std::size_t i = 0; i < item.columns.size(); ++i)
            reference(item, static_cast<int>(i));
        if (item.open_ended) everything_in(*item.level);
        return;
    }
    const resolve::ItemColumn& c = item.columns[static_cast<std::size_t>(column)];
    switch (item.kind) {
        case resolve::FromItem::Kind::relation:
        case resolve::FromItem::Kind::view: return relation_column(item, column);
        case resolve::FromItem::Kind::subselect: return output(*item.query, c.output);
        case resolve::FromItem::Kind::cte:
            // The columns of SEARCH and CYCLE hold whole rows.
            return c.output < 0 ? everything_in(*item.query) : output(*item.query, c.output);
        case resolve::FromItem::Kind::function: return everything_in(*item.level);
        case resolve::FromItem::Kind::join:
        case resolve::FromItem::Kind::merged:
            if (c.origin != nullptr) reference(*c.origin, c.origin_column);
            if (c.merged != nullptr) reference(*c.merged, c.merged_column);
            return;
    }
}

void Flows::relation_column(const resolve::FromItem& item, int column) {
    const Column* attribute = item.columns[static_cast<std::size_t>(column)].attribute;
    if (attribute == nullptr) return;
    const bool is_own =
        item.relation->schema != "pg_catalog" && item.relation->schema != "information_schema";
    if (item.relation->kind != RelationKind::view || !is_own) {
        sources_.emplace(item.relation->oid, attribute->number);
        return;
    }
    auto view = resolve::resolve_view(in_, memory_, *item.relation);
    if (!view) {
        error_ = view.error();
        return;
    }
    const auto& columns = item.relation->columns;
    const auto place = std::ranges::find(columns, attribute->number, &Column::number) - columns.begin();
    Flows inside(in_, memory_, (*view)->resolution);
    inside.output(*(*view)->resolution.root, static_cast<int>(place));
    if (inside.error_) error_ = inside.error_;
    sources_.merge(inside.sources_);
}

void Flows::output(const resolve::Query& query, int index) {
    if (!seen_.emplace(&query, index).second) return;
    const auto place = static_cast<std::size_t>(index);
    switch (query.kind) {
        case resolve::Query::Kind::set_operation:
            output(*query.left, index);
            output(*query.right, index);
            return;
        case resolve::Query::Kind::values: {
            const ListCell* c = nullptr;
            foreach (c, query.node->valuesLists) {
                const auto* row = static_cast<const List*>(lfirst(c));
                if (index >= 0 && index < list_length(row))
                    expression(static_cast<Node*>(list_nth(row, index)));
            }
            return;
        }
        case resolve::Query::Kind::select: break;
    }
    if (index < 0 || query.open_ended || place >= query.outputs.size()) return everything_in(query);
    const resolve::OutputColumn& output = query.outputs[place];
    if (output.value != nullptr) return expression(output.value);
    if (output.item != nullptr) return reference(*output.item, output.column);
    everything_in(query);
}

// Every column that a query names, whatever for.
void Flows::everything_in(const resolve::Query& query) {
    if (!taken_whole_.insert(&query).second) return;
    for (const auto& [node, reference] : found_.bound) {
        if (resolve::is_inside(reference.written_in, query))
            this->reference(*reference.item, reference.column);
    }
    for (const resolve::Query& inner : found_.queries) {
        if (!resolve::is_inside(&inner, query)) continue;
        for (const resolve::Star& star : inner.stars) {
            if (star.item != nullptr) reference(*star.item, -1);
            for (const resolve::FromItem* item : inner.from) {
                if (star.item == nullptr) reference(*item, -1);
            }
        }
    }
}

}  // namespace sql::lineage
