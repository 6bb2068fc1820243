#include "sql/lineage/setting_calls.hpp"

#include "sql/lineage/constants.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/search_path.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

/// The text of a constant that is not NULL.
std::optional<std::string> constant(const Node* node) {
    const Node* inner = node;
    while (inner != nullptr && IsA(inner, TypeCast))
        inner = reinterpret_cast<const TypeCast*>(inner)->arg;
    if (inner == nullptr || !IsA(inner, A_Const) || reinterpret_cast<const A_Const*>(inner)->isnull)
        return std::nullopt;
    return text_of(inner);
}

bool is_parameter(const Node* node) {
    while (node != nullptr && IsA(node, TypeCast))
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node != nullptr && IsA(node, ParamRef);
}

/// pg_dump sets what the server may not have: SELECT set_config(name, 'x', false) FROM pg_settings WHERE
/// name = 'y'.
std::optional<std::string> fixed_by_where(const Node* node, const resolve::Query* query) {
    if (query == nullptr || query->node->whereClause == nullptr || !IsA(node, ColumnRef) ||
        !IsA(query->node->whereClause, A_Expr))
        return std::nullopt;
    const auto* condition = reinterpret_cast<const A_Expr*>(query->node->whereClause);
    if (condition->kind != AEXPR_OP || list_length(condition->name) != 1 ||
        std::string_view(strVal(linitial(condition->name))) != "=" || condition->lexpr == nullptr ||
        !IsA(condition->lexpr, ColumnRef))
        return std::nullopt;
    const List* left = reinterpret_cast<const ColumnRef*>(condition->lexpr)->fields;
    const List* right = reinterpret_cast<const ColumnRef*>(node)->fields;
    if (list_length(left) != 1 || list_length(right) != 1 || !IsA(linitial(left), String) ||
        !IsA(linitial(right), String) || std::string_view(strVal(linitial(left))) != strVal(linitial(right)))
        return std::nullopt;
    return constant(condition->rexpr);
}

bool is_target(const resolve::FunctionMention& mention) {
    if (mention.query == nullptr) return false;
    const ListCell* c = nullptr;
    foreach (c, mention.query->node->targetList) {
        if (resolve::cell<ResTarget>(*c)->val == reinterpret_cast<Node*>(mention.call)) return true;
    }
    return false;
}

std::optional<std::string> name_of(const resolve::FunctionMention& mention) {
    const auto* first = static_cast<const Node*>(linitial(mention.call->args));
    auto name = constant(first);
    if (!name && is_target(mention)) name = fixed_by_where(first, mention.query);
    if (!name || name->empty()) return std::nullopt;
    return lower(*name);
}

bool is_true(const std::string& word) {
    const std::string folded = lower(word);
    return folded == "true" || folded == "t" || folded == "on" || folded == "yes" || folded == "1";
}

}  // namespace

std::optional<SettingUse> setting_of(const resolve::FunctionMention& mention) {
    const FuncCall* call = mention.call;
    if (mention.schema != "pg_catalog" || call == nullptr || call->func_variadic || call->args == nullptr)
        return std::nullopt;
    const int count = list_length(call->args);
    const bool reads = mention.name == "current_setting" && count <= 2;
    const bool writes = mention.name == "set_config" && count == 3;
    if (!reads && !writes) return std::nullopt;
    auto name = name_of(mention);
    if (!name) return std::nullopt;
    SettingUse use{.name = std::move(*name)};
    if (reads) return use;
    if (use.name != "search_path" && is_parameter(static_cast<const Node*>(lsecond(call->args)))) {
        use.of_parameter = true;
        return use;
    }
    auto value = constant(static_cast<const Node*>(lsecond(call->args)));
    const auto local = constant(static_cast<const Node*>(lthird(call->args)));
    if (!value || !local) return std::nullopt;
    use.local = is_true(*local);
    if (use.name == "search_path") {
        auto names = split_search_path(*value);
        if (!names) return std::nullopt;
        use.values = std::move(*names);
        if (use.values.empty()) use.values.emplace_back();  // no schema at all, rather than the default
    } else {
        use.values.push_back(std::move(*value));
    }
    return use;
}

std::optional<SettingUse> path_set_alone(const resolve::Resolution& statement) {
    const SelectStmt* select = statement.root->node;
    if (statement.functions.size() != 1 || statement.queries.size() != 1 || !statement.items.empty() ||
        list_length(select->targetList) != 1)
        return std::nullopt;
    const resolve::FunctionMention& mention = statement.functions.front();
    const auto* target = static_cast<const ResTarget*>(linitial(select->targetList));
    if (mention.name != "set_config" || target->val != reinterpret_cast<const Node*>(mention.call))
        return std::nullopt;
    const bool more = select->whereClause != nullptr || select->groupClause != nullptr ||
                      select->havingClause != nullptr || select->limitCount != nullptr ||
                      select->limitOffset != nullptr || select->sortClause != nullptr ||
                      select->distinctClause != nullptr || select->withClause != nullptr ||
                      select->intoClause != nullptr || select->lockingClause != nullptr;
    auto use = more ? std::nullopt : setting_of(mention);
    if (!use || use->name != "search_path") return std::nullopt;
    use->result_column = resolve::output_name(target);
    return use;
}

}  // namespace sql::lineage
