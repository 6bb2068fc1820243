// PostgreSQL's headers are not included here on purpose: they declare these three as plain globals, while in
// libpg_query they are per thread (src/postgres/include/utils/{elog,palloc}.h there).
#include "sql/parse/call_postgres.hpp"

#include <csetjmp>

extern "C" {
extern __thread sigjmp_buf* PG_exception_stack;
extern __thread void* error_context_stack;
extern __thread void* CurrentMemoryContext;
}

namespace sql::parse {

bool call_postgres(void* context, void (*body)(void*), void* argument) {
    sigjmp_buf* const outer_stack = PG_exception_stack;
    void* const outer_callbacks = error_context_stack;
    void* const outer_context = CurrentMemoryContext;

    sigjmp_buf here;
    volatile bool finished = false;
    if (sigsetjmp(here, 0) == 0) {
        PG_exception_stack = &here;
        CurrentMemoryContext = context;
        body(argument);
        finished = true;
    }
    PG_exception_stack = outer_stack;
    error_context_stack = outer_callbacks;
    CurrentMemoryContext = outer_context;
    return finished;
}

}  // namespace sql::parse
