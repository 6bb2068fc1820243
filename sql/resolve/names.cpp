#include <algorithm>

#include "sql/functions.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

constexpr std::string_view catalog_schema = "pg_catalog";

std::string joined(const List* names) {
    std::string text;
    const ListCell* c = nullptr;
    foreach (c, names) {
        if (!text.empty()) text += '.';
        text += string_value(lfirst(c));
    }
    return text;
}

CallRole role_of(const std::vector<const Function*>& overloads, const FuncCall* node) {
    if (node->over != nullptr) return CallRole::window;
    const bool aggregate = std::ranges::any_of(overloads, [](const Function* f) { return f->kind == 'a'; });
    return aggregate || node->agg_within_group || node->agg_star ? CallRole::aggregate : CallRole::plain;
}

}  // namespace

// database.schema.name: PostgreSQL lets the name of its own database stand in front.
bool Resolver::without_database(List** names, int location, std::size_t most) {
    const auto parts = static_cast<std::size_t>(list_length(*names));
    if (parts < most) return true;
    if (parts > most || string_value(linitial(*names)) != in_.catalog->database()) {
        return fail(Errc::not_in_postgresql,
                    "cross-database references are not implemented: " + joined(*names), {}, location);
    }
    out_.qualify.push_back({.kind = Qualify::Kind::database, .names = names, .location = location});
    return true;
}

bool Resolver::function_name(List** names, int location, Call& call) {
    return find_function(names, location, call, true);
}

// `qualifies`: the name will be printed with its schema.
bool Resolver::find_function(List** names, int location, Call& call, bool qualifies) {
    const int parts = list_length(*names);
    const Catalog& catalog = *in_.catalog;
    if (!without_database(names, location, 3)) return false;
    call.name = string_value(llast(*names));
    if (parts >= 2) {
        call.schema = string_value(list_nth(*names, parts - 2));
        const auto overloads = catalog.functions(call.schema, call.name);
        if (overloads.empty() && !is_safe_builtin(call.schema, call.name)) {
            return fail(Errc::undefined_function, "function " + joined(*names) + " does not exist", {},
                        location);
        }
        call.role = role_of(overloads, call.node);
        return true;
    }
    std::vector<std::string_view> schemas = {catalog_schema};
    for (const std::string& schema : in_.names->search_path)
        schemas.push_back(schema);
    for (const std::string_view schema : schemas) {
        const auto overloads = catalog.functions(schema, call.name);
        if (overloads.empty()) continue;
        call.schema = schema;
        call.role = role_of(overloads, call.node);
        // An extension may overload a built-in for its own types (citext): the back end must see both.
        const auto by_extension = [&](const std::string& other) {
            const auto others = catalog.functions(other, call.name);
            return !others.empty() && std::ranges::all_of(others, &Function::extension);
        };
        const auto by_others = [&](const std::string& other) {
            return !std::ranges::all_of(catalog.functions(other, call.name), &Function::extension);
        };
        const bool overloaded = schema == catalog_schema &&
                                std::ranges::any_of(catalog.trusted_schemas(), by_extension) &&
                                std::ranges::none_of(in_.names->search_path, by_others);
        // unnest(a, b) is no function: the grammar makes several calls of it, by that name alone.
        const bool several = call.name == "unnest" && list_length(call.node->args) > 1;
        if (qualifies && !overloaded && !several)
            out_.qualify.push_back({.names = names, .schema = call.schema, .location = location});
        return true;
    }
    return fail(
        Errc::undefined_function, "function " + call.name + " does not exist",
        "No function matches the given name and argument types. You might need to add explicit type casts.",
        location);
}

// (x).name calls a function of that name when x has no such field.
bool Resolver::mention_function_by_field(const char* field) {
    bool found = false;
    std::vector<std::string> schemas = {"pg_catalog"};
    const auto trusted = in_.catalog->trusted_schemas();
    schemas.insert(schemas.end(), trusted.begin(), trusted.end());
    for (const std::string& schema : in_.names->search_path) {
        if (std::ranges::find(schemas, schema) == schemas.end()) schemas.push_back(schema);
    }
    for (const std::string& schema : schemas) {
        if (in_.catalog->functions(schema, field).empty()) continue;
        out_.functions.push_back({.schema = schema, .name = field});
        found = true;
    }
    return found;
}

bool Resolver::type_name(TypeName* type) {
    if (type == nullptr) return true;
    if (type->pct_type || type->setof)
        return fail(Errc::syntax_error, "%TYPE and SETOF do not belong here", {}, type->location);
    const ListCell* c = nullptr;
    foreach (c, type->typmods) {
        if (!IsA(static_cast<Node*>(lfirst(c)), A_Const))
            return unsupported("this type modifier", type->location);
    }
    if (!without_database(&type->names, type->location, 3)) return false;
    const int parts = list_length(type->names);
    const bool qualified = parts >= 2;
    // Keywords such as INT are spelled pg_catalog.int4 in the tree.
    if (qualified && std::string_view(string_value(list_nth(type->names, parts - 2))) == catalog_schema)
        return true;
    const Type* found = named_type(*type);
    if (found == nullptr) {
        const std::string name =
            qualified ? joined(type->names) : "\"" + std::string(string_value(llast(type->names))) + "\"";
        return fail(Errc::undefined_object, "type " + name + " does not exist", {}, type->location);
    }
    if (!qualified && found->schema != catalog_schema)
        out_.qualify.push_back({.names = &type->names, .schema = found->schema, .location = type->location});
    return true;
}

// nullptr: the catalog has none of that name.
const Type* Resolver::named_type(const TypeName& type) const {
    const int parts = list_length(type.names);
    const char* name = string_value(llast(type.names));
    if (parts >= 2) return in_.catalog->type(string_value(list_nth(type.names, parts - 2)), name);
    if (const Type* found = in_.catalog->type(catalog_schema, name)) return found;
    for (const std::string& schema : in_.names->search_path) {
        if (const Type* found = in_.catalog->type(schema, name)) return found;
    }
    return nullptr;
}

bool Resolver::type_names(List* types) {
    const ListCell* c = nullptr;
    foreach (c, types) {
        if (!type_name(cell<TypeName>(*c))) return false;
    }
    return true;
}

bool Resolver::collation_name(List* names, int location) {
    if (list_length(names) == 1) return true;  // found in pg_catalog or a trusted schema, or nowhere
    const std::string_view schema = string_value(linitial(names));
    if (list_length(names) == 2 &&
        (schema == catalog_schema ||
         std::ranges::find(in_.catalog->trusted_schemas(), schema) != in_.catalog->trusted_schemas().end())) {
        return true;
    }
    return fail(Errc::unsupported, "collation " + joined(names) + " may not be used",
                "Collations of pg_catalog may be used.", location);
}

bool Resolver::operator_name(List* name, int location) {
    if (name == nullptr || list_length(name) == 1)
        return true;  // only pg_catalog and the trusted schemas of a back end's path hold any
    const std::string_view schema = string_value(linitial(name));
    if (list_length(name) == 2 &&
        (schema == catalog_schema ||
         std::ranges::find(in_.catalog->trusted_schemas(), schema) != in_.catalog->trusted_schemas().end())) {
        return true;
    }
    return fail(Errc::unsupported, "operator " + joined(name) + " may not be used",
                "Operators of pg_catalog and of trusted extensions may be used.", location);
}

const Relation* Resolver::find_relation(RangeVar* rv) {
    auto found = resolve::relation_named(rv, *in_.catalog, *in_.names);
    if (found) return *found;
    static_cast<void>(fail(found.error().code, found.error().message, {}, rv->location));
    return nullptr;
}

void Resolver::qualify_relation(RangeVar* name, const Relation& relation) {
    if (name->location < 0) return;  // stands nowhere in the text (parse::query_of)
    if (!relation.temporary() && name->schemaname != nullptr) return;
    const auto kind = relation.temporary() ? Qualify::Kind::temporary : Qualify::Kind::relation;
    out_.qualify.push_back({.kind = kind,
                            .range_var = name,
                            .schema = relation.temporary() ? relation.stored_name : relation.schema,
                            .location = name->location,
                            .alias = name->alias == nullptr ? name->relname : std::string()});
}

Cte* Resolver::find_cte(const char* name, Query& from) {
    for (Query* q = &from; q != nullptr; q = q->parent) {
        const auto found = q->cte_names.find(name);
        if (found == q->cte_names.end()) continue;
        // Without RECURSIVE a WITH query sees only those before it, and not itself.
        if (q->recursive_with || found->second->state == Cte::State::done) return found->second;
    }
    return nullptr;
}

const RelationTreatment* Resolver::treatment_of(Oid oid) {
    if (in_.raw) return all_open(oid);
    return in_.treatment == nullptr ? nullptr : in_.treatment->of(oid);
}

Shown Resolver::shown(const RelationTreatment* treatment, AttributeNumber number) const {
    if (treatment == nullptr) return Shown::open;
    const auto found = treatment->columns.find(number);
    if (found == treatment->columns.end()) return Shown::stripped;
    if (std::holds_alternative<Open>(found->second)) return Shown::open;
    return std::holds_alternative<Masked>(found->second) ? Shown::masked : Shown::stripped;
}

// A sub-select is made of it all the same: that is what holds its names to the snapshot (sql/pins.hpp).
const RelationTreatment* Resolver::all_open(Oid oid) {
    const auto made = std::ranges::find(out_.all_open, oid, &RelationTreatment::relation);
    if (made != out_.all_open.end()) return &*made;
    const Relation* relation = in_.catalog->relation(oid);
    if (relation == nullptr || relation->kind == RelationKind::view || is_system_schema(relation->schema))
        return nullptr;
    RelationTreatment& open = out_.all_open.emplace_back();
    open.relation = oid;
    for (const Column& column : relation->columns)
        open.columns.emplace(column.number, Open{});
    return &open;
}

bool Resolver::reads_treated(const Relation& relation, int depth) {
    // Views cannot be recursive in the catalog; the bound only keeps a broken snapshot from looping.
    if ((in_.treatment == nullptr && !in_.raw) || depth > 50) return false;
    return std::ranges::any_of(relation.sources, [&](Oid oid) {
        const Relation* source = in_.catalog->relation(oid);
        return treatment_of(oid) != nullptr ||
               (source != nullptr && source->kind == RelationKind::view && reads_treated(*source, depth + 1));
    });
}

}  // namespace sql::resolve
