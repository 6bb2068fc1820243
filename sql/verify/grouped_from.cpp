#include "sql/verify/grouped_from.hpp"

#include <algorithm>
#include <string_view>

#include "sql/heirs.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/verify/every_node.hpp"
#include "sql/verify/masked_select.hpp"
#include "sql/verify/person_table.hpp"
#include "sql/verify/walk.hpp"

namespace sql::verify {

std::vector<Node*> columns_in(Node* root) {
    return every_outside_sub_queries(root, [](const Node* node) { return nodeTag(node) == T_ColumnRef; });
}

bool equates_columns(const Node* condition) {
    if (nodeTag(condition) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
           std::string_view(strVal(linitial(expr->name))) == "=" && expr->lexpr != nullptr &&
           expr->rexpr != nullptr && nodeTag(expr->lexpr) == T_ColumnRef &&
           nodeTag(expr->rexpr) == T_ColumnRef;
}

Result<void> GroupedFrom::read() {
    for (int i = 0; i < list_length(select_->fromClause); ++i) {
        if (auto done = item(static_cast<Node*>(list_nth(select_->fromClause, i))); !done) return done;
    }
    return {};
}

namespace {

/// Its key is that of a person. Rows of a child may hold the same again.
bool has_one_row_each(const Relation& relation, const RelationTreatment& treated, const Catalog& catalog) {
    return !has_heirs(relation, catalog) &&
           std::ranges::all_of(treated.subjects, [&](const SubjectKey& subject) {
               const Column* column = relation.column(subject.column);
               const auto& key = relation.primary_key;
               return column != nullptr &&
                      (column->unique || (key.size() == 1 && key.front() == subject.column));
           });
}

/// nullptr: not by paths of a document.
const mask::Document* masked_paths(const Relation& relation, const RelationTreatment& treated,
                                   std::string_view column) {
    const Column* of_table = relation.column(column);
    const auto found = of_table == nullptr ? treated.columns.end() : treated.columns.find(of_table->number);
    const auto* masked = found == treated.columns.end() ? nullptr : std::get_if<Masked>(&found->second);
    return masked == nullptr ? nullptr : std::get_if<mask::Document>(&masked->mask);
}

bool may_mean(const List* fields, const Person& person) {
    return list_length(fields) == 1 || strVal(linitial(fields)) == person.alias;
}

}  // namespace

bool GroupedFrom::names_a_key(const List* fields) const {
    const std::string_view name = strVal(llast(fields));
    return std::ranges::any_of(people, [&](const Person& person) {
        return may_mean(fields, person) &&
               std::ranges::any_of(person.keys, [&](const auto& key) { return key.contains(name); });
    });
}

bool GroupedFrom::names_a_mask(const List* fields) const {
    const std::string_view name = strVal(llast(fields));
    return std::ranges::any_of(people, [&](const Person& person) {
        return may_mean(fields, person) && person.masked.contains(name);
    });
}

bool GroupedFrom::reads_open_path(const DocumentPath& path) const {
    const List* fields = path.document->fields;
    const std::string_view name = strVal(llast(fields));
    return std::ranges::all_of(people, [&](const Person& person) {
        const auto named = person.masked.find(name);
        return !may_mean(fields, person) || named == person.masked.end() ||
               (named->second != nullptr && is_open_path(path, *named->second));
    });
}

Result<void> GroupedFrom::item(Node* node) {
    switch (nodeTag(node)) {
        case T_RangeVar: table(reinterpret_cast<const RangeVar*>(node)); return {};
        case T_JoinExpr: {
            const auto* join = reinterpret_cast<const JoinExpr*>(node);
            joined.push_back(join->quals);
            outer = outer || join->jointype != JOIN_INNER;
            for (int i = 0; i < list_length(join->usingClause); ++i)
                merged.insert(strVal(list_nth(join->usingClause, i)));
            if (auto done = item(join->larg); !done) return done;
            return item(join->rarg);
        }
        case T_RangeSubselect: return sub_select(reinterpret_cast<const RangeSubselect*>(node));
        default: only_tables = all_known = false; return {};
    }
}

void GroupedFrom::table(const RangeVar* name) {
    if (name->schemaname == nullptr) {
        only_tables = all_known = false;
        return;
    }
    const Relation* relation = catalog_.relation(name->schemaname, name->relname);
    const Alias* alias = name->alias;
    for (std::size_t i = 0; relation != nullptr && i < relation->columns.size(); ++i) {
        const Column& column = relation->columns[i];
        const bool renamed = alias != nullptr && static_cast<int>(i) < list_length(alias->colnames);
        names.add({alias == nullptr ? name->relname : alias->aliasname,
                   renamed ? strVal(list_nth(alias->colnames, static_cast<int>(i))) : column.name,
                   column.not_null, summed_column(*relation, column)});
    }
}

Result<void> GroupedFrom::sub_select(const RangeSubselect* sub) {
    const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
    const RangeVar* name = read_relation(inner);
    const Relation* relation = name == nullptr || name->schemaname == nullptr
                                   ? nullptr
                                   : catalog_.relation(name->schemaname, name->relname);
    const RelationTreatment* treated = relation == nullptr ? nullptr : treatment_.of(relation->oid);
    if (treated == nullptr && person_table(sub)) return {};
    if (treated == nullptr) {
        only_tables = false;
        outputs(sub);
        return {};
    }
    if (sub->alias == nullptr || sub->lateral) return defect("people without a name to count them by");
    if (nodeTag(linitial(inner->fromClause)) == T_RangeTableSample)
        return defect("a sample chooses people before they are counted");
    guarded.push_back(inner);
    Person person{.alias = sub->alias->aliasname};
    person.keys.resize(treated->subjects.size());
    person.has_one_row = has_one_row_each(*relation, *treated, catalog_);
    for (int i = 0; i < list_length(inner->targetList); ++i) {
        const auto* target = static_cast<const ResTarget*>(list_nth(inner->targetList, i));
        const bool plain = target->val != nullptr && nodeTag(target->val) == T_ColumnRef;
        const std::string raw =
            plain ? strVal(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields)) : "";
        std::string shown = target->name != nullptr ? target->name : raw;
        const bool is_masked = target->name != nullptr && !shown.starts_with("__tabir_");
        const mask::Document* paths = is_masked ? masked_paths(*relation, *treated, shown) : nullptr;
        if (i < list_length(sub->alias->colnames)) shown = strVal(list_nth(sub->alias->colnames, i));
        if (is_masked) {
            person.masked.emplace(shown, paths);
            masked.insert(shown);
        }
        const Column* column = plain ? relation->column(raw) : nullptr;
        const bool stored = column != nullptr && !is_masked;
        names.add({person.alias, shown, stored && column->not_null,
                   stored ? summed_column(*relation, *column) : SummedColumn{}});
        for (std::size_t k = 0; column != nullptr && k < person.keys.size(); ++k) {
            if (treated->subjects[k].column == column->number) person.keys[k].insert(shown);
        }
    }
    people.push_back(std::move(person));
    return {};
}

// What is worked out of each person: a table of people to the query around it.
bool GroupedFrom::person_table(const RangeSubselect* sub) {
    const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
    if (sub->alias == nullptr || sub->lateral) return false;
    auto table = read_person_table(memory_, catalog_, treatment_, inner);
    if (!table) return false;
    table->person.alias = sub->alias->aliasname;
    std::vector<std::pair<std::string, std::string>> renamed_to;
    for (std::size_t i = 0; i < table->outputs.size(); ++i) {
        auto& [name, not_null, summed] = table->outputs[i];
        const bool renamed = static_cast<int>(i) < list_length(sub->alias->colnames);
        const std::string shown =
            renamed ? strVal(list_nth(sub->alias->colnames, static_cast<int>(i))) : name;
        renamed_to.emplace_back(name, shown);
        names.add({table->person.alias, shown, not_null, summed});
    }
    table->person.rename(renamed_to);
    for (const auto& [name, masks] : table->person.masked)
        masked.insert(name);
    guarded.insert(guarded.end(), table->guarded.begin(), table->guarded.end());
    people.push_back(std::move(table->person));
    return true;
}

// Of a query over which nothing is proven here.
void GroupedFrom::outputs(const RangeSubselect* sub) {
    const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
    if (sub->alias == nullptr || sub->lateral || inner->op != SETOP_NONE || inner->valuesLists != nullptr) {
        all_known = false;
        return;
    }
    for (int i = 0; i < list_length(inner->targetList); ++i) {
        const auto* target = static_cast<const ResTarget*>(list_nth(inner->targetList, i));
        const bool renamed = i < list_length(sub->alias->colnames);
        const bool star = nodeTag(target->val) == T_ColumnRef &&
                          nodeTag(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields)) == T_A_Star;
        all_known = all_known && !star;
        if (star) continue;
        names.add({sub->alias->aliasname,
                   renamed ? strVal(list_nth(sub->alias->colnames, i)) : resolve::output_name(target),
                   false,
                   {}});
    }
}

}  // namespace sql::verify
