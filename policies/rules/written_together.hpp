#pragma once

#include <optional>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// What a change tells of values and rows that the role does not see, because PostgreSQL looks at them when a
/// row is written: `use` is of the table itself, and each of its columns one that the role may write.
[[nodiscard]] std::optional<Deny> check_written_together(const Request& request, const WriteRule& write,
                                                         const sql::Relation& relation,
                                                         const sql::WriteUse& use);

}  // namespace policies::rules
