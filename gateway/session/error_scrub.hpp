#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/backend_writer.hpp"

namespace gateway::session {

/// What a restricted client may read of the database's ErrorResponse. Its severity and SQLSTATE stay; no
/// detail, hint, context or name of an object; the message only where messages of that SQLSTATE speak of
/// names and states, never of values; the position where it can be mapped to the client's own text.
class ScrubbedError {
public:
    /// `plan` and `client_text` belong to the statement that failed; nullptr and "" when there is none.
    ScrubbedError(const wire::ErrorResponse& error, const enforcement::MessagePlan* plan,
                  std::string_view client_text);
    ScrubbedError(const ScrubbedError&) = delete;
    ScrubbedError& operator=(const ScrubbedError&) = delete;

    [[nodiscard]] std::span<const wire::ReportField> fields() const { return fields_; }

private:
    std::string position_;
    std::vector<wire::ReportField> fields_;
};

/// Notices whose SQLSTATE neither RAISE nor a function of the database's owner has by default: those of a
/// transaction's state and of no data (02). RAISE's own (00000, 01000) may carry rows and do not pass.
[[nodiscard]] bool notice_may_pass(std::string_view sqlstate);

/// Severity, SQLSTATE and message of a notice that may pass.
[[nodiscard]] wire::ErrorReport scrubbed(const wire::NoticeResponse& notice);

/// Where the server's position (in characters, from 1, in the joined print of `plan`) lies in the client's
/// text, in characters, from 1; nullopt: in words that are not the client's.
[[nodiscard]] std::optional<std::size_t> client_position(const enforcement::MessagePlan& plan,
                                                         std::string_view client_text,
                                                         std::size_t printed_position);

}  // namespace gateway::session
