#include "sql/lineage/facts_of.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "sql/functions.hpp"
#include "sql/lineage/ages.hpp"
#include "sql/lineage/flows.hpp"
#include "sql/lineage/names_only.hpp"
#include "sql/lineage/never_null.hpp"
#include "sql/lineage/setting_calls.hpp"
#include "sql/parse/carried.hpp"
#include "sql/parse/temporary.hpp"
#include "sql/resolve/copied_table.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/resolve/temporary_names.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

std::size_t offset_of(int location) { return location < 0 ? 0 : static_cast<std::size_t>(location); }

bool find_parameter(Node* node, void* context) {
    if (node == nullptr) return false;
    if (IsA(node, ParamRef)) return true;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(find_parameter), context);
}

bool has_parameter(FuncCall* call) { return find_parameter(reinterpret_cast<Node*>(call->args), nullptr); }

/// current_setting(name) of rows of pg_settings, which hold no settings of applications: psql's \dconfig.
bool reads_listed_setting(const resolve::Resolution& found, const resolve::FunctionMention& mention) {
    if (mention.name != "current_setting" || list_length(mention.call->args) != 1) return false;
    const auto bound = found.bound.find(linitial(mention.call->args));
    if (bound == found.bound.end() || bound->second.column < 0) return false;
    const resolve::FromItem& item = *bound->second.item;
    return item.relation != nullptr && item.relation->schema == "pg_catalog" &&
           item.relation->name == "pg_settings" &&
           item.columns[static_cast<std::size_t>(bound->second.column)].attribute != nullptr &&
           item.columns[static_cast<std::size_t>(bound->second.column)].attribute->name == "name";
}

/// A target is read where a condition or RETURNING looks at its rows; INSERT alone reads nothing.
bool is_read(const resolve::Resolution& found, const resolve::FromItem& item) {
    switch (item.use) {
        case resolve::FromItem::Use::read: return true;
        case resolve::FromItem::Use::excluded: return false;
        case resolve::FromItem::Use::target: break;
    }
    const auto modify = std::ranges::find(found.modifies, &item, &resolve::Modify::target);
    return modify == found.modifies.end() || modify->kind != resolve::Modify::Kind::insert ||
           modify->returns || modify->updates;
}

bool names_index_only(const resolve::Resolution& found, const void* node) {
    return std::ranges::any_of(found.modifies,
                               [&](const resolve::Modify& modify) { return modify.raw.contains(node); });
}

/// Collects what one SELECT, INSERT, UPDATE, DELETE or MERGE touches, views included.
class FactsBuilder {
public:
    FactsBuilder(const resolve::Surroundings& surroundings, parse::TreeMemory& memory, Facts& facts)
        : in_(surroundings), memory_(memory), facts_(facts) {}

    [[nodiscard]] Result<void> add(const resolve::Resolution& found) {
        for (const resolve::FromItem& item : found.items) {
            if (item.relation == nullptr || !is_read(found, item)) continue;
            if (item.range_var->location < 0) continue;  // of take_temporary()
            const std::size_t offset = offset_of(item.range_var->location);
            facts_.relations.push_back({.relation = item.relation->oid,
                                        .offset = offset,
                                        .names_only = reads_names_only(item),
                                        .temporary = item.relation->temporary()});
            if (item.relation->kind != RelationKind::view || is_system_schema(item.relation->schema))
                continue;
            if (auto done = add_view(*item.relation, item.relation->oid, offset); !done) return done;
        }
        for (const auto& [node, reference] : found.bound) {
            if (names_index_only(found, node)) continue;
            if (reference.system)
                add_system_column(reference);
            else
                add_column(reference.item, reference.column, offset_of(reference.node->location));
        }
        for (const resolve::FunctionMention& mention : found.functions)
            add_function(found, mention, false, offset_of(mention.location));
        if (facts_.kind == StatementKind::select) facts_.setting = path_set_alone(found);
        std::ranges::sort(facts_.columns, {}, &ColumnUse::offset);
        for (const resolve::FromItem* item : found.locked)
            add_lock(*item);
        return add_writes(found);
    }

    [[nodiscard]] Result<void> add_writes(const resolve::Resolution& found) {
        for (const resolve::Modify& modify : found.modifies) {
            if (auto done = add_write(modify, found); !done) return done;
        }
        return {};
    }

private:
    // Rows of a sub-query in FROM are locked with it; those of WITH are not. Behind a view are its tables.
    void add_lock(const resolve::FromItem& item) {
        if (item.relation != nullptr)
            facts_.locked.push_back({.relation = item.relation->oid,
                                     .offset = offset_of(item.range_var->location),
                                     .temporary = item.relation->temporary()});
        if (item.kind != resolve::FromItem::Kind::subselect) return;
        for (const resolve::FromItem* inner : item.query->leaves)
            add_lock(*inner);
    }

    static ViewWrite behind(const resolve::ChangedView& changed, const WriteUse& write) {
        ViewWrite through{.table = changed.table->oid,
                          .chosen_by = {changed.chosen_by.begin(), changed.chosen_by.end()}};
        const auto number_of = [&](AttributeNumber of_view) -> AttributeNumber {
            const Column* column = changed.of_table(*changed.view->column(of_view));
            return column == nullptr ? AttributeNumber{0} : column->number;
        };
        for (const WrittenColumn& column : write.columns)
            through.columns.push_back(number_of(column.number));
        for (const AttributeNumber number : write.conflict_columns)
            through.conflict_columns.push_back(number_of(number));
        return through;
    }

    Result<void> add_write(const resolve::Modify& modify, const resolve::Resolution& found) {
        WriteUse write{
            .relation = modify.target->relation->oid,
            .inserts = modify.inserts,
            .updates = modify.updates,
            .deletes = modify.deletes,
            .by_query = modify.source != nullptr && modify.source->kind != resolve::Query::Kind::values,
            .merges = modify.kind == resolve::Modify::Kind::merge,
            .offset = offset_of(modify.target->range_var->location),
            .temporary = modify.target->relation->temporary()};
        Flows flows(in_, memory_, found);
        for (const resolve::Assignment& assignment : modify.assignments) {
            if (assignment.is_left_out) continue;
            auto from = flows.into(modify, assignment);
            if (!from) return from.error();
            write.columns.push_back(
                {.number = assignment.column->number,
                 .from = std::move(*from),
                 .inserted = assignment.clause == resolve::Assignment::Clause::insert,
                 .never_null = !assignment.is_part && !assignment.is_joint && assignment.value != nullptr &&
                               is_never_null(*assignment.value, assignment.column->type, *in_.catalog)});
        }
        for (const Column* column : modify.conflict_columns)
            write.conflict_columns.push_back(column->number);
        if (modify.through) write.through = behind(*modify.through, write);
        write.obstacle = modify.obstacle;
        facts_.writes.push_back(std::move(write));
        return {};
    }

    void add_function(const resolve::Resolution& found, const resolve::FunctionMention& mention,
                      bool through_view, std::size_t offset) {
        FunctionUse use{.schema = mention.schema,
                        .name = mention.name,
                        .safe_builtin = is_safe_function(*in_.catalog, mention.schema, mention.name),
                        .through_view = through_view,
                        .offset = offset,
                        .danger = danger_of_function(mention.schema, mention.name)};
        if (use.safe_builtin && is_age_of_a_transaction(found, mention)) {
            use.safe_builtin = false;
            use.danger = Danger::transactions;
        }
        if (use.danger && mention.call != nullptr) {
            const bool one_list = !mention.call->func_variadic;
            use.safe_builtin = one_list && is_safe_with(mention.name, list_length(mention.call->args));
            use.answered = *use.danger == Danger::sizes && !through_view && !has_parameter(mention.call);
            if (reads_listed_setting(found, mention)) use.safe_builtin = true;
            use.setting = setting_of(mention);
            use.writes_setting = mention.name == "set_config";
            if (mention.sequence != nullptr) use.sequence = mention.sequence->oid;
        }
        facts_.functions.push_back(std::move(use));
    }

    void add_system_column(const resolve::Reference& reference) {
        constexpr std::array<std::string_view, 6> names = {"ctid", "xmin", "cmin",
                                                           "xmax", "cmax", "tableoid"};
        const auto* const name =
            std::ranges::find(names, resolve::string_value(llast(reference.node->fields)));
        facts_.columns.push_back(
            {reference.item->relation->oid, static_cast<AttributeNumber>(names.begin() - name - 1),
             offset_of(reference.node->location), reference.item->relation->temporary()});
    }

    void add_column(const resolve::FromItem* item, int column, std::size_t offset) {
        if (item->kind == resolve::FromItem::Kind::join || item->kind == resolve::FromItem::Kind::merged) {
            if (column < 0) return;  // its members carry the mark
            const resolve::ItemColumn& c = item->columns[static_cast<std::size_t>(column)];
            if (c.origin != nullptr) add_column(c.origin, c.origin_column, offset);
            if (c.merged != nullptr) add_column(c.merged, c.merged_column, offset);
            return;
        }
        // What INSERT proposed is the client's own.
        if (item->relation == nullptr || item->use == resolve::FromItem::Use::excluded) return;
        if (column >= 0) {
            facts_.columns.push_back({item->relation->oid,
                                      item->columns[static_cast<std::size_t>(column)].attribute->number,
                                      offset, item->relation->temporary()});
        } else if (item->whole_row >= 0) {
            facts_.columns.push_back({item->relation->oid, 0, offset, item->relation->temporary()});
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
            add_function((*resolved)->resolution, mention, true, offset);
        return {};
    }

    const resolve::Surroundings& in_;
    parse::TreeMemory& memory_;
    Facts& facts_;
    std::set<Oid> seen_;
};

// Its functions are decided as those of a SELECT; it reads nothing but what is sent.
Result<void> add_copy_condition(const CopyStmt* copy, const resolve::FilledTable& table,
                                parse::TreeMemory& memory, const Catalog& catalog, const NameContext& names,
                                Facts& facts) {
    if (copy->whereClause == nullptr) return {};
    if (auto done = resolve::check_copy_condition(copy, table, memory); !done) return done;
    auto* select = memory.make<SelectStmt>(T_SelectStmt);
    select->fromClause = memory.append(nullptr, copy->relation);
    select->whereClause = copy->whereClause;
    auto read = facts_of({reinterpret_cast<Node*>(select), 0, 0}, memory, catalog, names);
    if (!read) return read.error();
    facts.functions = std::move(read->functions);
    return {};
}

Result<Facts> facts_of_copy_from(const CopyStmt* copy, parse::TreeMemory& memory, const Catalog& catalog,
                                 const NameContext& names, Facts facts) {
    const auto table = resolve::filled_table(copy, catalog, names);
    if (!table) return table.error();
    if (auto done = add_copy_condition(copy, *table, memory, catalog, names, facts); !done)
        return done.error();
    WriteUse write{.relation = table->relation->oid,
                   .inserts = true,
                   .offset = offset_of(copy->relation->location),
                   .temporary = table->relation->temporary()};
    for (const Column* column : table->columns)
        write.columns.push_back({.number = column->number, .from = {}, .inserted = true});
    facts.writes.push_back(std::move(write));
    return facts;
}

// COPY of a table to the client reads it as a SELECT of its columns does.
Result<Facts> facts_of_table_copy(const CopyStmt* copy, parse::TreeMemory& memory, const Catalog& catalog,
                                  const NameContext& names, Facts facts) {
    if (copy->is_from) return facts_of_copy_from(copy, memory, catalog, names, std::move(facts));
    auto table = resolve::copied_table(copy, catalog, names, nullptr);
    if (!table) return table.error();
    auto fragment = parse::parse_select_fragment(memory, table->select);
    if (!fragment) return fragment.error();
    auto read = facts_of({reinterpret_cast<Node*>(fragment->select), 0, fragment->text.size()}, memory,
                         catalog, names);
    if (!read) return read.error();
    const std::size_t offset = offset_of(copy->relation->location);
    facts.relations = std::move(read->relations);
    for (RelationUse& use : facts.relations)
        use.offset = offset;
    if (table->whole) return facts;
    facts.columns = std::move(read->columns);
    for (ColumnUse& use : facts.columns)
        use.offset = offset;
    return facts;
}

Result<Facts> facts_of_lock(const LockStmt* lock, const Catalog& catalog, const NameContext& names,
                            Facts facts) {
    const ListCell* c = nullptr;
    foreach (c, lock->relations) {
        const auto* name = static_cast<const RangeVar*>(lfirst(c));
        auto relation = resolve::relation_named(name, catalog, names);
        if (!relation) return relation.error();
        facts.relations.push_back({.relation = (*relation)->oid,
                                   .offset = offset_of(name->location),
                                   .temporary = (*relation)->temporary()});
    }
    return facts;
}

// Whether DROP, TRUNCATE and what alters a table are about temporary ones is told by what their names mean.
void take_temporary(const Node* statement, const Catalog& catalog, const NameContext& names, Facts& facts) {
    if (IsA(statement, DropStmt) &&
        resolve::drops_temporary(reinterpret_cast<const DropStmt*>(statement), catalog, names))
        facts.kind = StatementKind::drop_temporary;
    if (IsA(statement, TruncateStmt) &&
        resolve::truncates_temporary(reinterpret_cast<const TruncateStmt*>(statement), catalog, names))
        facts.kind = StatementKind::truncate_temporary;
    const auto altered = resolve::altered_by(statement);
    if (!resolve::are_temporary(altered, catalog, names)) return;
    facts.kind = StatementKind::alter_temporary;
    for (const RangeVar* name : altered)
        facts.relations.push_back({.relation = (*resolve::relation_named(name, catalog, names))->oid,
                                   .offset = offset_of(name->location),
                                   .temporary = true});
}

}  // namespace

Result<Facts> facts_of(const parse::Statement& statement, parse::TreeMemory& memory, const Catalog& catalog,
                       const NameContext& names) {
    Facts facts = facts_of_kind(statement.node);
    take_temporary(statement.node, catalog, names, facts);
    Node* query = parse::innermost(statement.node);
    if (query != statement.node) facts.carries = facts_of_kind(query).kind;
    if (IsA(statement.node, CopyStmt) && query == statement.node)
        return facts_of_table_copy(reinterpret_cast<const CopyStmt*>(query), memory, catalog, names, facts);
    if (IsA(query, LockStmt))
        return facts_of_lock(reinterpret_cast<const LockStmt*>(query), catalog, names, facts);
    const bool makes_or_alters = IsA(statement.node, CreateStmt) || IsA(statement.node, IndexStmt);
    if (facts.kind == StatementKind::ddl && makes_or_alters) return facts;
    Node* named = parse::query_of(memory, statement.node);
    if (named == nullptr) return facts;
    const resolve::Surroundings surroundings{.catalog = &catalog, .names = &names};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, memory, resolution);
    const parse::WithoutInto without(facts.kind == StatementKind::create_temporary ? named : nullptr);
    if (!resolver.statement(named)) {
        Error error = resolver.error();
        if (resolver.error_location() >= 0)
            error.offset = static_cast<std::size_t>(resolver.error_location());
        return error;
    }
    if (named != query && resolution.queries.size() > 1) {
        return Error{.code = Errc::unsupported,
                     .message = "sub-queries cannot be arguments of EXECUTE or CALL, nor defaults",
                     .hint = "Read the value first, and give it as a constant."};
    }
    FactsBuilder builder(surroundings, memory, facts);
    if (auto done = builder.add(resolution); !done) return done.error();
    return facts;
}

Result<std::vector<WriteUse>> writes_under(const parse::Statement& statement, parse::TreeMemory& memory,
                                           const Catalog& catalog, const NameContext& names,
                                           const Treatment& treatment) {
    const resolve::Surroundings surroundings{.catalog = &catalog, .names = &names, .treatment = &treatment};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, memory, resolution);
    if (!resolver.statement(parse::query_of(memory, statement.node))) return resolver.error();
    Facts facts;
    FactsBuilder builder(surroundings, memory, facts);
    if (auto done = builder.add_writes(resolution); !done) return done.error();
    return std::move(facts.writes);
}

}  // namespace sql::lineage
