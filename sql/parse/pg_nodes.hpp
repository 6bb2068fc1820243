#pragma once

// The one door to PostgreSQL's own headers. Include it after every C++ header: postgres.h defines macros by
// the names of functions of the C++ library.
//
// Three things in these headers do not fit the library that we link, libpg_query:
// - Its state is per thread; the headers declare it as plain globals. So nothing that reads
// CurrentMemoryContext
//   or PG_exception_stack may be used: no makeNode, palloc0fast, MemoryContextSwitchTo, PG_TRY. Use
//   TreeMemory.
// - Its lexer knows two more tokens (comments), so the numbers of keyword tokens in gram.h are off by two.
//   Compare keywords by name (Token::value).
// - Its LimitOption begins with a value of its own, so the enumerators here are off by one:
// LIMIT_OPTION_COUNT is
//   what the library calls "no limit". Look at limitCount and limitOffset, and compare limitOption only as a
//   number.

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#endif
extern "C" {
#include <postgres.h>

#include <nodes/makefuncs.h>
#include <nodes/nodeFuncs.h>
#include <nodes/parsenodes.h>
#include <nodes/pg_list.h>
#include <parser/parser.h>
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef strerror_r
#undef gettext
#undef dgettext
#undef ngettext
#undef dngettext
#undef _
#undef Max
#undef Min
#undef Abs
#undef bind
#undef makeNode
#undef foreach_delete_current
#undef PG_TRY
#undef PG_CATCH
#undef PG_FINALLY
#undef PG_END_TRY
#undef FATAL
#undef ERROR
#undef WARNING
#undef NOTICE
#undef INFO
#undef LOG
#undef DEBUG1
#undef DEBUG2
#undef DEBUG3
#undef DEBUG4
#undef DEBUG5
#undef PANIC
