#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/backend_writer.hpp"

namespace gateway::session {

/// The statement that a report is about.
struct StatementAt {
    const enforcement::MessagePlan* plan = nullptr;  // nullptr: none is under way
    std::size_t statement = 0;                       // within the message
    std::string_view client_text = {};
    bool reads_counted = false;  // its rows are being read, of people who are counted
};

/// What a restricted client may read of the database's ErrorResponse or NoticeResponse. Its severity and
/// SQLSTATE stay, but where values of people who are counted made it fail (tells_of_values); the message
/// where words_for() says so, and then hint and names of objects, too, and of a unique key of an open table
/// the detail; the routine where it is that of a changed plan; the line of a COPY's data that cannot be read;
/// the position where it can be mapped to the client's own text; nothing else.
class ScrubbedReport {
public:
    ScrubbedReport(const wire::Report& report, const StatementAt& at);
    ScrubbedReport(const ScrubbedReport&) = delete;
    ScrubbedReport& operator=(const ScrubbedReport&) = delete;

    [[nodiscard]] std::span<const wire::ReportField> fields() const { return fields_; }
    /// A notice whose words are not the server's own is better not said at all.
    [[nodiscard]] bool as_the_server_said() const { return as_the_server_said_; }

private:
    std::string message_;
    std::string position_;
    std::deque<std::string> beside_;
    bool as_the_server_said_ = false;
    std::vector<wire::ReportField> fields_;
};

/// Where the server's position (in characters, from 1, in the joined print of `plan`) lies in the client's
/// text, in characters, from 1; nullopt: in words that are not the client's.
[[nodiscard]] std::optional<std::size_t> client_position(const enforcement::MessagePlan& plan,
                                                         std::string_view client_text,
                                                         std::size_t printed_position);

}  // namespace gateway::session
