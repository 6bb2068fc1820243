#include "sql/edits/named_tables.hpp"

#include <algorithm>

namespace sql::edits {
namespace {

bool collect_with(Node* node, std::vector<std::string_view>* found) {
    if (node == nullptr) return false;
    if (IsA(node, CommonTableExpr)) found->emplace_back(reinterpret_cast<CommonTableExpr*>(node)->ctename);
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_with), found);
}

bool collect_tables(Node* node, std::vector<const RangeVar*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, RangeVar)) found->push_back(reinterpret_cast<RangeVar*>(node));
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_tables), found);
}

}  // namespace

std::vector<const RangeVar*> tables_named_in(const SelectStmt* query) {
    std::vector<const RangeVar*> found;
    collect_tables(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    return found;
}

NamedTables::NamedTables(const SelectStmt* query, const Catalog& catalog, const NameContext& names)
    : catalog_(catalog), names_(names) {
    collect_with(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &with_queries_);
}

const Relation* NamedTables::relation(const RangeVar* name) const {
    const bool is_query =
        name->schemaname == nullptr && std::ranges::find(with_queries_, name->relname) != with_queries_.end();
    if (is_query || name->catalogname != nullptr || !name->inh ||
        (name->alias != nullptr && name->alias->colnames != nullptr))
        return nullptr;
    auto relation = resolve::relation_named(name, catalog_, names_);
    return relation ? *relation : nullptr;
}

const Relation* NamedTables::table(const RangeVar* name) const {
    const Relation* found = relation(name);
    const bool table = found != nullptr &&
                       (found->kind == RelationKind::table || found->kind == RelationKind::partitioned_table);
    return table ? found : nullptr;
}

const Relation* NamedTables::view(const RangeVar* name) const {
    const Relation* found = relation(name);
    return found != nullptr && found->kind == RelationKind::view ? found : nullptr;
}

bool may_aggregate(const FuncCall* call, const Catalog& catalog) {
    if (call->over != nullptr) return false;
    const auto functions = catalog.functions("pg_catalog", std::string_view(strVal(llast(call->funcname))));
    return functions.empty() || std::ranges::any_of(functions, [](const Function* one) {
               return one->kind != 'f' || one->returns_set;
           });
}

}  // namespace sql::edits
