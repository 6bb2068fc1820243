#include "sql/masks/column_type.hpp"

#include <fmt/format.h>

#include "sql/print/quote.hpp"
#include "sql/type_oids.hpp"

namespace sql::masks {
namespace {

Family family_of(const Type& type) {
    switch (type.oid) {
        case type_oid::name:
        case type_oid::text:
        case type_oid::bpchar:
        case type_oid::varchar: return Family::text;
        case type_oid::int8:
        case type_oid::int2:
        case type_oid::int4: return Family::integer;
        case type_oid::numeric: return Family::decimal;
        case type_oid::float4:
        case type_oid::float8: return Family::floating;
        case type_oid::date: return Family::date;
        case type_oid::timestamp: return Family::timestamp;
        case type_oid::timestamptz: return Family::timestamptz;
        case type_oid::time: return Family::time;
        case type_oid::interval: return Family::interval;
        case type_oid::bool_: return Family::boolean;
        case type_oid::uuid: return Family::uuid;
        case type_oid::json:
        case type_oid::jsonb: return Family::json;
        case type_oid::bytea: return Family::bytea;
        case type_oid::inet:
        case type_oid::cidr: return Family::inet;
        default: break;
    }
    const bool vector =
        type.oid == type_oid::int2vector || type.oid == type_oid::oidvector;  // no type[] of their own
    if (type.element != 0 && type.category == 'A' && !vector) return Family::array;
    if (type.kind == 'b' && type.extension && type.name == "citext") return Family::text;
    return Family::other;
}

// What stands in brackets behind the type's name; how each type packs it is told by its typmodin function.
std::string modifier(Oid element_or_type, std::int32_t typmod) {
    if (typmod < 0) return {};
    switch (element_or_type) {
        case type_oid::bpchar:
        case type_oid::varchar: return fmt::format("({})", typmod - 4);
        case type_oid::numeric: {
            const std::int32_t packed = typmod - 4;
            const std::int32_t scale = ((packed & 0x7FF) ^ 0x400) - 0x400;  // 11 bits, signed
            return fmt::format("({}, {})", (packed >> 16) & 0xFFFF, scale);
        }
        case type_oid::time:
        case type_oid::timestamp:
        case type_oid::timestamptz:
        case type_oid::timetz:
        case type_oid::bit:
        case type_oid::varbit: return fmt::format("({})", typmod);
        case type_oid::interval: {
            const std::int32_t fields = (typmod >> 16) & 0x7FFF;
            const std::int32_t precision = typmod & 0xFFFF;
            return precision == 0xFFFF ? fmt::format("({})", fields)
                                       : fmt::format("({}, {})", fields, precision);
        }
        default: return {};
    }
}

}  // namespace

Result<ColumnType> column_type(const Column& column, const Catalog& catalog) {
    const auto undefined = [](Oid oid) {
        return Error{.code = Errc::undefined_object,
                     .message = fmt::format("type {} is not in the catalog snapshot", oid)};
    };
    const Type* type = catalog.base_type(column.type);
    if (type == nullptr) return undefined(column.type);

    ColumnType found{.family = family_of(*type)};
    const Type* named = type;
    if (found.family == Family::array) {
        named = catalog.base_type(type->element);
        if (named == nullptr) return undefined(type->element);
        found.element = named->oid;
    }
    found.text = print::quote_qualified(named->schema, named->name) + modifier(named->oid, column.typmod);
    if (found.family == Family::array) found.text += "[]";

    if (column.collation != 0) {
        const Collation* collation = catalog.collation(column.collation);
        if (collation == nullptr) {
            return Error{
                .code = Errc::undefined_object,
                .message = fmt::format("collation {} is not in the catalog snapshot", column.collation)};
        }
        found.collation = " COLLATE " + print::quote_qualified(collation->schema, collation->name);
    }
    return found;
}

}  // namespace sql::masks
