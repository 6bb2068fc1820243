#include "gateway/session/error_scrub.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/session/error_words.hpp"
#include "gateway/session/joined_text.hpp"
#include "sql/temporary.hpp"

namespace gateway::session {
namespace {

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
    const auto at = byte_of(prepared_text(plan), printed_position);
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

namespace {

std::optional<std::size_t> position_of(const wire::Report& report, const StatementAt& at) {
    const auto position = report.field('P');
    std::size_t number = 0;
    const auto parsed = std::from_chars(position.data(), position.data() + position.size(), number);
    if (at.plan == nullptr || position.empty() || parsed.ec != std::errc{} || number == 0)
        return std::nullopt;
    return client_position(*at.plan, at.client_text, number);
}

sql::StatementKind kind_of(const StatementAt& at) {
    return at.plan != nullptr && at.statement < at.plan->statements.size()
               ? at.plan->statements[at.statement].kind
               : sql::StatementKind::empty;
}

bool names_ours(std::string_view text) { return text.find("__tabir") != std::string_view::npos; }

// The print names the schema of every built-in function; the client did not.
constexpr std::string_view built_in_prefix = "pg_catalog.";

void erase_all(std::string& text, std::string_view word) {
    for (auto found = text.find(word); found != std::string::npos; found = text.find(word, found))
        text.erase(found, word.size());
}

// What may stand beside the server's own message: its hint and the names of schema, table, column, data type
// and constraint. Never context, internal queries or places in the server's source.
constexpr std::string_view beside_the_message = "Hstcdn";

/// Key (code)=(x) already exists: of a change of open tables alone, the client's own value. Libraries read
/// the names of columns in it (Sequelize). What waits for COMMIT, or stands in a temporary table, may come
/// from elsewhere.
bool keeps_detail(const wire::Report& report, const StatementAt& at) {
    constexpr std::string_view unique_violation = "23505";
    if (at.plan == nullptr || at.statement >= at.plan->statements.size()) return false;
    const enforcement::StatementPlan& statement = at.plan->statements[at.statement];
    return report.sqlstate() == unique_violation && report.field('W').empty() &&
           report.field('F').ends_with("nbtinsert.c") && !report.field('s').starts_with("pg_temp") &&
           (statement.kind == sql::StatementKind::insert || statement.kind == sql::StatementKind::update) &&
           !statement.printed.reads_protected;
}

}  // namespace

ScrubbedReport::ScrubbedReport(const wire::Report& report, const StatementAt& at) {
    const auto position = position_of(report, at);
    const auto words = words_for(report, position.has_value(), kind_of(at));
    if (at.reads_counted && tells_of_values(report)) {
        for (const char code : {'S', 'V'}) {
            if (const auto text = report.field(code); !text.empty()) fields_.push_back({code, text});
        }
        fields_.push_back({'C', "22000"});
        fields_.push_back({'M', value_failed});
        fields_.push_back({'H', value_failed_hint});
        return;
    }
    message_ = words.message;
    if (at.client_text.find(built_in_prefix) == std::string_view::npos) erase_all(message_, built_in_prefix);
    as_the_server_said_ = words.as_the_server_said;
    for (const char code : {'S', 'V', 'C'}) {
        if (const auto text = report.field(code); !text.empty()) fields_.push_back({code, text});
    }
    fields_.push_back({'M', message_});
    if (words.as_the_server_said) {
        for (const char code : beside_the_message) {
            const auto text = report.field(code);
            if (text.empty()) continue;
            // A temporary table, and what is named after it, is called as the client called it.
            erase_all(beside_.emplace_back(text), sql::temporary_prefix);
            if (!names_ours(beside_.back())) fields_.push_back({code, beside_.back()});
        }
        const auto detail = report.field('D');
        if (keeps_detail(report, at) && !names_ours(detail)) fields_.push_back({'D', detail});
    }
    if (std::string line = line_of_copy(report); !line.empty() && kind_of(at) == sql::StatementKind::copy) {
        erase_all(line, sql::temporary_prefix);
        if (!names_ours(line)) fields_.push_back({'W', beside_.emplace_back(std::move(line))});
    }
    if (is_of_a_changed_plan(report)) fields_.push_back({'R', report.field('R')});
    if (position) {
        position_ = std::to_string(*position);
        fields_.push_back({'P', position_});
    }
}

}  // namespace gateway::session
