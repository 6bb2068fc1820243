#include <algorithm>
#include <array>

#include "sql/resolve/quiet.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"

// What may be compared below a row filter: columns and constants that no value makes fail.
namespace sql::resolve {

// Of a column of a type whose comparisons reveal nothing, or of constants; also through sub-queries in FROM.
std::optional<Oid> Resolver::quiet_collation(const FromItem& item, int index) {
    const FromItem* at = &item;
    int column = index;
    for (int depth = 0; depth < 16 && column >= 0; ++depth) {
        const ItemColumn& c = at->columns[static_cast<std::size_t>(column)];
        if (c.attribute != nullptr) {
            const bool quiet =
                is_quiet_type(c.attribute->type) && in_.catalog->matches_patterns(c.attribute->collation);
            return quiet ? std::optional(c.attribute->collation) : std::nullopt;
        }
        const auto output = static_cast<std::size_t>(c.output);
        if (at->query == nullptr || c.output < 0) return std::nullopt;
        if (at->query->kind == Query::Kind::values) {
            const ListCell* row = nullptr;
            foreach (row, at->query->node->valuesLists) {
                const auto* values = cell<List>(*row);
                if (c.output >= list_length(values) ||
                    !is_quiet_constant(static_cast<Node*>(list_nth(values, c.output))))
                    return std::nullopt;
            }
            return Oid{0};
        }
        if (output >= at->query->outputs.size()) return std::nullopt;
        const OutputColumn& from = at->query->outputs[output];
        if (from.item == nullptr) return std::nullopt;
        at = from.item;
        column = from.column;
    }
    return std::nullopt;
}

bool Resolver::is_quiet_constant(Node* node) {
    return IsA(node, TypeCast) ? is_quiet_cast(reinterpret_cast<TypeCast*>(node)) : is_constant(node);
}

// A constant that PostgreSQL works out before it reads any row: the type reads the literal itself, or the
// cast is immutable (those of times look at settings). A parameter is of the type that it is cast to, unless
// the client has declared another one.
bool Resolver::is_quiet_cast(TypeCast* cast) {
    if (!is_quiet_constant_type(cast->typeName)) return false;
    Node* of = cast->arg;
    if (IsA(of, A_Const)) return !reinterpret_cast<A_Const*>(of)->isnull;
    const Oid type = quiet_constant_type(cast->typeName);
    if (IsA(of, ParamRef)) {
        if (type == 0 || in_.names->declares_parameters) return false;
        out_.cast_parameters.emplace_back(reinterpret_cast<ParamRef*>(of)->number, type);
        out_.constant_casts.insert(cast);
        return true;
    }
    static constexpr std::array immutable = {type_oid::bool_,   type_oid::int8,   type_oid::int2,
                                             type_oid::int4,    type_oid::text,   type_oid::bpchar,
                                             type_oid::varchar, type_oid::numeric};
    const auto is_immutable = [](const TypeName* name) {
        return std::ranges::find(immutable, quiet_constant_type(name)) != immutable.end();
    };
    while (IsA(of, TypeCast) && is_immutable(reinterpret_cast<TypeCast*>(of)->typeName))
        of = reinterpret_cast<TypeCast*>(of)->arg;
    return is_immutable(cast->typeName) && IsA(of, A_Const) && !reinterpret_cast<A_Const*>(of)->isnull;
}

// Two collations that are neither the default one cannot be compared by, which is found out only on a row.
void Resolver::meet_collation(Oid collation) {
    if (collation == 0 || collation == default_collation) return;
    if (met_collation_ != 0 && met_collation_ != collation) out_.leak_safe = false;
    met_collation_ = collation;
}

}  // namespace sql::resolve
