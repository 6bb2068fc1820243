#include <algorithm>
#include <array>

#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"

// PostgreSQL's own functions in FROM whose columns are known: then a name beside them means one thing only.
namespace sql::resolve {
namespace {

/// One column, which bears the function's name, or its alias.
constexpr std::array<std::string_view, 6> named_by_alias = {"generate_series",       "generate_subscripts",
                                                            "regexp_split_to_table", "string_to_table",
                                                            "json_object_keys",      "jsonb_object_keys"};

bool is_composite(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.base_type(oid);
    return type == nullptr || type->kind == 'c' || type->kind == 'p';
}

}  // namespace

// Of an array of rows unnest() makes a column of each of theirs.
bool Resolver::is_plain_array(const Node* node) const {
    switch (nodeTag(node)) {
        case T_TypeCast: {
            const TypeName* name = reinterpret_cast<const TypeCast*>(node)->typeName;
            const Type* type = named_type(*name);
            return type != nullptr && name->arrayBounds != nullptr && !is_composite(type->oid, *in_.catalog);
        }
        case T_A_ArrayExpr: {
            // Beside a NULL or a text one that is a row would make all of them rows.
            const List* elements = reinterpret_cast<const A_ArrayExpr*>(node)->elements;
            const ListCell* c = nullptr;
            foreach (c, elements) {
                if (!IsA(cell<Node>(*c), A_Const)) return false;
            }
            return elements != nullptr;
        }
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            return std::ranges::any_of(out_.functions, [&](const FunctionMention& mention) {
                return mention.call == call && mention.schema == "pg_catalog" &&
                       is_one_of(mention.name, "string_to_array", "regexp_split_to_array", "regexp_match");
            });
        }
        case T_ColumnRef: {
            const auto bound = out_.bound.find(node);
            if (bound == out_.bound.end() || bound->second.column < 0) return false;
            const Column* column =
                bound->second.item->columns[static_cast<std::size_t>(bound->second.column)].attribute;
            const Type* type = column == nullptr ? nullptr : in_.catalog->type(column->type);
            return type != nullptr && type->element != 0 && type->category == 'A' &&
                   !is_composite(type->element, *in_.catalog);
        }
        default: return false;
    }
}

void Resolver::name_function_columns(const RangeFunction& function, FromItem& made) {
    std::vector<std::string> names;
    const ListCell* c = nullptr;
    foreach (c, function.functions) {
        const auto* call = static_cast<const Node*>(linitial(cell<List>(*c)));
        if (!IsA(call, FuncCall)) return;
        const auto mention = std::ranges::find(out_.functions, reinterpret_cast<const FuncCall*>(call),
                                               &FunctionMention::call);
        const auto has_another = [&](const std::string& schema) {
            return !in_.catalog->functions(schema, mention->name).empty();
        };
        if (mention == out_.functions.end() || mention->schema != "pg_catalog" ||
            std::ranges::any_of(in_.catalog->trusted_schemas(), has_another))
            return;
        const List* arguments = mention->call->args;
        const bool unnests = mention->name == "unnest" && arguments != nullptr;
        if (!unnests && std::ranges::find(named_by_alias, mention->name) == named_by_alias.end()) return;
        const ListCell* a = nullptr;
        foreach (a, arguments) {
            if (unnests && !is_plain_array(cell<Node>(*a))) return;
            if (unnests || a == list_head(arguments)) names.push_back(mention->name);
        }
    }
    if (names.size() == 1 && function.alias != nullptr) names.front() = function.alias->aliasname;
    if (function.ordinality) names.emplace_back("ordinality");
    if (function.alias != nullptr &&
        static_cast<std::size_t>(list_length(function.alias->colnames)) > names.size())
        return;
    for (std::string& name : names)
        made.columns.push_back({.name = std::move(name)});
    made.open_ended = false;
}

}  // namespace sql::resolve
