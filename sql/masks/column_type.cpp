#include "sql/masks/column_type.hpp"

#include <fmt/format.h>

#include "sql/print/quote.hpp"

namespace sql::masks {
namespace {

// Built-in types by their fixed OIDs (catalog/pg_type.dat).
Family family_of(const Type& type) {
    switch (type.oid) {
        case 19:    // name
        case 25:    // text
        case 1042:  // bpchar
        case 1043:  // varchar
            return Family::text;
        case 20:
        case 21:
        case 23: return Family::integer;
        case 1700: return Family::decimal;
        case 700:
        case 701: return Family::floating;
        case 1082: return Family::date;
        case 1114: return Family::timestamp;
        case 1184: return Family::timestamptz;
        case 1083: return Family::time;
        case 1186: return Family::interval;
        case 16: return Family::boolean;
        case 2950: return Family::uuid;
        case 114:
        case 3802: return Family::json;
        case 17: return Family::bytea;
        case 869:
        case 650: return Family::inet;
        default: break;
    }
    const bool vector = type.oid == 22 || type.oid == 30;  // int2vector, oidvector: no type[] of their own
    if (type.element != 0 && type.category == 'A' && !vector) return Family::array;
    if (type.kind == 'b' && type.extension && type.name == "citext") return Family::text;
    return Family::other;
}

// What stands in brackets behind the type's name; how each type packs it is told by its typmodin function.
std::string modifier(Oid element_or_type, std::int32_t typmod) {
    if (typmod < 0) return {};
    switch (element_or_type) {
        case 1042:
        case 1043: return fmt::format("({})", typmod - 4);
        case 1700: {
            const std::int32_t packed = typmod - 4;
            const std::int32_t scale = ((packed & 0x7FF) ^ 0x400) - 0x400;  // 11 bits, signed
            return fmt::format("({}, {})", (packed >> 16) & 0xFFFF, scale);
        }
        case 1083:
        case 1114:
        case 1184:
        case 1266:
        case 1560:
        case 1562: return fmt::format("({})", typmod);
        case 1186: {
            const std::int32_t fields = (typmod >> 16) & 0x7FFF;
            const std::int32_t precision = typmod & 0xFFFF;
            return precision == 0xFFFF ? fmt::format("({})", fields)
                                       : fmt::format("({}, {})", fields, precision);
        }
        default: return {};
    }
}

// A domain over a domain: the chain ends, because a domain is made over a type that exists.
const Type* without_domains(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.type(oid);
    for (int step = 0; type != nullptr && type->kind == 'd' && step < 100; ++step)
        type = catalog.type(type->base);
    return type;
}

}  // namespace

Result<ColumnType> column_type(const Column& column, const Catalog& catalog) {
    const auto undefined = [](Oid oid) {
        return Error{.code = Errc::undefined_object,
                     .message = fmt::format("type {} is not in the catalog snapshot", oid)};
    };
    const Type* type = without_domains(column.type, catalog);
    if (type == nullptr) return undefined(column.type);

    ColumnType found{.family = family_of(*type)};
    const Type* named = type;
    if (found.family == Family::array) {
        named = without_domains(type->element, catalog);
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
