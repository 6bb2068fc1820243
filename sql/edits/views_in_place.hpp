#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"
#include "sql/treatment.hpp"

namespace sql::edits {

/// What a view's definition makes of its tables.
enum class Lists { rows, groups };

/// The statement [begin, end) of `tokens` with the definition of a view, which lists rows or groups, in the
/// form of a sub-select in its place. A view that has a treatment of its own stays. nullopt: it reads none.
[[nodiscard]] std::optional<std::string> with_view_in_place(const parse::Tokens& tokens, std::size_t begin,
                                                            std::size_t end, const SelectStmt* query,
                                                            const NamedTables& tables,
                                                            const Treatment& treatment, Lists lists);

}  // namespace sql::edits
