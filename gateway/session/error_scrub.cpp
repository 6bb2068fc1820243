#include "gateway/session/error_scrub.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/session/joined_text.hpp"

namespace gateway::session {
namespace {

struct OwnWords {
    std::string_view sqlstate;  // five characters, or the two of a class
    std::string_view message;
};

// What is said in place of messages that quote values (SQL-standard condition names of PostgreSQL docs,
// appendix A).
constexpr std::array own_words{
    OwnWords{"22001", "value too long for its type"},
    OwnWords{"22003", "numeric value out of range"},
    OwnWords{"22007", "invalid date or time"},
    OwnWords{"22008", "date or time out of range"},
    OwnWords{"22012", "division by zero"},
    OwnWords{"2201B", "invalid regular expression"},
    OwnWords{"22023", "invalid parameter value"},
    OwnWords{"22P02", "invalid input syntax for the type"},
    OwnWords{"22P03", "invalid binary value for the type"},
    OwnWords{"22021", "invalid byte sequence for the encoding"},
    OwnWords{"23502", "a required value is missing"},
    OwnWords{"23503", "a foreign key constraint is violated"},
    OwnWords{"23505", "a unique constraint is violated"},
    OwnWords{"23514", "a check constraint is violated"},
    OwnWords{"21", "a sub-query returned more than one row"},
    OwnWords{"22", "data exception"},
    OwnWords{"23", "an integrity constraint is violated"},
    OwnWords{"54", "a limit of the database is exceeded"},
};

// Classes whose messages speak of names, settings and states: connection, features, transactions, cursors and
// statements, savepoints, databases, syntax and access, resources, object state, intervention, system.
constexpr std::array plain_classes{"08", "0A", "0B", "24", "25", "26", "34",
                                   "3B", "3D", "3F", "40", "53", "55", "57"};
constexpr std::array plain_states{"42601", "42P01", "42703", "42883", "42702", "42725", "42803", "42804",
                                  "42P02", "42P03", "42P05", "42P07", "42P18", "42P19", "42P20", "42P21",
                                  "42P22", "42704", "42701", "42712", "42846", "42830", "42501", "42P08",
                                  "42P10", "42809", "42P09", "42P13", "42P14", "42939"};

template <class List>
bool holds(const List& list, std::string_view value) {
    return std::ranges::find(list, value) != list.end();
}

std::string_view message_for(std::string_view sqlstate, std::string_view message) {
    const auto state_class = sqlstate.substr(0, 2);
    const bool plain = holds(plain_classes, state_class) || holds(plain_states, sqlstate);
    if (plain && message.find("__tabir") == std::string_view::npos) return message;
    const auto found = std::ranges::find_if(own_words, [&](const OwnWords& words) {
        return words.sqlstate == sqlstate || words.sqlstate == state_class;
    });
    return found != own_words.end() ? found->message : "the database could not carry out the statement";
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

/// The byte at which character `number` (from 1) begins.
std::optional<std::size_t> byte_of(std::string_view text, std::size_t number) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (begins_character(text[i]) && --number == 0) return i;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::size_t> client_position(const enforcement::MessagePlan& plan, std::string_view client_text,
                                           std::size_t printed_position) {
    const auto at = byte_of(joined_text(plan), printed_position);
    if (!at) return std::nullopt;
    std::size_t begin = 0;
    for (const auto& statement : plan.statements) {
        for (const sql::CopiedSpan& span : statement.printed.spans) {
            if (*at < begin + span.printed || *at >= begin + span.printed + span.length) continue;
            const auto client = span.client + (*at - begin - span.printed);
            if (client > client_text.size()) return std::nullopt;
            return 1 + static_cast<std::size_t>(
                           std::ranges::count_if(client_text.substr(0, client), begins_character));
        }
        begin += statement.printed.text.size() + statement_separator.size();
    }
    return std::nullopt;
}

ScrubbedError::ScrubbedError(const wire::ErrorResponse& error, const enforcement::MessagePlan* plan,
                             std::string_view client_text) {
    for (const char code : {'S', 'V', 'C'}) {
        if (const auto text = error.field(code); !text.empty()) fields_.push_back({code, text});
    }
    fields_.push_back({'M', message_for(error.sqlstate(), error.field('M'))});
    const auto position = error.field('P');
    std::size_t number = 0;
    const auto parsed = std::from_chars(position.data(), position.data() + position.size(), number);
    if (plan == nullptr || position.empty() || parsed.ec != std::errc{} || number == 0) return;
    if (const auto at = client_position(*plan, client_text, number)) {
        position_ = std::to_string(*at);
        fields_.push_back({'P', position_});
    }
}

bool notice_may_pass(std::string_view sqlstate) {
    return sqlstate.starts_with("25") || sqlstate.starts_with("02") || sqlstate == "42622";
}

wire::ErrorReport scrubbed(const wire::NoticeResponse& notice) {
    return {.severity = notice.field('V') == "WARNING" ? wire::Severity::warning : wire::Severity::notice,
            .sqlstate = notice.sqlstate(),
            .message = message_for(notice.sqlstate(), notice.field('M'))};
}

}  // namespace gateway::session
