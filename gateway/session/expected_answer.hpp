#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/accounting/findings.hpp"
#include "gateway/enforcement/plan.hpp"
#include "gateway/session/prepared_statements.hpp"
#include "gateway/session/reader.hpp"

namespace gateway::session {

/// What the back end must answer to one message that was sent to it.
struct ExpectedAnswer {
    enum class Kind {
        parse,               // ParseComplete
        bind,                // BindComplete
        close,               // CloseComplete
        describe_statement,  // ParameterDescription, then RowDescription or NoData
        describe_portal,     // RowDescription or NoData
        execute,             // DataRow..., then CommandComplete, PortalSuspended or EmptyQueryResponse
        query,               // results of all its statements, then ReadyForQuery
        sync,                // ReadyForQuery
    };
    /// Of a statement that is paid for before it writes (sql::PaidSteps): what makes room, the query whose
    /// rows are counted, what writes them, and the last of those, with which the statement has ended.
    enum class PaidStep { none, prepares, reads, writes, ends };
    Kind kind;
    bool silent = false;           // of the gateway's own making: the client hears nothing of it
    bool reads_temporary = false;  // execute: its rows are the session's temporary tables
    PaidStep paid_step = PaidStep::none;
    std::string tag{};          // ends: what the client hears; empty: what the back end says
    std::size_t most_rows = 0;  // ends: fewer than this were paid for; 0: what was kept is written
    bool for_query = false;     // part of a simple Query that was sent as Parse, Bind and Execute
    std::optional<enforcement::Refusal> refusal{};  // poison: the error to answer with
    bool holds = false;                             // execute: the next message waits for its end
    std::string asked_by{};                         // query, execute: Reader::view()
    std::shared_ptr<const Payers> payers{};         // query, execute; nullptr: the session's person pays
    std::shared_ptr<const enforcement::MessagePlan> plan{};
    std::size_t statement = 0;  // of the plan. query: the one whose result is due
    std::size_t row_limit = 0;  // execute, of a counted change: how many rows the client asked for; 0: all
    bool described =
        false;  // query: RowDescription of that one came; describe_statement: its parameters came
    std::size_t columns = 0;          // of a row, hidden ones included; 0: not known yet
    accounting::Findings findings{};  // query: of the statement whose result is due
    /// execute, describe_portal: what is executed or described. Otherwise whose rows are shown, where they
    /// are not those of the statement itself (FETCH, EXECUTE).
    std::shared_ptr<const Portal> portal{};
    std::shared_ptr<const std::string> text{};  // the client's, for error positions
    Undo undo{};  // what to take back if the back end skips or refuses the message

    /// MOVE, of which the client sees no rows even where it was said as FETCH so that people are counted.
    [[nodiscard]] bool moves() const {
        if (!plan || statement >= plan->statements.size()) return false;
        const auto& cursor = plan->statements[statement].cursor;
        return cursor && cursor->moves;
    }
};

}  // namespace gateway::session
