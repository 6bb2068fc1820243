#include "sql/lineage/facts_of.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "sql/functions.hpp"
#include "sql/parse/carried.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

std::size_t offset_of(int location) { return location < 0 ? 0 : static_cast<std::size_t>(location); }

bool is_system_schema(const std::string& schema) {
    return schema == "pg_catalog" || schema == "information_schema";
}

/// Collects what one SELECT touches, views included.
class FactsBuilder {
public:
    FactsBuilder(const resolve::Surroundings& surroundings, parse::TreeMemory& memory, Facts& facts)
        : in_(surroundings), memory_(memory), facts_(facts) {}

    [[nodiscard]] Result<void> add(const resolve::Resolution& found) {
        for (const resolve::FromItem& item : found.items) {
            if (item.relation == nullptr) continue;
            const std::size_t offset = offset_of(item.range_var->location);
            facts_.relations.push_back({.relation = item.relation->oid, .offset = offset});
            if (item.relation->kind != RelationKind::view || is_system_schema(item.relation->schema))
                continue;
            if (auto done = add_view(*item.relation, item.relation->oid, offset); !done) return done;
        }
        for (const auto& [node, reference] : found.bound)
            add_column(reference.item, reference.column, offset_of(reference.node->location));
        for (const resolve::FunctionMention& mention : found.functions)
            add_function(mention, false, offset_of(mention.location));
        std::ranges::sort(facts_.columns, {}, &ColumnUse::offset);
        facts_.writes = found.writes;
        facts_.locks_rows = found.locks_rows;
        return {};
    }

private:
    void add_function(const resolve::FunctionMention& mention, bool through_view, std::size_t offset) {
        facts_.functions.push_back(
            {.schema = mention.schema,
             .name = mention.name,
             .safe_builtin = mention.schema == "pg_catalog" && is_safe_builtin(mention.name),
             .through_view = through_view,
             .offset = offset});
    }

    void add_column(const resolve::FromItem* item, int column, std::size_t offset) {
        if (item->kind == resolve::FromItem::Kind::join || item->kind == resolve::FromItem::Kind::merged) {
            if (column < 0) return;  // its members carry the mark
            const resolve::ItemColumn& c = item->columns[static_cast<std::size_t>(column)];
            if (c.origin != nullptr) add_column(c.origin, c.origin_column, offset);
            if (c.merged != nullptr) add_column(c.merged, c.merged_column, offset);
            return;
        }
        if (item->relation == nullptr) return;
        if (column >= 0) {
            facts_.columns.push_back({item->relation->oid,
                                      item->columns[static_cast<std::size_t>(column)].attribute->number,
                                      offset});
        } else if (item->whole_row >= 0) {
            facts_.columns.push_back({item->relation->oid, 0, offset});
        }
    }

    Result<void> add_view(const Relation& view, Oid named, std::size_t offset) {
        if (!seen_.insert(view.oid).second) return {};
        auto resolved = resolve::resolve_view(in_, memory_, view);
        if (!resolved) return resolved.error();
        for (const resolve::FromItem& item : (*resolved)->resolution.items) {
            if (item.relation == nullptr) continue;
            facts_.relations.push_back(
                {.relation = item.relation->oid, .through_view = named, .offset = offset});
            if (item.relation->kind != RelationKind::view || is_system_schema(item.relation->schema))
                continue;
            if (auto done = add_view(*item.relation, named, offset); !done) return done;
        }
        for (const resolve::FunctionMention& mention : (*resolved)->resolution.functions)
            add_function(mention, true, offset);
        return {};
    }

    const resolve::Surroundings& in_;
    parse::TreeMemory& memory_;
    Facts& facts_;
    std::set<Oid> seen_;
};

}  // namespace

Result<Facts> facts_of(const parse::Statement& statement, parse::TreeMemory& memory, const Catalog& catalog,
                       const NameContext& names) {
    Facts facts = facts_of_kind(statement.node);
    Node* query = parse::innermost(statement.node);
    if (query != statement.node) facts.carries = facts_of_kind(query).kind;
    if (!IsA(query, SelectStmt)) return facts;
    const resolve::Surroundings surroundings{.catalog = &catalog, .names = &names};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, memory, resolution);
    if (!resolver.statement(reinterpret_cast<SelectStmt*>(query))) {
        Error error = resolver.error();
        if (resolver.error_location() >= 0)
            error.offset = static_cast<std::size_t>(resolver.error_location());
        return error;
    }
    FactsBuilder builder(surroundings, memory, facts);
    if (auto done = builder.add(resolution); !done) return done.error();
    return facts;
}

}  // namespace sql::lineage
