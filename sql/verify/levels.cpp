#include "sql/verify/levels.hpp"

#include <algorithm>

#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

using Names = std::vector<std::string>;

Names columns_of(const SelectStmt* select, const Catalog& catalog, const Level& around);
Names columns_of(const List* targets, const Level& from);

void rename(const Alias* alias, Names& columns) {
    if (alias == nullptr) return;
    for (int i = 0; i < list_length(alias->colnames); ++i) {
        const std::string name = strVal(list_nth(alias->colnames, i));
        if (static_cast<std::size_t>(i) < columns.size())
            columns[static_cast<std::size_t>(i)] = name;
        else
            columns.push_back(name);
    }
}

void add_relation(const RangeVar* name, const Catalog& catalog, Level& level) {
    NamedItem item{.alias = name->alias != nullptr ? name->alias->aliasname : name->relname, .columns = {}};
    if (name->schemaname != nullptr) {
        if (const Relation* relation = catalog.relation(name->schemaname, name->relname)) {
            for (const Column& column : relation->columns)
                item.columns.push_back(column.name);
        }
    } else if (const Names* cte = level.cte(name->relname)) {
        item.columns = *cte;
    }
    rename(name->alias, item.columns);
    level.items.push_back(std::move(item));
}

void add_item(const Node* node, const Catalog& catalog, Level& level) {
    switch (nodeTag(node)) {
        case T_RangeVar: return add_relation(reinterpret_cast<const RangeVar*>(node), catalog, level);
        case T_RangeTableSample:
            return add_item(reinterpret_cast<const RangeTableSample*>(node)->relation, catalog, level);
        case T_RangeSubselect: {
            const auto* sub = reinterpret_cast<const RangeSubselect*>(node);
            NamedItem item{
                .alias = sub->alias == nullptr ? "" : sub->alias->aliasname,
                .columns = columns_of(reinterpret_cast<const SelectStmt*>(sub->subquery), catalog, level)};
            rename(sub->alias, item.columns);
            level.items.push_back(std::move(item));
            return;
        }
        case T_RangeFunction: {
            const auto* function = reinterpret_cast<const RangeFunction*>(node);
            NamedItem item;
            if (function->alias != nullptr) item.alias = function->alias->aliasname;
            rename(function->alias, item.columns);
            level.items.push_back(std::move(item));
            return;
        }
        case T_JoinExpr: {
            const auto* join = reinterpret_cast<const JoinExpr*>(node);
            add_item(join->larg, catalog, level);
            add_item(join->rarg, catalog, level);
            if (join->alias != nullptr)
                level.items.push_back({.alias = join->alias->aliasname, .columns = {}});
            return;
        }
        default: return;  // what gives names that are not known gives none
    }
}

Names columns_of(const List* targets, const Level& from) {
    Names columns;
    for (int i = 0; i < list_length(targets); ++i) {
        const auto* target = static_cast<const ResTarget*>(list_nth(targets, i));
        const bool star = target->name == nullptr && target->val != nullptr &&
                          nodeTag(target->val) == T_ColumnRef &&
                          nodeTag(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields)) == T_A_Star;
        if (!star) {
            columns.push_back(resolve::output_name(target));
            continue;
        }
        for (const NamedItem& item : from.items)
            columns.insert(columns.end(), item.columns.begin(), item.columns.end());
    }
    return columns;
}

Names columns_of(const SelectStmt* select, const Catalog& catalog, const Level& around) {
    while (select->larg != nullptr)
        select = select->larg;
    Names columns;
    if (select->valuesLists != nullptr) {
        const int width = list_length(static_cast<const List*>(linitial(select->valuesLists)));
        for (int i = 1; i <= width; ++i)
            columns.push_back("column" + std::to_string(i));
        return columns;
    }
    Level level{.outer = &around};
    add_ctes(select->withClause, catalog, level);
    add_from(select->fromClause, catalog, level);
    return columns_of(select->targetList, level);
}

// The names of RETURNING; a * there counts as none.
Names returned_by(const Node* statement) {
    const Level nothing;
    switch (nodeTag(statement)) {
        case T_InsertStmt:
            return columns_of(reinterpret_cast<const InsertStmt*>(statement)->returningList, nothing);
        case T_UpdateStmt:
            return columns_of(reinterpret_cast<const UpdateStmt*>(statement)->returningList, nothing);
        case T_DeleteStmt:
            return columns_of(reinterpret_cast<const DeleteStmt*>(statement)->returningList, nothing);
        default: return {};  // nothing else returns rows
    }
}

}  // namespace

bool Level::has_alias(std::string_view alias) const {
    return std::ranges::find(items, alias, &NamedItem::alias) != items.end();
}

bool Level::has_column(std::string_view name) const {
    return std::ranges::any_of(items, [&](const NamedItem& item) {
        return std::ranges::find(item.columns, name) != item.columns.end();
    });
}

const std::vector<std::string>* Level::cte(std::string_view name) const {
    for (const Level* level = this; level != nullptr; level = level->outer) {
        if (const auto found = level->ctes.find(name); found != level->ctes.end()) return &found->second;
    }
    return nullptr;
}

void add_ctes(const WithClause* with, const Catalog& catalog, Level& level) {
    if (with == nullptr) return;
    for (int i = 0; i < list_length(with->ctes); ++i) {
        const auto* cte = static_cast<const CommonTableExpr*>(list_nth(with->ctes, i));
        Names columns = nodeTag(cte->ctequery) == T_SelectStmt
                            ? columns_of(reinterpret_cast<const SelectStmt*>(cte->ctequery), catalog, level)
                            : returned_by(cte->ctequery);
        for (int k = 0; k < list_length(cte->aliascolnames); ++k) {
            if (static_cast<std::size_t>(k) < columns.size())
                columns[static_cast<std::size_t>(k)] = strVal(list_nth(cte->aliascolnames, k));
        }
        level.ctes[cte->ctename] = std::move(columns);
    }
}

void add_from(const List* from, const Catalog& catalog, Level& level) {
    for (int i = 0; i < list_length(from); ++i)
        add_item(static_cast<const Node*>(list_nth(from, i)), catalog, level);
}

}  // namespace sql::verify
