#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "sql/edits/rewriter.hpp"
#include "sql/functions.hpp"
#include "sql/print/quote.hpp"
#include "sql/search_path.hpp"

#include "sql/parse/pg_nodes.hpp"

// Built-ins that tell of the search_path. A back end's path is not the client's (sql::backend_search_path),
// so they are asked in other words, which hang on the client's: without that, tables in a schema with
// operators would be invisible to psql's \d, and current_schema() would be pg_catalog for every ORM.

namespace sql::edits {
namespace {

using resolve::FunctionMention;

/// What a visibility test is about: a system catalog, its column of the schema, and the columns by which one
/// object hides another.
struct VisibilityTest {
    std::string_view function;
    std::string_view catalog;
    std::string_view schema;
    std::string_view name;  // a list of columns
};
constexpr std::array visibility_tests{
    VisibilityTest{"pg_collation_is_visible", "pg_collation", "collnamespace", "collname, collencoding"},
    VisibilityTest{"pg_conversion_is_visible", "pg_conversion", "connamespace", "conname"},
    VisibilityTest{"pg_function_is_visible", "pg_proc", "pronamespace", "proname, proargtypes"},
    VisibilityTest{"pg_opclass_is_visible", "pg_opclass", "opcnamespace", "opcname, opcmethod"},
    VisibilityTest{"pg_operator_is_visible", "pg_operator", "oprnamespace", "oprname, oprleft, oprright"},
    VisibilityTest{"pg_opfamily_is_visible", "pg_opfamily", "opfnamespace", "opfname, opfmethod"},
    VisibilityTest{"pg_statistics_obj_is_visible", "pg_statistic_ext", "stxnamespace", "stxname"},
    VisibilityTest{"pg_table_is_visible", "pg_class", "relnamespace", "relname"},
    VisibilityTest{"pg_ts_config_is_visible", "pg_ts_config", "cfgnamespace", "cfgname"},
    VisibilityTest{"pg_ts_dict_is_visible", "pg_ts_dict", "dictnamespace", "dictname"},
    VisibilityTest{"pg_ts_parser_is_visible", "pg_ts_parser", "prsnamespace", "prsname"},
    VisibilityTest{"pg_ts_template_is_visible", "pg_ts_template", "tmplnamespace", "tmplname"},
    VisibilityTest{"pg_type_is_visible", "pg_type", "typnamespace", "typname"},
};

/// An array literal of names.
std::string array_of(const std::vector<std::string>& names) {
    std::string text = "{";
    for (const std::string& name : names) {
        text += text.size() == 1 ? "\"" : ",\"";
        for (const char c : name) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

/// A call in other words: what stands in front of its arguments, and behind them up to the last bracket.
struct OtherWords {
    std::string before;
    std::string after;
    bool keeps_arguments = true;
};

constexpr std::string_view placeholder = "__tabir_argument";

struct Swap {
    const Node* from;
    Node* to;
    bool done = false;

    template <class T>
    void slot(T** place) {
        if (reinterpret_cast<const Node*>(*place) != from) return;
        *place = reinterpret_cast<T*>(to);
        done = true;
    }
};

/// Puts a node in the place of another, where expressions keep their operands.
bool swap_in(Node* node, void* context) {
    if (node == nullptr) return false;
    auto& swap = *static_cast<Swap*>(context);
    switch (nodeTag(node)) {
        case T_List: {
            ListCell* c = nullptr;
            foreach (c, reinterpret_cast<List*>(node))
                swap.slot(&c->ptr_value);
            break;
        }
        case T_ResTarget: swap.slot(&reinterpret_cast<ResTarget*>(node)->val); break;
        case T_SubLink: swap.slot(&reinterpret_cast<SubLink*>(node)->testexpr); break;
        case T_TypeCast: swap.slot(&reinterpret_cast<TypeCast*>(node)->arg); break;
        case T_CaseExpr: {
            auto* expr = reinterpret_cast<CaseExpr*>(node);
            const ListCell* c = nullptr;
            foreach (c, expr->args) {  // the walk passes over the CaseWhen nodes themselves
                swap.slot(&resolve::cell<CaseWhen>(*c)->expr);
                swap.slot(&resolve::cell<CaseWhen>(*c)->result);
            }
            swap.slot(&expr->defresult);
            break;
        }
        case T_A_Expr:
            swap.slot(&reinterpret_cast<A_Expr*>(node)->lexpr);
            swap.slot(&reinterpret_cast<A_Expr*>(node)->rexpr);
            break;
        default: break;  // the walk goes on below it
    }
    return swap.done || raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(swap_in), context);
}

bool is_placeholder(Node* node, void* context) {
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        const auto* first = static_cast<const Node*>(linitial(reinterpret_cast<ColumnRef*>(node)->fields));
        if (IsA(first, String) && placeholder == strVal(first)) {
            *static_cast<Node**>(context) = node;
            return true;
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(is_placeholder), context);
}

/// The client's schemas that exist, as current_schemas(false) lists them.
std::vector<std::string> existing_schemas(const Shared& shared) {
    std::vector<std::string> schemas;
    for (const std::string& schema : shared.names.search_path) {
        if (shared.catalog.has_schema(schema) && std::ranges::find(schemas, schema) == schemas.end())
            schemas.push_back(schema);
    }
    return schemas;
}

std::string schema_expression(const std::vector<std::string>& schemas) {
    return "\"pg_catalog\".\"name\"(CAST(" +
           (schemas.empty() ? std::string("NULL") : print::quote_string(schemas.front())) +
           " AS \"pg_catalog\".\"text\")";
}

/// The oids of what can be named without its schema: a look-up that is made once for each statement.
std::string visible_objects(const VisibilityTest& test, const std::vector<std::string>& path) {
    const std::string names =
        "CAST(" + print::quote_string(array_of(path)) + " AS \"pg_catalog\".\"name\"[])";
    return "SELECT DISTINCT ON (" + std::string(test.name) + ") __tabir_o.\"oid\" FROM " +
           print::quote_qualified("pg_catalog", std::string(test.catalog)) +
           " AS __tabir_o JOIN \"pg_catalog\".\"pg_namespace\" AS __tabir_n ON __tabir_n.\"oid\" = "
           "__tabir_o." +
           std::string(test.schema) + " WHERE __tabir_n.\"nspname\" = ANY (" + names + ") ORDER BY " +
           std::string(test.name) + ", \"pg_catalog\".\"array_position\"(" + names +
           ", __tabir_n.\"nspname\")";
}

/// From 0 to 1, as random() gives it, but from no series: a counted role could tell from its next random()
/// how many rows a refused statement had asked for one.
OtherWords random_number() {
    return {
        "\"pg_catalog\".\"float8div\"(CAST(CAST(CAST('x' || "
        "\"pg_catalog\".\"translate\"(\"pg_catalog\".\"left\"("
        "CAST(\"pg_catalog\".\"gen_random_uuid\"() AS \"pg_catalog\".\"text\"), 13), '-', '') "
        "AS \"pg_catalog\".\"bit\"(48)) AS \"pg_catalog\".\"int8\") AS \"pg_catalog\".\"float8\"), "
        "281474976710656",
        "", false};
}

/// Sizes tell totals past a row filter; psql's \dt+ and its kind show an empty one instead.
OtherWords no_size() { return {"\"pg_catalog\".\"int8\"(CAST(NULL AS \"pg_catalog\".\"int4\")", "", false}; }

std::optional<OtherWords> words_for(const FunctionMention& mention, const Shared& shared) {
    const int arguments = list_length(mention.call->args);
    const auto schemas = existing_schemas(shared);
    if (mention.name == "current_schema" && arguments == 0)
        return OtherWords{schema_expression(schemas), "", false};
    if (mention.name == "current_schemas" && arguments == 1) {
        auto all = schemas;
        if (std::ranges::find(all, "pg_catalog") == all.end()) all.insert(all.begin(), "pg_catalog");
        const std::string left_out =
            all.size() == schemas.size() ? std::string("NULL") : print::quote_string("pg_catalog");
        return OtherWords{"\"pg_catalog\".\"array_remove\"(CAST(" + print::quote_string(array_of(all)) +
                              " AS \"pg_catalog\".\"name\"[]), CASE WHEN ",
                          " THEN NULL ELSE " + left_out + " END"};
    }
    if (mention.name == "current_setting" && (arguments == 1 || arguments == 2)) {
        const auto* name = static_cast<const Node*>(linitial(mention.call->args));
        const bool path =
            IsA(name, A_Const) && IsA(&reinterpret_cast<const A_Const*>(name)->val, String) &&
            std::string_view(reinterpret_cast<const A_Const*>(name)->val.sval.sval) == "search_path";
        if (!path) return std::nullopt;
        return OtherWords{
            "\"pg_catalog\".\"concat\"(" + print::quote_string(search_path_text(shared.names.search_path)),
            "", false};
    }
    if (mention.name == "random" && arguments == 0 && !shared.treatment.counted.empty())
        return random_number();
    if (danger_of_function(mention.schema, mention.name) == Danger::sizes) return no_size();
    const auto test = std::ranges::find(visibility_tests, mention.name, &VisibilityTest::function);
    if (test == visibility_tests.end() || arguments != 1) return std::nullopt;
    auto path = schemas;
    if (std::ranges::find(path, "pg_catalog") == path.end()) path.insert(path.begin(), "pg_catalog");
    return OtherWords{"\"pg_catalog\".\"booleq\"((", ") IN (" + visible_objects(*test, path) + "), true"};
}

bool is_plain_call(const FuncCall* call) {
    return call->agg_order == nullptr && call->agg_filter == nullptr && call->over == nullptr &&
           !call->agg_within_group && !call->agg_star && !call->agg_distinct && !call->func_variadic;
}

}  // namespace

Result<void> Rewriter::answer_session_calls() {
    std::vector<std::pair<ResTarget*, std::string>> names;
    const auto remember = [&](const Query* query) {
        if (query == nullptr) return;
        const ListCell* c = nullptr;
        foreach (c, query->node->targetList) {
            auto* target = resolve::cell<ResTarget>(*c);
            const bool known =
                std::ranges::any_of(names, [&](const auto& one) { return one.first == target; });
            if (target->name == nullptr && target->location >= 0 && !known)
                names.emplace_back(target, resolve::output_name(target));
        }
    };
    for (const FunctionMention& mention : found_.functions) {
        if (mention.call == nullptr || mention.schema != "pg_catalog" || !is_plain_call(mention.call))
            continue;
        const auto words = words_for(mention, shared_);
        if (!words || is_printed_apart(static_cast<std::size_t>(mention.location))) continue;
        remember(mention.query);
        if (auto done = keep_name_in_from(mention); !done) return done;
        if (auto done = say_otherwise(mention.call, words->before, words->after, words->keeps_arguments);
            !done)
            return done;
    }
    for (const auto& [value, query] : found_.current_schemas) {
        remember(query);
        if (auto done = say_current_schema(value, query); !done) return done;
    }
    for (const auto& [target, name] : names) {
        if (resolve::output_name(target) == name) continue;
        target->name = shared_.memory.string(name);
        insert_at(target_end(tokens_, token_at(target->location)), " AS " + print::quote_identifier(name));
    }
    return {};
}

// FROM current_schema() names its column after the function.
Result<void> Rewriter::keep_name_in_from(const FunctionMention& mention) {
    for (const FromItem& item : found_.items) {
        if (item.kind != FromItem::Kind::function || item.slot == nullptr || !IsA(*item.slot, RangeFunction))
            continue;
        auto* function = reinterpret_cast<RangeFunction*>(*item.slot);
        if (function->alias != nullptr || function->is_rowsfrom ||
            linitial(static_cast<List*>(linitial(function->functions))) != mention.call)
            continue;
        auto place = place_of(item);
        if (!place) return place.error();
        auto* alias = shared_.memory.make<Alias>(T_Alias);
        alias->aliasname = shared_.memory.string(mention.name);
        function->alias = alias;
        insert_at((*place)->body_end, " AS " + print::quote_identifier(mention.name));
    }
    return {};
}

Result<void> Rewriter::say_otherwise(FuncCall* call, const std::string& before, const std::string& after,
                                     bool keeps_arguments) {
    const std::size_t first = token_at(call->location);
    const std::size_t open = first + 2 * static_cast<std::size_t>(list_length(call->funcname)) - 1;
    if (open >= tokens_.all().size() || !tokens_.all()[open].is_op("(")) {
        return Error{.code = Errc::unsupported,
                     .message = "this spelling of a call is not supported",
                     .hint = "Write function(arguments).",
                     .offset = static_cast<std::size_t>(call->location)};
    }
    const std::size_t close = tokens_.closing(open);
    std::erase_if(found_.qualify,
                  [&](const resolve::Qualify& name) { return name.names == &call->funcname; });

    List* arguments = call->args;
    auto node = parse_expression(before + (keeps_arguments ? std::string(placeholder) : "") + after + ")");
    if (!node) return node.error();
    auto* other = reinterpret_cast<FuncCall*>(*node);
    if (keeps_arguments) {
        Node* place = nullptr;
        is_placeholder(*node, &place);
        Swap swap{.from = place, .to = static_cast<Node*>(linitial(arguments))};
        swap_in(*node, &swap);
        replace_tokens(first, open + 1, before);
        insert_at(close, after);
    } else {
        replace_tokens(first, close + 1, before + ")");
        was_printed_apart(first, close + 1);
    }
    *call = *other;
    return {};
}

// CURRENT_SCHEMA without brackets is a node of its own, which a call takes the place of.
Result<void> Rewriter::say_current_schema(SQLValueFunction* value, const Query* query) {
    const std::string text = schema_expression(existing_schemas(shared_)) + ")";
    auto node = parse_expression(text);
    if (!node) return node.error();
    Swap swap{.from = reinterpret_cast<Node*>(value), .to = *node};
    swap_in(reinterpret_cast<Node*>(query->node), &swap);
    if (!swap.done) return {};  // the back end answers
    const std::size_t at = token_at(value->location);
    replace_tokens(at, at + 1, text);
    return {};
}

}  // namespace sql::edits
