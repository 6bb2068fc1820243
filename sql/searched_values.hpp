#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/is_one_of.hpp"
#include "sql/type_oids.hpp"

namespace sql {

/// PostgreSQL's own functions over text that people tidy up a searched value with. Over constants their value
/// hangs on no row.
[[nodiscard]] inline bool tidies_searched_value(std::string_view function) {
    return is_one_of(function, "lower", "upper", "btrim", "ltrim", "rtrim", "replace", "translate", "concat",
                     "regexp_replace", "left", "right", "substring", "substr");
}

/// Those of one argument that only make values alike which people take for the same: a column within them is
/// searched as exactly as the column itself. Any other could be asked for a part of the value.
[[nodiscard]] inline bool folds_searched_column(std::string_view function) {
    return is_one_of(function, "lower", "upper", "btrim", "ltrim", "rtrim");
}

/// Types whose values they fold as a whole: lower() of a range is a part of it.
[[nodiscard]] inline bool folds_whole(Oid type, const Catalog& catalog) {
    constexpr std::array texts = {type_oid::name, type_oid::text, type_oid::bpchar, type_oid::varchar};
    const Type* found = catalog.base_type(type);
    return found != nullptr && (std::ranges::find(texts, found->oid) != texts.end() ||
                                (found->extension && found->name == "citext"));
}

/// A pattern of LIKE that only the text itself matches. It may be as short as a search box is empty.
[[nodiscard]] inline bool is_plain_pattern(std::string_view pattern) {
    return pattern.find_first_of("%_\\") == std::string_view::npos;
}

}  // namespace sql
