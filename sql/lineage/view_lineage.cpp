#include "sql/view_lineage.hpp"

#include <algorithm>

#include "sql/lineage/definition.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {
namespace {

using lineage::Definition;
using lineage::Origins;
using lineage::Source;

std::vector<ColumnUse> uses_of(const std::set<Source>& sources) {
    std::set<std::pair<Oid, AttributeNumber>> columns;
    for (const Source& source : sources)
        columns.emplace(source.place->relation->oid, source.number);
    std::vector<ColumnUse> uses;
    for (const auto& [relation, number] : columns)
        uses.push_back({.relation = relation, .number = number});
    return uses;
}

/// What decides which rows there are, and how many.
class Choice {
public:
    explicit Choice(const Definition& definition) : definition_(definition), origins_(definition) {}

    Origins::Traced of_all() {
        for (const auto& text : definition_.texts()) {
            for (const resolve::Query& query : text->resolution.queries)
                add(query);
        }
        return std::move(found_);
    }
    [[nodiscard]] bool gave_up() const { return origins_.gave_up(); }

private:
    void add(Node* node) {
        if (node != nullptr) found_.add(origins_.expression(node));
    }
    void add(List* list) {
        const ListCell* c = nullptr;
        foreach (c, list)
            add(static_cast<Node*>(lfirst(c)));
    }

    void add(const resolve::Query& query) {
        if (query.kind == resolve::Query::Kind::set_operation) {
            if (query.node->op == SETOP_UNION) return;
            for (std::size_t i = 0; i < query.outputs.size(); ++i)
                found_.add(origins_.output(query, i));
            return;
        }
        add(query.node->whereClause);
        add(query.node->havingClause);
        add(query.node->fromClause);  // conditions of joins, arguments of functions
        for (const resolve::FromItem* item : query.from)
            add_merged(*item);
        if (query.node->distinctClause != nullptr && linitial(query.node->distinctClause) != nullptr)
            add(query.node->distinctClause);
        if (query.node->limitCount != nullptr || query.node->limitOffset != nullptr ||
            query.node->distinctClause != nullptr)
            add_order(query);
        add(query.node->limitCount);
        add(query.node->limitOffset);
        if (query.sets) add_computed(query);
    }

    // USING
    void add_merged(const resolve::FromItem& item) {
        if (item.kind != resolve::FromItem::Kind::join) return;
        add_merged(*item.left);
        add_merged(*item.right);
        for (std::size_t i = 0; i < item.columns.size(); ++i) {
            if (item.columns[i].merged != nullptr) add_column(item, static_cast<int>(i));
        }
    }

    void add_column(const resolve::FromItem& item, int column) {
        found_.add(origins_.reference(item, column));
    }

    // ORDER BY may name a result column, or count to it.
    void add_order(const resolve::Query& query) {
        const ListCell* c = nullptr;
        foreach (c, query.node->sortClause) {
            Node* key = static_cast<SortBy*>(lfirst(c))->node;
            add(key);
            const bool named = IsA(key, ColumnRef) && definition_.bound(key) == nullptr;
            if (!named && !IsA(key, A_Const)) continue;
            for (std::size_t i = 0; i < query.outputs.size(); ++i)
                found_.add(origins_.output(query, i));
        }
    }

    // A function that returns many rows stands among the result columns.
    void add_computed(const resolve::Query& query) {
        for (const resolve::OutputColumn& output : query.outputs) {
            if (output.value != nullptr && !IsA(output.value, ColumnRef)) add(output.value);
        }
    }

    const Definition& definition_;
    Origins origins_;
    Origins::Traced found_;
};

std::vector<ReadRelation> reads_of(const Definition& definition) {
    const auto carried = lineage::carried_by(definition, definition.root());
    std::vector<ReadRelation> reads;
    for (const auto& text : definition.texts()) {
        for (const resolve::FromItem& item : text->resolution.items) {
            if (item.relation == nullptr || definition.view_at(item) != nullptr) continue;
            ReadRelation read{.relation = item.relation->oid, .carried = {}};
            for (std::size_t i = 0; i < carried.size(); ++i) {
                for (const Source& source : carried[i]) {
                    if (source.place == &item) read.carried.try_emplace(source.number, i);
                }
            }
            reads.push_back(std::move(read));
        }
    }
    return reads;
}

}  // namespace

Result<ViewLineage> lineage_of(const Relation& view, const Catalog& catalog) {
    parse::TreeMemory memory;
    auto definition = Definition::of(view, catalog, memory);
    if (!definition) return definition.error();
    ViewLineage lineage;
    Origins origins(*definition);
    for (std::size_t i = 0; i < view.columns.size(); ++i) {
        const auto traced = origins.output(definition->root(), i);
        lineage.columns.push_back(
            {.plain = traced.plain, .unknown = traced.unknown, .from = uses_of(traced.from)});
    }
    Choice choice(*definition);
    const Origins::Traced chosen = choice.of_all();
    lineage.chosen_by = uses_of(chosen.from);
    lineage.chosen_by_unknown = chosen.unknown;
    if (origins.gave_up() || choice.gave_up()) {
        return Error{.code = Errc::too_deep,
                     .message = "the definition of \"" + view.name + "\" is too long to be followed"};
    }
    lineage.reads = reads_of(*definition);
    return lineage;
}

}  // namespace sql
