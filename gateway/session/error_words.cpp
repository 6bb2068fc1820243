#include "gateway/session/error_words.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "sql/temporary.hpp"

namespace gateway::session {
namespace {

// Messages without a place for data (PostgreSQL's source), and those that PostgreSQL fills with a number.
constexpr auto constant_texts = std::to_array<std::string_view>({
    "division by zero",
    "smallint out of range",
    "integer out of range",
    "bigint out of range",
    "numeric field overflow",
    "value overflows numeric format",
    "value out of range: overflow",
    "value out of range: underflow",
    "input is out of range",
    "cannot take logarithm of zero",
    "cannot take logarithm of a negative number",
    "cannot take square root of a negative number",
    "zero raised to a negative power is undefined",
    "a negative number raised to a non-integer power yields a complex result",
    "date out of range",
    "time out of range",
    "timestamp out of range",
    "interval out of range",
    "negative substring length not allowed",
    "requested length too large",
    "requested character too large for encoding",
    "null character not permitted",
    "invalid input syntax for type json",
    "cannot subtract infinite dates",
    "step size cannot equal zero",
    "count must be greater than zero",
    "lower bound cannot equal upper bound",
    "lower and upper bounds must be finite",
    "upper bound cannot be less than lower bound",
    "range lower bound must be less than or equal to range upper bound",
    "malformed array literal",
    "malformed record literal",
    "malformed range literal",
    "LIMIT must not be negative",
    "OFFSET must not be negative",
    "more than one row returned by a subquery used as an expression",
    "frame starting offset must not be negative",
    "frame ending offset must not be negative",
    "extra data after last expected column",
    "unterminated CSV quoted field",
    "canceling statement due to user request",
    "canceling statement due to statement timeout",
    "canceling statement due to lock timeout",
    "canceling statement due to conflict with recovery",
    "terminating connection due to administrator command",
    "terminating connection due to idle-in-transaction timeout",
    "terminating connection due to idle-session timeout",
    "current transaction is aborted, commands ignored until end of transaction block",
    "could not serialize access due to concurrent update",
    "could not serialize access due to concurrent delete",
    "deadlock detected",
    "stack depth limit exceeded",
    "out of memory",
    "invalid regular expression: invalid escape \\ sequence",
    "invalid regular expression: invalid backreference number",
    "invalid regular expression: invalid character class",
    "invalid regular expression: invalid character range",
    "invalid regular expression: brackets [] not balanced",
    "invalid regular expression: parentheses () not balanced",
    "invalid regular expression: braces {} not balanced",
    "invalid regular expression: invalid repetition count(s)",
    "invalid regular expression: quantifier operand invalid",
    "invalid regular expression: regular expression is too complex",
});

struct Template {
    std::string_view before;
    std::string_view after;
};
constexpr std::array numbered{
    Template{"value too long for type character varying(", ")"},
    Template{"value too long for type character(", ")"},
    Template{"bit string too long for type bit varying(", ")"},
    Template{"bind message supplies ", " parameters"},
};

// What follows the type's name quotes a value, and is cut off.
constexpr std::array typed{
    Template{"invalid input syntax for type ", ": \""},
    Template{"value \"", "\" is out of range for type "},
    Template{"date/time field value out of range", ": \""},
    Template{"interval field value out of range", ": \""},
    Template{"malformed array literal", ": \""},
    Template{"malformed record literal", ": \""},
    Template{"malformed range literal", ": \""},
    Template{"syntax error in tsquery", ": \""},
    Template{"no operand in tsquery", ": \""},
    Template{"invalid byte sequence for encoding \"UTF8\"", ": "},
    // COPY FROM: a column
    Template{"missing data for column", " \""},
};
constexpr auto built_in_types = std::to_array<std::string_view>({"smallint",  "integer",
                                                                 "bigint",    "numeric",
                                                                 "real",      "double precision",
                                                                 "boolean",   "text",
                                                                 "bytea",     "date",
                                                                 "time",      "time with time zone",
                                                                 "timestamp", "timestamp with time zone",
                                                                 "interval",  "uuid",
                                                                 "json",      "jsonb",
                                                                 "inet",      "cidr",
                                                                 "macaddr",   "xml",
                                                                 "money",     "bit",
                                                                 "point",     "box",
                                                                 "oid",       "tsvector",
                                                                 "pg_lsn",    "xid"});

// Where PostgreSQL's messages speak of names, types, settings and states, also when they arise while rows are
// read. Left out are, for instance, parse_type.c and namespace.c, which a cast of a row's value to regtype or
// regclass reaches; with a position their messages pass all the same.
constexpr auto files_of_names = std::to_array<std::string_view>(
    {// access, catalog
     "heapam.c", "heapam_handler.c", "nbtinsert.c", "nbtutils.c", "xact.c", "aclchk.c", "dependency.c",
     // commands
     "analyze.c", "createas.c", "lockcmds.c", "portalcmds.c", "prepare.c", "sequence.c", "tablecmds.c",
     "trigger.c", "view.c",
     // executor
     "execExprInterp.c", "execIndexing.c", "execMain.c", "execPartition.c", "execSRF.c", "execTuples.c",
     "execUtils.c", "nodeLimit.c", "nodeLockRows.c", "nodeModifyTable.c", "nodeSubplan.c", "nodeWindowAgg.c",
     // optimizer
     "initsplan.c", "joinpath.c", "plancat.c", "planner.c", "prepunion.c",
     // parser, rewriter
     "parse_agg.c", "parse_clause.c", "parse_coerce.c", "parse_collate.c", "parse_cte.c", "parse_expr.c",
     "parse_func.c", "parse_merge.c", "parse_oper.c", "parse_param.c", "parse_relation.c", "parse_target.c",
     "parse_utilcmd.c", "rewriteHandler.c",
     // storage
     "deadlock.c", "lmgr.c", "lock.c", "predicate.c", "proc.c",
     // tcop, utils
     "postgres.c", "pquery.c", "utility.c", "domains.c", "plancache.c", "portalmem.c", "postinit.c",
     "ri_triggers.c", "snapmgr.c"});

struct OwnWords {
    std::string_view sqlstate;  // five characters, or the two of a class
    std::string_view message;
};
// In place of messages that do not pass (SQL-standard condition names of PostgreSQL's docs, appendix A).
constexpr std::array own_words{
    OwnWords{"22001", "value too long for its type"},
    OwnWords{"22003", "numeric value out of range"},
    OwnWords{"22007", "invalid date or time"},
    OwnWords{"22008", "date or time out of range"},
    OwnWords{"2201B", "invalid regular expression"},
    OwnWords{"22023", "invalid parameter value"},
    OwnWords{"22P02", "invalid input syntax for the type"},
    OwnWords{"22P03", "invalid binary value for the type"},
    OwnWords{"22021", "invalid byte sequence for the encoding"},
    OwnWords{"23502", "a required value is missing"},
    OwnWords{"23503", "a foreign key constraint is violated"},
    OwnWords{"23505", "a unique constraint is violated"},
    OwnWords{"23514", "a check constraint is violated"},
    OwnWords{"42501", "permission denied by the database"},
    OwnWords{"42601", "syntax error"},
    OwnWords{"42703", "a column does not exist"},
    OwnWords{"42704", "an object does not exist"},
    OwnWords{"42883", "a function does not exist"},
    OwnWords{"42P01", "a relation does not exist"},
    OwnWords{"08", "connection exception"},
    OwnWords{"0A", "the database does not support this"},
    OwnWords{"21", "a sub-query returned more than one row"},
    OwnWords{"22", "data exception"},
    OwnWords{"23", "an integrity constraint is violated"},
    OwnWords{"25", "the transaction is not in the right state for this"},
    OwnWords{"40", "the transaction was rolled back"},
    OwnWords{"53", "the database is short of resources"},
    OwnWords{"54", "a limit of the database is exceeded"},
    OwnWords{"55", "an object is not in the state that is needed"},
    OwnWords{"57", "an operator intervened"},
    OwnWords{"P0", "a function of the database raised an error"},
};

template <class List>
bool holds(const List& list, std::string_view value) {
    return std::ranges::find(list, value) != list.end();
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 10 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> harmless_part(std::string_view message) {
    if (holds(constant_texts, message)) return std::string(message);
    for (const auto& [before, after] : numbered) {
        if (!message.starts_with(before)) continue;
        const auto rest = message.substr(before.size());
        const auto end = rest.find(after);
        if (end != std::string_view::npos && is_number(rest.substr(0, end)))
            return std::string(message.substr(0, before.size() + end + after.size()));
    }
    for (const auto& [before, after] : typed) {
        if (!message.starts_with(before)) continue;
        const auto rest = message.substr(before.size());
        if (before.ends_with('"')) {
            // value "..." is out of range for type T: the last one is PostgreSQL's
            const auto at = rest.rfind(after);
            if (at == std::string_view::npos) continue;
            const auto type = rest.substr(at + after.size());
            if (holds(built_in_types, type)) return "value is out of range for type " + std::string(type);
            continue;
        }
        const auto type = rest.substr(0, rest.find(after));
        if (type.empty() || holds(built_in_types, type)) return std::string(before) + std::string(type);
    }
    return std::nullopt;
}

std::string_view file_of(const wire::Report& report) {
    const auto path = report.field('F');
    return path.substr(path.rfind('/') + 1);  // some builds give the whole path
}

bool sets(sql::StatementKind kind) {
    using Kind = sql::StatementKind;
    return kind == Kind::empty || kind == Kind::set || kind == Kind::reset || kind == Kind::show;
}

bool speaks_of_names(const wire::Report& report, bool in_client_text, sql::StatementKind kind) {
    const auto context = report.field('W');
    if (!context.empty() && !context.starts_with("COPY ")) return false;
    if (in_client_text && context.empty()) return true;
    const auto file = file_of(report);
    // A value for a setting is the client's own in SET, and the server's own at log-in.
    return holds(files_of_names, file) || (file == "guc.c" && sets(kind));
}

/// CopyFail's, from PostgreSQL's CopyGetData().
bool gives_clients_reason(const wire::Report& report) {
    return report.sqlstate() == "57014" && file_of(report) == "copyfromparse.c";
}

std::string_view own_words_for(std::string_view sqlstate) {
    for (const auto code : {sqlstate, sqlstate.substr(0, 2)}) {
        const auto found = std::ranges::find(own_words, code, &OwnWords::sqlstate);
        if (found != own_words.end()) return found->message;
    }
    return "the database could not carry out the statement";
}

}  // namespace

Words words_for(const wire::Report& report, bool in_client_text, sql::StatementKind kind) {
    std::string message(report.field('M'));
    // The client knows its temporary tables by another name.
    for (auto at = message.find(sql::temporary_prefix); at != std::string::npos;
         at = message.find(sql::temporary_prefix, at))
        message.erase(at, sql::temporary_prefix.size());
    // Columns of the gateway's own making are nobody's business.
    const bool of_ours = message.find("__tabir") != std::string::npos;
    if (!of_ours && (speaks_of_names(report, in_client_text, kind) || gives_clients_reason(report)))
        return {.message = std::move(message), .as_the_server_said = true};
    if (auto part = harmless_part(message)) return {.message = std::move(*part)};
    return {.message = std::string(own_words_for(report.sqlstate()))};
}

bool meets_somebody_else(const wire::Report& report, const policies::BoundPolicy& policy) {
    constexpr std::string_view foreign_key_violation = "23503";
    if (report.sqlstate() == foreign_key_violation) return true;
    if (report.sqlstate() != "23505" && report.sqlstate() != "23P01") return false;
    const sql::Relation* relation = policy.catalog().relation(report.field('s'), report.field('t'));
    const policies::TableRule* rule = relation == nullptr ? nullptr : policy.rule_of(relation->oid);
    return rule == nullptr || !rule->subjects.empty();
}

std::string line_of_copy(const wire::Report& report) {
    constexpr std::string_view copy = "COPY ";
    constexpr std::string_view line = ", line ";
    const std::string_view context = report.field('W');
    const std::size_t at = context.find(line);
    if (!report.sqlstate().starts_with("22") || !context.starts_with(copy) || at == std::string_view::npos ||
        context.find('\n') != std::string_view::npos)
        return {};
    const std::size_t end = context.find_first_not_of("0123456789", at + line.size());
    return std::string(context.substr(0, end));
}

bool is_of_a_changed_plan(const wire::Report& report) {
    return report.sqlstate() == "0A000" && report.field('R') == "RevalidateCachedQuery";
}

bool is_of_the_text(const wire::Report& report) {
    return !report.field('P').empty() || file_of(report) == "prepare.c";
}

bool tells_of_values(const wire::Report& report) {
    const bool is_taken_name = (report.sqlstate() == "42P05" && file_of(report) == "prepare.c") ||
                               (report.sqlstate() == "42P03" && file_of(report) == "portalmem.c");
    if (is_taken_name || is_of_a_changed_plan(report)) return false;
    // Connections, transactions, names of statements and cursors, resources, locks, cancelling.
    constexpr auto of_the_server =
        std::to_array<std::string_view>({"08", "24", "25", "26", "34", "3B", "40", "53", "55", "57"});
    const auto clazz = report.sqlstate().substr(0, 2);
    // A sequence that was not asked yet is, where a CASE asks it or not.
    if (holds(of_the_server, clazz)) return clazz == "55" && file_of(report) == "sequence.c";
    // Constraints of the database's own tables are few; those of a temporary table the client chooses.
    return clazz != "23" || report.field('s').starts_with("pg_temp") || file_of(report) == "domains.c" ||
           file_of(report) == "execExprInterp.c";
}

}  // namespace gateway::session
