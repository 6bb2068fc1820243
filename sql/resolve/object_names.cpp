#include <algorithm>
#include <array>
#include <optional>

#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"

// Names of objects inside of string constants: 'customers'::regclass, to_regtype('mood'). They are looked up
// when the statement runs, under the back end's search_path and not the client's: so they get their schema
// here.
namespace sql::resolve {
namespace {

enum class ObjectKind { relation, type, function };

std::optional<ObjectKind> kind_of_type(std::string_view reg_type) {
    if (reg_type == "regclass") return ObjectKind::relation;
    if (reg_type == "regtype") return ObjectKind::type;
    if (reg_type == "regproc" || reg_type == "regprocedure") return ObjectKind::function;
    return std::nullopt;  // the names of roles, schemas and built-ins need no schema
}

/// Which argument of a built-in function names an object.
struct NamingArgument {
    std::string_view function;
    ObjectKind kind;
    int from_behind;  // 0: the last argument; these functions may have a role's name in front
};
constexpr auto naming_arguments = std::to_array<NamingArgument>({
    {"to_regclass", ObjectKind::relation, 0},
    {"to_regtype", ObjectKind::type, 0},
    {"to_regproc", ObjectKind::function, 0},
    {"to_regprocedure", ObjectKind::function, 0},
    {"pg_get_serial_sequence", ObjectKind::relation, 1},
    {"has_table_privilege", ObjectKind::relation, 1},
    {"has_sequence_privilege", ObjectKind::relation, 1},
    {"has_any_column_privilege", ObjectKind::relation, 1},
    {"has_column_privilege", ObjectKind::relation, 2},
});

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

/// name, "name", name(arguments), name[]: the name as it is looked up, and what stands behind it.
struct Written {
    std::string name;
    std::string_view rest;
};

std::optional<Written> read_name(std::string_view text) {
    Written written;
    std::size_t at = 0;
    if (text.starts_with('"')) {
        for (at = 1; at < text.size(); ++at) {
            if (text[at] == '"' && text.substr(at).starts_with("\"\""))
                ++at;
            else if (text[at] == '"')
                break;
            written.name += text[at];
        }
        if (at++ >= text.size()) return std::nullopt;
    } else {
        for (; at < text.size(); ++at) {
            const char c =
                text[at] >= 'A' && text[at] <= 'Z' ? static_cast<char>(text[at] - 'A' + 'a') : text[at];
            if (!is_plain(c)) break;
            written.name += c;
        }
    }
    written.rest = text.substr(at);
    const bool alone = written.rest.empty() || written.rest.front() == '(' || written.rest.front() == '[';
    return written.name.empty() || !alone ? std::nullopt : std::optional(written);
}

bool has_object(const Catalog& catalog, ObjectKind kind, std::string_view schema, const std::string& name) {
    switch (kind) {
        case ObjectKind::relation: return catalog.relation(schema, name) != nullptr;
        case ObjectKind::type: return catalog.type(schema, name) != nullptr;
        case ObjectKind::function: return !catalog.functions(schema, name).empty();
    }
    return false;
}

std::string qualified(const Catalog& catalog, const std::vector<std::string>& path, ObjectKind kind,
                      std::string_view text) {
    const auto written = read_name(text);
    if (!written) return std::string(text);
    std::string rest(written->rest);
    if (kind == ObjectKind::function && rest.starts_with('(') && rest.ends_with(')')) {
        std::string types;
        std::string_view left = std::string_view(rest).substr(1, rest.size() - 2);
        while (!left.empty()) {
            const std::size_t comma = std::min(left.find(','), left.size());
            std::string_view type = left.substr(0, comma);
            type.remove_prefix(std::min(type.find_first_not_of(' '), type.size()));
            types += (types.empty() ? "" : ",") + qualified(catalog, path, ObjectKind::type, type);
            left.remove_prefix(std::min(comma + 1, left.size()));
        }
        rest = "(" + types + ")";
    }
    if (has_object(catalog, kind, "pg_catalog", written->name)) return std::string(text);
    for (const std::string& schema : path) {
        if (has_object(catalog, kind, schema, written->name))
            return print::quote_qualified(schema, written->name) + rest;
    }
    return std::string(text);
}

}  // namespace

void Resolver::object_name(A_Const* constant, int kind) {
    if (constant->isnull || !IsA(&constant->val, String)) return;
    const std::string_view written = constant->val.sval.sval;
    std::string name =
        qualified(*in_.catalog, in_.names->search_path, static_cast<ObjectKind>(kind), written);
    if (name == written) return;
    out_.qualify.push_back({.kind = Qualify::Kind::constant,
                            .constant = constant,
                            .schema = std::move(name),
                            .location = constant->location});
}

void Resolver::reg_constant(TypeName* type, A_Const* constant) {
    if (const auto kind = kind_of_type(string_value(llast(type->names))))
        object_name(constant, static_cast<int>(*kind));
}

void Resolver::naming_argument(const Call& call) {
    if (call.schema != "pg_catalog") return;
    const auto naming = std::ranges::find(naming_arguments, call.name, &NamingArgument::function);
    if (naming == naming_arguments.end()) return;
    const int index = list_length(call.node->args) - 1 - naming->from_behind;
    if (index < 0) return;
    auto* argument = static_cast<Node*>(list_nth(call.node->args, index));
    if (IsA(argument, TypeCast)) argument = reinterpret_cast<TypeCast*>(argument)->arg;
    if (IsA(argument, A_Const))
        object_name(reinterpret_cast<A_Const*>(argument), static_cast<int>(naming->kind));
}

// The back end's own search_path would be told otherwise.
bool Resolver::session_value(Node* node, std::string_view name, List* args, int location) {
    if (in_.trusted_text || in_.raw) return true;
    std::vector<std::string> schemas;
    if (name == "current_schemas") {
        const auto* implicit = args == nullptr ? nullptr : static_cast<Node*>(linitial(args));
        while (implicit != nullptr && IsA(implicit, TypeCast))
            implicit = reinterpret_cast<const TypeCast*>(implicit)->arg;
        if (implicit == nullptr || !IsA(implicit, A_Const)) return true;  // says what the back end says
        const auto* constant = reinterpret_cast<const A_Const*>(implicit);
        const bool with_catalog = IsA(&constant->val, Boolean) ? constant->val.boolval.boolval
                                  : IsA(&constant->val, String)
                                      ? std::string_view(constant->val.sval.sval).starts_with('t')
                                      : false;
        const auto& path = in_.names->search_path;
        if (with_catalog && std::ranges::find(path, "pg_catalog") == path.end())
            schemas.emplace_back("pg_catalog");
    }
    for (const std::string& schema : in_.names->search_path) {
        if (in_.catalog->has_schema(schema)) schemas.push_back(schema);
    }
    SessionValue value{.node = node, .location = location, .is_call = IsA(node, FuncCall)};
    if (name == "current_schemas") {
        value.expression = "ARRAY[";
        for (const std::string& schema : schemas)
            value.expression += (value.expression.back() == '[' ? "" : ", ") + print::quote_string(schema);
        value.expression += "]::\"pg_catalog\".\"name\"[]";
    } else {
        value.expression = schemas.empty() ? "NULL" : print::quote_string(schemas.front());
        value.expression += "::\"pg_catalog\".\"name\"";
    }
    out_.session_values.push_back(std::move(value));
    return true;
}

}  // namespace sql::resolve
