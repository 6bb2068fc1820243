#include "sql/edits/equality.hpp"

#include <algorithm>
#include <array>

namespace sql::edits {
namespace {

/// json, xml, point, lseg, path, box, polygon, line, circle: nothing can be grouped by them.
constexpr std::array<Oid, 9> types_without_equality = {114, 142, 600, 601, 602, 603, 604, 628, 718};

bool lacks_equality(Oid type) {
    return std::ranges::find(types_without_equality, type) != types_without_equality.end();
}

}  // namespace

Oid base_type(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.type(oid);
    while (type != nullptr && type->kind == 'd') {
        oid = type->base;
        type = catalog.type(oid);
    }
    return oid;
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
