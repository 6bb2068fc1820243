#pragma once

#include "sql/edits/print_select.hpp"
#include "sql/edits/wrappers.hpp"

struct CreateStmt;
struct CreateTableAsStmt;
struct DropStmt;
struct IndexStmt;
struct TruncateStmt;
struct VacuumStmt;

namespace sql::edits {

/// CREATE TEMPORARY TABLE ... AS a query, and CREATE TEMPORARY TABLE of plain columns: the table gets the
/// name by which the database knows it. Changed in the tree and in `edits` alike; other forms are refused.
[[nodiscard]] Result<void> adapt_create_as(CreateTableAsStmt* create, const parse::Tokens& tokens,
                                           Shared& shared, print::EditList& edits);
[[nodiscard]] Result<void> adapt_create(CreateStmt* create, const parse::Tokens& tokens, Shared& shared,
                                        print::EditList& edits);

[[nodiscard]] Result<PrintedStatement> print_create_as(const Printing& in, CreateTableAsStmt* meant);

/// CREATE INDEX on a temporary table, of its columns and expressions over them (print_index.cpp).
[[nodiscard]] Result<void> adapt_index(IndexStmt* index, const parse::Tokens& tokens, Shared& shared,
                                       print::EditList& edits);
[[nodiscard]] Result<PrintedStatement> print_analyze(const Printing& in, VacuumStmt* meant);

/// SELECT ... INTO TEMPORARY is printed as CREATE TEMPORARY TABLE AS, which `meant` becomes.
[[nodiscard]] Result<PrintedStatement> print_select_into(const Printing& in, Node*& meant);

[[nodiscard]] Result<PrintedStatement> print_drop(const Printing& in, DropStmt* meant);
[[nodiscard]] Result<PrintedStatement> print_truncate(const Printing& in, TruncateStmt* meant);

}  // namespace sql::edits
