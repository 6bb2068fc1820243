#pragma once

#include "sql/copy.hpp"

struct CopyStmt;

namespace sql::lineage {

/// How a COPY writes or reads its rows. Options that PostgreSQL will refuse are left for it to refuse.
[[nodiscard]] CopyUse copy_use(const CopyStmt* copy);

}  // namespace sql::lineage
