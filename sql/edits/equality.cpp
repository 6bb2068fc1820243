#include "sql/edits/equality.hpp"

#include <algorithm>
#include <array>

#include "sql/type_oids.hpp"

namespace sql::edits {
namespace {

/// Nothing can be grouped by them.
constexpr std::array types_without_equality = {type_oid::json,    type_oid::xml,  type_oid::point,
                                               type_oid::lseg,    type_oid::path, type_oid::box,
                                               type_oid::polygon, type_oid::line, type_oid::circle};

bool lacks_equality(Oid type) {
    return std::ranges::find(types_without_equality, type) != types_without_equality.end();
}

}  // namespace

Oid base_type(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.base_type(oid);
    return type == nullptr ? oid : type->oid;
}

Equality equality_of(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.type(base_type(oid, catalog));
    if (type == nullptr) return Equality::has;
    if (lacks_equality(type->oid)) return Equality::none;
    return type->element != 0 && lacks_equality(type->element) ? Equality::none_in_array : Equality::has;
}

bool compares_without_failing(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.type(base_type(oid, catalog));
    if (type == nullptr) return true;
    if (type->kind == 'c') return false;
    if (type->element == 0) return !lacks_equality(type->oid);
    return compares_without_failing(type->element, catalog);
}

}  // namespace sql::edits
