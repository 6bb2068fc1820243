#include <algorithm>
#include <array>
#include <optional>

#include "sql/resolve/relation_name.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/temporary.hpp"

namespace sql::resolve {
namespace {

/// The parts of 'Public."My Table"', as PostgreSQL's stringToQualifiedNameList takes them apart; nullopt: not
/// a name.
std::optional<std::vector<std::string>> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        std::string part;
        if (text.starts_with('"')) {
            text.remove_prefix(1);
            for (;;) {
                const auto end = text.find('"');
                if (end == std::string_view::npos) return std::nullopt;
                part += text.substr(0, end);
                text.remove_prefix(end + 1);
                if (!text.starts_with('"')) break;
                part += '"';
                text.remove_prefix(1);
            }
        } else {
            const auto size = std::min(text.find_first_of(".\" \t\n\r\f\v"), text.size());
            for (const char c : text.substr(0, size))
                part += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            text.remove_prefix(size);
        }
        if (part.empty()) return std::nullopt;
        parts.push_back(std::move(part));
        if (text.empty()) return parts;
        if (!text.starts_with('.')) return std::nullopt;
        text.remove_prefix(1);
    }
}

std::string in_quotes(std::string_view name) {
    std::string text = "\"";
    for (const char c : name)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

/// Functions with an argument that names a relation: which one, counted from the front or, for those that may
/// begin with a user, from the back.
struct NamingFunction {
    std::string_view name;
    int from_front = -1;
    int from_back = -1;
    bool sequence = false;
    bool type = false;  // names a type
};
constexpr std::array naming{
    NamingFunction{.name = "currval", .from_front = 0, .sequence = true},
    NamingFunction{.name = "has_any_column_privilege", .from_back = 2},
    NamingFunction{.name = "has_column_privilege", .from_back = 3},
    NamingFunction{.name = "has_sequence_privilege", .from_back = 2},
    NamingFunction{.name = "has_table_privilege", .from_back = 2},
    NamingFunction{.name = "nextval", .from_front = 0, .sequence = true},
    NamingFunction{.name = "pg_column_is_updatable", .from_front = 0},
    NamingFunction{.name = "pg_get_serial_sequence", .from_front = 0},
    NamingFunction{.name = "pg_get_viewdef", .from_front = 0},
    NamingFunction{.name = "pg_partition_ancestors", .from_front = 0},
    NamingFunction{.name = "pg_partition_root", .from_front = 0},
    NamingFunction{.name = "pg_partition_tree", .from_front = 0},
    NamingFunction{.name = "pg_relation_is_updatable", .from_front = 0},
    NamingFunction{.name = "row_security_active", .from_front = 0},
    NamingFunction{.name = "setval", .from_front = 0, .sequence = true},
    NamingFunction{.name = "to_regclass", .from_front = 0},
    NamingFunction{.name = "to_regtype", .from_front = 0, .type = true},
};

std::string_view last_name(const TypeCast* cast) { return string_value(llast(cast->typeName->names)); }

bool is_regclass(const TypeCast* cast) { return last_name(cast) == "regclass"; }

/// A cast that leaves the whole text as it is: other types and lengths could cut it, or mean an oid.
bool keeps_text(const TypeCast* cast) {
    return cast->typeName->typmods == nullptr && cast->typeName->arrayBounds == nullptr &&
           (last_name(cast) == "text" || last_name(cast) == "varchar");
}

/// The constant in 'name', 'name'::text and 'name'::text::regclass (pg_get_expr prints the latter); nullptr
/// for 'name'::regclass::oid, whose own cast names the relation.
A_Const* constant_in(Node* node) {
    if (node != nullptr && IsA(node, TypeCast) && is_regclass(reinterpret_cast<TypeCast*>(node)))
        node = reinterpret_cast<TypeCast*>(node)->arg;
    while (node != nullptr && IsA(node, TypeCast) && keeps_text(reinterpret_cast<TypeCast*>(node)))
        node = reinterpret_cast<TypeCast*>(node)->arg;
    return node != nullptr && IsA(node, A_Const) ? reinterpret_cast<A_Const*>(node) : nullptr;
}

}  // namespace

// The relation that a constant names, under the client's search_path: the back end would look it up when the
// statement runs, under its own. So the constant is printed with the schema.
const Relation* Resolver::relation_named(A_Const* constant) {
    if (constant->isnull || !IsA(&constant->val, String)) return nullptr;
    const auto parts = parts_of(constant->val.sval.sval);
    if (!parts || parts->size() > 2) return nullptr;
    const bool qualified = parts->size() == 2;
    const Relation* relation = qualified ? in_.catalog->relation((*parts)[0], (*parts)[1])
                                         : find_unqualified(parts->front(), *in_.catalog, *in_.names);
    if (relation == nullptr) return nullptr;
    if (relation->temporary() || (!qualified && relation->schema != "pg_catalog")) {
        out_.qualify.push_back({.kind = Qualify::Kind::constant,
                                .constant = constant,
                                .schema = printed_name(*relation),
                                .location = constant->location});
    }
    return relation;
}

void Resolver::name_cast_constant(TypeCast* cast) {
    const bool again = IsA(cast->arg, TypeCast) && is_regclass(reinterpret_cast<TypeCast*>(cast->arg));
    A_Const* constant = again ? nullptr : constant_in(cast->arg);
    if (constant == nullptr) return;
    const std::string_view type = last_name(cast);
    if (type == "regclass") {
        static_cast<void>(relation_named(constant));
    } else if (type == "regtype") {
        qualify_constant(constant, [&](std::string_view schema, std::string_view name) {
            return in_.catalog->type(schema, name) != nullptr;
        });
    } else if (type == "regproc") {
        qualify_constant(constant, [&](std::string_view schema, std::string_view name) {
            return !in_.catalog->functions(schema, name).empty();
        });
    }
}

// A name without schema gets that of the first schema in the client's path that has it.
template <class Has>
void Resolver::qualify_constant(A_Const* constant, const Has& has) {
    if (constant->isnull || !IsA(&constant->val, String)) return;
    const auto parts = parts_of(constant->val.sval.sval);
    if (!parts || parts->size() != 1 || has("pg_catalog", parts->front())) return;
    for (const std::string& schema : in_.names->search_path) {
        if (!has(schema, parts->front())) continue;
        out_.qualify.push_back({.kind = Qualify::Kind::constant,
                                .constant = constant,
                                .schema = in_quotes(schema) + "." + in_quotes(parts->front()),
                                .location = constant->location});
        return;
    }
}

// pg_get_serial_sequence('table', 'column'): one that the table owns, and all of those are filled by whoever
// may write it. A cast with a length could cut the name.
const Relation* Resolver::serial_sequence(Node* argument) {
    const auto uncast = [](Node* node) {
        while (IsA(node, TypeCast) && reinterpret_cast<TypeCast*>(node)->typeName->typmods == nullptr)
            node = reinterpret_cast<TypeCast*>(node)->arg;
        return node;
    };
    Node* called = uncast(argument);
    if (!IsA(called, FuncCall)) return nullptr;
    const auto* call = reinterpret_cast<const FuncCall*>(called);
    const List* name = call->funcname;
    const bool built_in =
        list_length(name) == 1 || string_value(linitial(name)) == std::string_view("pg_catalog");
    if (!built_in || string_value(llast(name)) != std::string_view("pg_get_serial_sequence") ||
        list_length(call->args) != 2)
        return nullptr;
    Node* constant = uncast(static_cast<Node*>(linitial(call->args)));
    if (!IsA(constant, A_Const)) return nullptr;
    const std::size_t before = out_.qualify.size();
    const Relation* table = relation_named(reinterpret_cast<A_Const*>(constant));
    out_.qualify.resize(before);  // the call itself qualifies it
    if (table == nullptr || table->temporary()) return nullptr;
    for (const auto& [oid, relation] : in_.catalog->relations()) {
        if (relation.kind == RelationKind::sequence && relation.owned_by == table->oid) return &relation;
    }
    return nullptr;
}

void Resolver::name_relation_argument(FuncCall* call, FunctionMention& mention) {
    const auto known = std::ranges::find(naming, mention.name, &NamingFunction::name);
    if (known == naming.end()) return;
    const int count = list_length(call->args);
    const int at = known->from_front >= 0 ? known->from_front : count - known->from_back;
    if (at < 0 || at >= count) return;
    auto* argument = static_cast<Node*>(list_nth(call->args, at));
    A_Const* constant = constant_in(argument);
    if (constant == nullptr && known->sequence) mention.sequence = serial_sequence(argument);
    if (constant == nullptr) return;
    if (known->type) {
        return qualify_constant(constant, [&](std::string_view schema, std::string_view name) {
            return in_.catalog->type(schema, name) != nullptr;
        });
    }
    const std::size_t before = out_.qualify.size();
    const Relation* relation = relation_named(constant);
    // A cast to regclass qualifies the constant itself, when it is resolved.
    if (IsA(argument, TypeCast) && is_regclass(reinterpret_cast<TypeCast*>(argument)))
        out_.qualify.resize(before);
    if (known->sequence) mention.sequence = relation;
}

}  // namespace sql::resolve
