#include "gateway/session/message_refusals.hpp"

#include <algorithm>
#include <string>

#include "gateway/session/row_plan.hpp"
#include "gateway/wire/message_types.hpp"
#include "sql/analyze.hpp"
#include "sql/parameter_types.hpp"
#include "sql/patterns.hpp"

namespace gateway::session {

enforcement::Refusal unknown_statement(std::string_view name) {
    const auto message = name.empty() ? std::string("unnamed prepared statement does not exist")
                                      : "prepared statement \"" + std::string(name) + "\" does not exist";
    return {.sqlstate = "26000", .message = message};
}

enforcement::Refusal unknown_portal(std::string_view name) {
    return {.sqlstate = "34000", .message = "portal \"" + std::string(name) + "\" does not exist"};
}

enforcement::Refusal wrong_formats(std::size_t formats, std::size_t columns) {
    return {.sqlstate = "08P01",
            .message = "bind message has " + std::to_string(formats) + " result formats but query has " +
                       std::to_string(columns) + " columns"};
}

enforcement::Refusal malformed(const wire::Frame& frame, wire::WireErrc error) {
    using wire::WireErrc;
    const bool describes = frame.type() == wire::frontend_type::describe;
    std::string message(wire::message_of(error));
    if (error == WireErrc::object_kind) {
        message = std::string("invalid ") + (describes ? "DESCRIBE" : "CLOSE") + " message subtype " +
                  std::to_string(static_cast<unsigned char>(frame.body().front()));
    } else if (error == WireErrc::value_length) {
        message = wire::message_of(WireErrc::too_short);
    } else if (error == WireErrc::too_short && frame.body().empty() &&
               (describes || frame.type() == wire::frontend_type::close)) {
        message = "no data left in message";
    }
    return {.sqlstate = std::string(wire::sqlstate_of(error)),
            .reason = policies::Reason::syntax,
            .message = std::move(message)};
}

std::optional<enforcement::Refusal> check_parameter_formats(const wire::Bind& bind) {
    const auto& formats = bind.parameter_formats;
    const auto parameters = bind.parameters.size();
    if (formats.size() > 1 && formats.size() != parameters) {
        return enforcement::Refusal{.sqlstate = "08P01",
                                    .reason = policies::Reason::syntax,
                                    .message = "bind message has " + std::to_string(formats.size()) +
                                               " parameter formats but " + std::to_string(parameters) +
                                               " parameters"};
    }
    for (std::size_t i = 0; i < std::min(formats.size(), parameters); ++i) {
        const auto code = static_cast<std::int16_t>(formats[i]);
        if (code == 0 || code == 1) continue;
        return enforcement::Refusal{.sqlstate = "22023",
                                    .reason = policies::Reason::syntax,
                                    .message = "unsupported format code: " + std::to_string(code)};
    }
    return std::nullopt;
}

enforcement::Refusal limited_rows() {
    return {.sqlstate = "54000",
            .reason = policies::Reason::not_countable,
            .message = "there are more rows than can be kept for a client that asks for some at a time",
            .hint = "Execute it without a limit (a fetch size) of rows."};
}

enforcement::Refusal too_many_behind() {
    return {.sqlstate = "54000",
            .reason = policies::Reason::not_countable,
            .message = "more than " + std::to_string(sql::most_repeated_rows) +
                       " rows of people stand behind a row of the result: too many to be counted",
            .hint =
                "Narrow the window (WHERE, PARTITION BY), change fewer rows at a time, or ask for a number "
                "with a statement of its own (SELECT count(*) ...)."};
}

enforcement::Refusal too_many_free_rows() {
    return {.sqlstate = "54000",
            .reason = policies::Reason::not_countable,
            .message =
                "the budget is used up, and there are more rows than can be kept back until it is sure that "
                "nobody else is in them",
            .hint = "Read fewer rows at a time, by ranges of a key."};
}

enforcement::Refusal ranks_in_part(sql::StatementKind kind) {
    return {.sqlstate = "54000",
            .reason = policies::Reason::not_countable,
            .kind = kind,
            .message = "a rank tells of people in rows that would not be read",
            .hint = "FETCH ALL, or declare a cursor for the query: DECLARE ... CURSOR FOR ..."};
}

enforcement::Refusal changed_settings(const policies::Role& role) {
    return {.sqlstate = "42501",
            .reason = policies::Reason::setting_not_allowed,
            .message =
                "a row filter hangs on settings, such as TimeZone and DateStyle, or an INSERT of people "
                "does, and "
                "one is not as the database has it (role " +
                role.name + ", " + role.rule.text() + ')',
            .hint =
                "RESET TimeZone; RESET DateStyle, and what else was set. A filter that names its time zone "
                "hangs on none of them: made < timestamptz '2024-05-31 00:00+07'."};
}

enforcement::Refusal moved_row(const policies::Role& role) {
    return {.sqlstate = "42501",
            .reason = policies::Reason::not_countable,
            .message = "a row would be given to another person, and whose it was cannot be counted (role " +
                       role.name + ", " + role.rule.text() + ')',
            .hint = "Leave the column that names the person as it is."};
}

enforcement::Refusal stored_mask(const policies::Role& role, const std::string& column) {
    return {.sqlstate = "42501",
            .reason = policies::Reason::unsupported,
            .message = "a mask would be stored in column \"" + column +
                       "\", in place of the real value (role " + role.name + ", " + role.rule.text() + ')',
            .hint = "Read the row again, and leave the column as it is there or write a new value."};
}

enforcement::Refusal far_parameter() {
    return {.sqlstate = "22008",
            .reason = policies::Reason::unsupported,
            .message = "a parameter is too far from today for times to be reckoned with it",
            .hint = "Move times by 600 years at most."};
}

enforcement::Refusal reserved_name() {
    return {.sqlstate = "42939",
            .reason = policies::Reason::names,
            .message = "names that begin with __tabir_ are Tabir's own",
            .hint = "Choose another name."};
}

enforcement::Refusal too_many_names() {
    return {.sqlstate = "53400",
            .reason = policies::Reason::too_complex,
            .message = "too many prepared statements or cursors in this session",
            .hint = "Close those that are not needed any more."};
}

enforcement::Refusal too_many_searched(const enforcement::StatementPlan& statement) {
    return {.sqlstate = "42501",
            .message = "a statement may search for " + std::to_string(most_searched_values(statement)) +
                       " values at most",
            .hint = "Search for fewer values at a time."};
}

enforcement::Refusal several_commands() {
    return {.sqlstate = "42601",
            .reason = policies::Reason::syntax,
            .message = "cannot insert multiple commands into a prepared statement"};
}

enforcement::Refusal converting_parameter() {
    return {.sqlstate = "42501",
            .message = sql::converting_parameter_message,
            .hint = sql::converting_parameter_hint};
}

enforcement::Refusal open_pattern() {
    return {.sqlstate = "22025", .message = sql::open_pattern_message, .hint = sql::open_pattern_hint};
}

enforcement::Refusal change_beside_others() {
    return {.sqlstate = "42501",
            .reason = policies::Reason::not_countable,
            .message =
                "a statement that changes rows of people who are counted cannot be sent together with COPY, "
                "cursors or prepared statements",
            .hint = "Send those by themselves."};
}

}  // namespace gateway::session
