#pragma once

#include <string>
#include <vector>

#include "sql/analyze.hpp"
#include "sql/parse/tree_memory.hpp"

struct CopyStmt;

namespace sql::resolve {

/// The table and columns of COPY ... TO without a query, said as a SELECT.
struct CopiedTable {
    const Relation* relation = nullptr;
    std::string select;
    /// No columns are listed, or all that COPY could write, as pg_dump does: then no column is asked for by
    /// its name.
    bool whole = false;
};

/// `treatment` nullptr: all columns are there (facts). Otherwise stripped ones are left out where none are
/// listed, and NULL where all are.
[[nodiscard]] Result<CopiedTable> copied_table(const CopyStmt* copy, const Catalog& catalog,
                                               const NameContext& names, const Treatment* treatment);

/// The table of COPY ... FROM, and the columns that it writes: those listed, or all.
struct FilledTable {
    const Relation* relation = nullptr;
    std::vector<const Column*> columns;
};
[[nodiscard]] Result<FilledTable> filled_table(const CopyStmt* copy, const Catalog& catalog,
                                               const NameContext& names);

/// Whether the WHERE of COPY ... FROM names nothing but columns that the client sends: it is evaluated before
/// any trigger, and what else it could read are defaults. It must stand in `copy`.
[[nodiscard]] Result<void> check_copy_condition(const CopyStmt* copy, const FilledTable& table,
                                                parse::TreeMemory& memory);

}  // namespace sql::resolve
