#pragma once

namespace sql::parse {

/// Calls `body(argument)` with `context` (a PostgreSQL MemoryContext) as the current one. PostgreSQL's code
/// reports errors by longjmp: it ends here, and false is returned; then the error stands in PostgreSQL's
/// error stack. Neither `body` nor what it calls may have objects with destructors on the stack while
/// PostgreSQL code runs.
[[nodiscard]] bool call_postgres(void* context, void (*body)(void*), void* argument);

}  // namespace sql::parse
