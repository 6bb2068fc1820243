#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/accounting/row_account.hpp"
#include "gateway/detection/detection.hpp"
#include "gateway/enforcement/planner.hpp"
#include "gateway/enforcement/policy_snapshot.hpp"
#include "gateway/session/copy_rows.hpp"
#include "gateway/session/expected_answer.hpp"
#include "gateway/session/free_rows.hpp"
#include "gateway/session/person_rules.hpp"
#include "gateway/session/prepared_statements.hpp"
#include "gateway/session/reader.hpp"
#include "gateway/session/restricted_parts.hpp"
#include "gateway/session/session_core.hpp"
#include "gateway/session/temporary_tables.hpp"
#include "gateway/session/tracked_setting.hpp"
#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/frontend_writer.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::session {

/// The conversation of a restricted role. What the client sends is decoded, decided and encoded anew; what
/// the back end answers is checked against what must come, people are counted, hidden columns cut.
///
/// The back end's own state is the only one: a statement that is refused is replaced by one that fails there
/// ("poison"), so that order, skipping to Sync and the transaction's failure are PostgreSQL's own.
/// One segment (up to a Sync or Query) is under way at a time: the client's later bytes wait for its
/// ReadyForQuery. A Query that ends one waits for the answers to what stands before it.
class RestrictedSession : public SessionCore {
public:
    RestrictedSession(RestrictedServices services, RestrictedIdentity identity,
                      monitoring::RoleMetrics& metrics);
    ~RestrictedSession() override;

    void on_client(std::string_view bytes, TimePoint now, Effects& effects) override;
    void on_client_ended(TimePoint now, Effects& effects) override;
    void on_backend(std::string_view bytes, TimePoint now, Effects& effects) override;
    void on_backend_closed(TimePoint now, Effects& effects) override;
    void on_cancelled(TimePoint now, Effects& effects) override;
    void on_catalog_read(TimePoint now, Effects& effects) override;
    void on_budgets_answered(TimePoint now, Effects& effects) override;
    void on_cancel_requested(TimePoint now, Effects& effects) override;
    [[nodiscard]] bool wants_client_bytes() const override;
    [[nodiscard]] bool wants_backend_bytes() const override { return closed_ || !budgets_asked_; }
    [[nodiscard]] bool at_rest() const override;

private:
    // restricted_session.cpp
    void take_client_messages();
    void take_backend_messages();
    /// The client's message that waited is decided now.
    void take_waiting_message();
    [[nodiscard]] bool may_take_client_message();
    void end_session(std::string_view sqlstate, std::string_view message);
    void close();
    void close_when_answered();
    void unexpected(const char* what);
    /// What the policy says now; a refusal when the access is gone.
    [[nodiscard]] std::optional<enforcement::Refusal> refresh_access();
    [[nodiscard]] bool may_read_catalog(std::chrono::milliseconds apart) const;
    void read_catalog();
    void go_on();
    void own_time_since(TimePoint start);
    void finished(monitoring::Decision decision);
    [[nodiscard]] wire::FrontendWriter to_backend();
    [[nodiscard]] wire::BackendWriter to_client();

    // restricted_temporary.cpp
    /// The client's next message is to be decided, and the list of temporary tables is stale.
    [[nodiscard]] bool must_read_temporary() const;
    void read_temporary();
    void on_temporary_row(const wire::Frame& frame);
    void on_temporary_read();
    /// False: the error is not one of that reading, or the client must hear of it.
    [[nodiscard]] bool failed_to_read_temporary();
    /// The statement is on its way. True: what is decided next must wait until it has been answered.
    [[nodiscard]] bool sent_to_temporary(const enforcement::StatementPlan& statement);
    /// It was decided before temporary tables were filled with what must not be spread.
    [[nodiscard]] bool spreads_too_late(const Prepared& prepared) const;
    /// Of what a print hangs on: grows when the search path or the temporary tables change.
    [[nodiscard]] std::uint64_t names_version() const;

    // restricted_person.cpp
    /// For whom the session asks where a statement does not say it itself.
    [[nodiscard]] const std::shared_ptr<Reader>& session_reader();
    /// Takes the policy and the budgets of now for whom the message under way is asked.
    void refresh_reader();
    /// What is left for whom the client's message under way asks must be asked for first: the message waits.
    [[nodiscard]] bool waits_for_budgets(const wire::Frame& frame);
    /// The message under way is asked for whom the comments of `text` name, or for the session's person.
    [[nodiscard]] std::optional<enforcement::Refusal> ask_by(std::string_view text);
    /// ... for whom the text of a prepared statement named.
    void ask_by(const Prepared& prepared);
    [[nodiscard]] const policies::User& login() const { return *identity_.access.user; }
    /// A plan with what only the session knows: for whom it asks, and what is left of the budgets.
    [[nodiscard]] enforcement::Plan complete(std::shared_ptr<const enforcement::MessagePlan> message);
    [[nodiscard]] std::optional<enforcement::Refusal> check_person(
        const enforcement::StatementPlan& statement) const;
    [[nodiscard]] bool may_change_person(const enforcement::StatementPlan& statement) const;
    [[nodiscard]] const std::shared_ptr<const Payers>& payers_of(const ExpectedAnswer& answer);

    // restricted_client.cpp
    void on_frontend(const wire::Frame& frame);
    void on_query(std::string_view sent, const wire::Frame& frame);
    void on_parse(const wire::Parse& parse, const wire::Frame& frame);
    /// A name was not found: true if the message waits until the catalog has been read anew.
    [[nodiscard]] bool waits_for_catalog(const enforcement::Plan& plan, const wire::Frame& frame);
    void on_bind(const wire::Bind& bind, const wire::Frame& frame);
    [[nodiscard]] static std::optional<enforcement::Refusal> check_patterns(const wire::Bind& bind,
                                                                            const Prepared& prepared);
    [[nodiscard]] static bool take_parameters(const wire::Bind& bind, Portal& portal);
    void on_described_for_bind();
    void on_describe(const wire::Describe& describe);
    void on_execute(const wire::Execute& execute, const wire::Frame& frame);
    void on_close(const wire::Close& close);
    void on_sync();
    void on_function_call();
    [[nodiscard]] enforcement::PlanContext context() const;
    [[nodiscard]] enforcement::Plan plan_of(std::string_view text);
    [[nodiscard]] enforcement::Plan planned(std::string_view text,
                                            const enforcement::PlanContext& circumstances);
    void send_parse(std::string_view name, std::shared_ptr<const Prepared> prepared, bool silent);
    void on_malformed(const wire::Frame& frame, wire::WireErrc error);
    void poison(enforcement::Refusal refusal, std::string_view statement_name);
    void poison_query(enforcement::Refusal refusal);
    void send_refusal(const enforcement::Refusal& refusal);

    // restricted_notices.cpp
    /// Masked values are compared, or conditions leave groups out.
    void announce(const enforcement::MessagePlan& message);

    // restricted_steps.cpp
    void run_in_steps(std::string_view text, std::shared_ptr<const enforcement::MessagePlan> message);
    void next_step();
    void send_step(const enforcement::StatementPlan& statement);
    void refuse_step(enforcement::Refusal refusal);
    void end_steps();

    // restricted_paid_steps.cpp
    /// The client's portal is paid for before it writes; `reading` is what is expected of its Execute.
    void begin_bound_steps(ExpectedAnswer reading);
    void begin_steps(ExpectedAnswer reading);
    void read_rows_to_pay(ExpectedAnswer reading, const wire::Bind* bind);
    ExpectedAnswer& run_paid_step(const ExpectedAnswer& reading, std::string_view text);
    /// Everybody in the rows that were read is paid for.
    void write_paid_rows(std::string_view tag);
    void on_paid_step(std::string_view tag);

    // restricted_names.cpp
    using Source = std::variant<std::shared_ptr<const Portal>, enforcement::Refusal>;
    /// Whose rows the statement shows (FETCH, EXECUTE); nullptr: its own, or none.
    [[nodiscard]] Source source_of(const Prepared& prepared);
    [[nodiscard]] std::shared_ptr<const Portal> named_source(
        const enforcement::StatementPlan& statement) const;
    /// The cursor that a FETCH or MOVE reads now; nullptr for other statements.
    [[nodiscard]] std::shared_ptr<const Portal> cursor_of(const Prepared& prepared) const;
    /// Plans `prepared` anew where the policy or the search path changed, and prepares it anew at the back
    /// end where the print did.
    [[nodiscard]] std::optional<enforcement::Refusal> renew(std::string_view name,
                                                            std::shared_ptr<const Prepared>& prepared);
    void close_for_renewal(std::string_view name, const Prepared& before);
    /// Runs a text of our own between the client's messages, whose answers it does not see. What is expected
    /// of Execute.
    ExpectedAnswer& run_silently(std::string_view name, std::string_view text);
    void prepare_again(std::string_view name, std::shared_ptr<const Prepared> renewed);
    /// EXPLAIN EXECUTE: what was prepared may be explained.
    [[nodiscard]] std::optional<enforcement::Refusal> check_explained(
        const enforcement::StatementPlan& statement);
    /// Of what is open already: it may be read on only where the policy of now would print the same.
    [[nodiscard]] std::optional<enforcement::Refusal> check_unchanged(const Prepared& prepared);
    [[nodiscard]] std::optional<enforcement::Refusal> check_unchanged(const Portal& portal);
    /// What a statement does to names once it has succeeded.
    [[nodiscard]] Undo change_names(const Portal& executed);
    void statement_of_query_ended(const ExpectedAnswer& answer, const enforcement::StatementPlan& statement);
    /// Names that the statements of a simple Query use. True: something had to be prepared anew first, and
    /// the Query waits for it.
    [[nodiscard]] std::variant<bool, enforcement::Refusal> check_names(
        const enforcement::MessagePlan& message);
    void wait_until_prepared(const wire::Frame& query);
    void on_query_prepared();
    [[nodiscard]] std::optional<enforcement::Refusal> check_cursor(const std::string& name);
    [[nodiscard]] std::optional<enforcement::Refusal> check_executed(const std::string& name);

    // restricted_backend.cpp
    [[nodiscard]] ExpectedAnswer* front();
    [[nodiscard]] static const enforcement::StatementPlan* statement_of(const ExpectedAnswer& answer);
    /// What a row of the answer looks like (nullptr: there is none), what its rows have told so far, and for
    /// how many values it searches.
    struct Rows {
        const enforcement::StatementPlan* plan;
        accounting::Findings* findings;
        int searched_values;
        std::shared_ptr<const Payers> payers{};
        KeyFormats key_formats{};
    };
    [[nodiscard]] Rows rows_of(ExpectedAnswer& answer);
    [[nodiscard]] static Rows rows_like(const enforcement::StatementPlan* plan,
                                        accounting::Findings& findings, int bound_values);
    void on_frame(const wire::Frame& frame);
    void on_row_description(const wire::Frame& frame);
    void on_no_data(const wire::Frame& frame);
    void on_parameter_description(const wire::Frame& frame);
    void described();
    void on_plain_answer(const wire::Frame& frame, ExpectedAnswer::Kind kind);
    void on_command_complete(const wire::Frame& frame);
    void on_suspended(const wire::Frame& frame);
    void on_empty_query(const wire::Frame& frame);
    void execute_ended();
    void on_notice(const wire::Frame& frame);
    void on_error(const wire::Frame& frame);
    void on_ready(wire::TransactionStatus status);
    void pass_ready(wire::TransactionStatus status);

    // restricted_rows.cpp
    /// What the next row of the back end belongs to; without a plan: none is due.
    [[nodiscard]] Rows due_rows();
    /// Takes rows that need nothing but a charge together: a chunk of them costs far less than one by one.
    /// True: there may be more of them.
    bool take_rows();
    void on_data_row(const wire::Frame& frame);
    /// The client has its rows already.
    void hold_row(const wire::DataRow& row, std::size_t visible);
    /// The client asked for some rows of a change, or asks for those that were held: it was told how its
    /// Execute ends.
    [[nodiscard]] bool ends_with_held_rows(const ExpectedAnswer& answer, std::string_view tag);

    // restricted_free_rows.cpp
    /// Gives the client the rows that were kept back, or keeps them on. keep_free_rows(): false: they were
    /// too many, and the statement was stopped.
    void pass_free_rows(const Rows& rows);
    bool keep_free_rows(const Rows& rows);
    /// The budget that has no room for a row of `rows`, or for what it costs when a slice behind the next one
    /// is stopped or fails.
    [[nodiscard]] std::optional<accounting::Exceeded> used_up(const enforcement::StatementPlan& rows,
                                                              const accounting::Findings& findings,
                                                              const Payers& payers);
    /// Where one is used up, a cursor is read to its end or not at all: the slice in which it is stopped
    /// would tell how many rows there are before somebody who is not paid for.
    [[nodiscard]] std::optional<enforcement::Refusal> check_slice(const enforcement::StatementPlan& statement,
                                                                  const enforcement::StatementPlan& rows,
                                                                  const accounting::Findings& findings);
    /// Whatever the limit of rows is: a change is made and counted as a whole, and so is a query where the
    /// rows of one Execute more could tell of somebody who is not paid for.
    [[nodiscard]] bool must_run_whole(const Portal& portal);

    // restricted_copy.cpp
    void on_copy_out(const wire::Frame& frame);
    void on_copy_data(const wire::Frame& frame);
    void on_copy_done(const wire::Frame& frame);
    void on_copy_in(const wire::Frame& frame);
    /// A message of the client while the back end waits for the data of a COPY.
    void on_frontend_in_copy(const wire::Frame& frame);

    // restricted_budget.cpp
    /// Each charge_...(): false: somebody would exceed the budget, and the statement was stopped; or the
    /// budgets are asked, and the back end's message comes again when they have answered.
    bool charge_row(std::span<const wire::Value> keys, const Rows& rows);
    void read_catalog_for_key();
    [[nodiscard]] bool paid(const accounting::RowResult& result);
    void await_budgets();
    void stop(const accounting::RowStopped& stopped);
    void stop_with(const enforcement::Refusal& refusal);
    void stop_cancelled();
    void stop_at_limit(const accounting::Exceeded& exceeded, const std::string& subject);
    /// Every stop by a budget has a metric and a log line,
    void report_stop(const accounting::Exceeded& exceeded, const std::string& subject);
    /// and so has what is masked because one is used up. `rows` is whose rows the statement shows.
    void count_statement(const enforcement::StatementPlan& statement, const enforcement::StatementPlan* rows);
    /// Before the call's effects are carried out: what was charged is recorded, or what it covers is not
    /// sent.
    void record(std::size_t sent_before);
    /// What is due when an execution ends, or is suspended.
    bool charge_rest(const Rows& rows);
    bool charge_end(const enforcement::StatementPlan& statement, const Rows& rows);
    bool charge_failure(ExpectedAnswer& answer, const wire::ErrorResponse& error);
    /// A statement that may find nobody is not run when no miss is left: whether it is refused would be the
    /// answer. `rows` is whose rows are shown; of a simple Query the statement itself.
    [[nodiscard]] std::optional<enforcement::Refusal> check_misses(
        const enforcement::StatementPlan& rows, const std::optional<accounting::Subject>& asked,
        int bound_values);
    [[nodiscard]] std::optional<accounting::Exceeded> no_room_to_change(
        const enforcement::StatementPlan& rows, const std::optional<accounting::Subject>& asked);
    enforcement::Refusal used_up(const accounting::Exceeded& full, const std::string& kind,
                                 const enforcement::StatementPlan& rows);
    [[nodiscard]] std::optional<enforcement::Refusal> check_misses(
        const enforcement::StatementPlan& statement);
    /// ... of what is executed: its own rows, or those of the cursor that it reads.
    [[nodiscard]] std::optional<enforcement::Refusal> check_rows(const Portal& portal);
    [[nodiscard]] std::optional<enforcement::Refusal> check_rows(const enforcement::StatementPlan& statement,
                                                                 const Portal& shown);
    /// A statement whose answer nobody waits for any more: that it takes its time may be the answer.
    void charge_abandoned(TimePoint now);
    void owe_failure(const Rows& rows, TimePoint now);
    /// What fails when the transaction ends may be a statement that was answered before: a cursor WITH HOLD,
    /// a deferred constraint.
    void remember(const ExpectedAnswer& answer);
    [[nodiscard]] const enforcement::StatementPlan* failed_later(const ExpectedAnswer& answer) const;
    /// What failed runs, and reads people whom somebody is charged for: not what the text itself says wrong.
    [[nodiscard]] bool fails_on_counted(ExpectedAnswer& answer, const wire::Report& error);
    bool charge_misses(const Payers& payers, std::uint64_t misses, const enforcement::StatementPlan& plan);
    /// Makes the back end fail what is left of a stopped statement's implicit transaction.
    void fail_segment();

    // restricted_detection.cpp
    void stop(detection::Stopped stopped);
    /// Who asks may read no protected tables at all.
    [[nodiscard]] std::optional<enforcement::Refusal> check_frozen(
        const enforcement::StatementPlan& statement) const;
    /// Before a statement is run whose rows are like those of `rows`.
    [[nodiscard]] std::optional<enforcement::Refusal> check_detectors(const enforcement::StatementPlan& rows);

    RestrictedServices services_;
    RestrictedIdentity identity_;
    monitoring::RoleMetrics& metrics_;
    accounting::RowAccount account_;
    TrackedSetting search_path_;
    TrackedSetting person_;
    std::shared_ptr<Reader> session_reader_;  // session_reader()
    std::uint64_t session_reader_version_ = 0;
    std::set<std::string> masked_views_;  // Reader::view() of those whose masks stand in the log
    std::shared_ptr<Reader> asking_;      // for whom the client's message under way is asked
    TemporaryTables temporary_;
    std::uint64_t generation_;
    std::uint64_t policy_mark_ = 0;
    std::uint64_t parse_mark_ = 0;  // counts results that changed their types under a prepared statement
    std::optional<enforcement::NoAccess> no_access_;  // a reload took the access away

    wire::FrameReader client_;
    wire::FrameReader backend_;
    PreparedStatements prepared_;
    std::shared_ptr<const Prepared> remembered_;  // the last of the transaction that reads people
    std::shared_ptr<const Payers> remembered_payers_;
    std::deque<ExpectedAnswer> expected_;
    wire::TransactionStatus status_ = wire::TransactionStatus::idle;  // as the client knows it

    bool closed_ = false;              // nothing more is done
    bool client_ended_ = false;        // nothing more comes from the client
    bool asked_for_last_ = false;      // so the back end was told to send what it has
    bool message_incomplete_ = false;  // the client's next message may be taken, but has not come whole
    bool segment_open_ = false;        // from the first message to ReadyForQuery
    bool segment_begun_ = false;       // the back end has heard of it, and may have begun a transaction
    bool segment_closed_ = false;      // Sync or Query was sent: the next message waits for ReadyForQuery
    bool skipping_ = false;            // the back end skips to Sync, and so do we
    bool held_ = false;                // a counted Execute must end before the next message is sent
    bool sync_waits_ = false;  // for it, too: the Sync would commit its change, or be lost in its COPY
    bool flushed_ = false;     // the back end was asked to answer all that was sent
    bool stopped_ = false;     // the budget ended a statement of this segment: no more of its output
    bool poison_due_ = false;  // what is left of the stopped segment must fail, once the cancel is through
    bool cancelling_ = false;  // a CancelRequest is on its way
    bool fails_transaction_ = false;  // the query that makes the transaction block fail is under way
    bool reading_temporary_ = false;  // until it has been answered, no message of the client is taken
    bool temporary_unknown_ = false;  // reading them failed: the next statement is refused
    int executes_in_segment_ = 0;
    FreeRows free_rows_;
    std::size_t held_bytes_ = 0;  // of HeldRows, in the transaction under way
    std::optional<Steps> steps_;
    std::optional<wire::TransactionStatus> ready_waits_;  // ReadyForQuery came before the cancel was through
    std::optional<std::string> waiting_bind_;             // a Bind whose columns must be described first
    std::optional<std::string> waiting_query_;            // a Query whose EXECUTE must be prepared anew first
    bool copying_in_ = false;            // from CopyInResponse to the client's CopyDone or CopyFail
    bool copying_out_ = false;           // between CopyOutResponse and CopyDone
    std::optional<CopyRows> copy_rows_;  // of a COPY under way whose rows have hidden columns
    std::uint64_t rows_ = 0;             // of the statement under way
    /// What the segment's statements were printed from may be no longer true: read it, but so long after the
    /// last time.
    std::optional<std::chrono::milliseconds> catalog_doubt_;
    bool reading_catalog_ = false;           // the next message and ReadyForQuery wait for it
    std::optional<TimePoint> catalog_read_;  // when this session last asked for that
    bool budgets_asked_ = false;             // nothing more is taken of either side until they have answered
    bool cancelled_ = false;                 // the client's message that waited for them
    /// Of the client: it names what the catalog lacks, or what is left of its budgets must be asked for.
    std::optional<std::string> waiting_message_;
    TimePoint started_{};
    std::chrono::nanoseconds own_{0};

    TimePoint now_{};
    Effects* effects_ = nullptr;  // of the call under way
};

// Who names what does not exist may be right.
inline constexpr std::chrono::milliseconds reads_on_a_guess_apart{1000};

}  // namespace gateway::session
