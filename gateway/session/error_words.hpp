#pragma once

#include <string>
#include <string_view>

#include "gateway/wire/backend_messages.hpp"
#include "policies/bound_policy.hpp"
#include "sql/facts.hpp"

namespace gateway::session {

/// What a restricted client may read of one of the server's reports, besides severity and SQLSTATE.
struct Words {
    std::string message;
    bool as_the_server_said = false;  // then hint and the names of objects may be read, too
};

/// An allow-list: the server's own message passes only where it is known to hold no row's data.
///
/// - Texts without a place for data, and texts whose only such places are a number or the name of a built-in
///   type: whoever says them, they tell nothing. What such a text quotes is cut off.
/// - Reports with a position in the client's own text and without context: they come from the analysis of
/// that
///   text, before any row is read, and quote what stands there (parser_errposition in PostgreSQL's source).
/// - Reports without context from a source file of PostgreSQL whose messages speak of names and states only.
///   Context would mean that a function, a trigger or RAISE is at work; that of COPY is the client's own
///   data.
///
/// All else gets words of ours for its SQLSTATE. `in_client_text`: the position could be mapped. `kind`: of
/// the statement that failed; `empty` where there is none.
[[nodiscard]] Words words_for(const wire::Report& report, bool in_client_text, sql::StatementKind kind);

/// Of a statement that is reading people who are counted: which error it is, and where, would tell of the
/// value of a row, more than that there is one.
[[nodiscard]] bool tells_of_values(const wire::Report& report);

/// Of a statement that runs another: found in its own text, as EXECUTE's parameters are. What fails on the
/// value of a row has no place in a text.
[[nodiscard]] bool is_of_the_text(const wire::Report& report);
/// A foreign key, or a unique or exclusion constraint of a table about people: it tells of another row.
[[nodiscard]] bool meets_somebody_else(const wire::Report& report, const policies::BoundPolicy& policy);
/// COPY people, line 7: which of the rows that the client sent cannot be read; empty: of no such error. The
/// value that it quotes, and its column, are left out.
[[nodiscard]] std::string line_of_copy(const wire::Report& report);
/// "cached plan must not change result type": asyncpg and pgjdbc know it by the routine that raised it, and
/// prepare the statement again.
[[nodiscard]] bool is_of_a_changed_plan(const wire::Report& report);
inline constexpr std::string_view value_failed = "an expression failed on the value of a row";
inline constexpr std::string_view value_failed_hint =
    "Which error it was is not told where people are counted: it would tell of values that were not shown.";

}  // namespace gateway::session
