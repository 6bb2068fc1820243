#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/accounting/findings.hpp"
#include "gateway/wire/fields.hpp"
#include "sql/analyze.hpp"

namespace gateway::session {

/// The key that `value` is, in the words in which the database would print it for a column of `type`; nullopt
/// where that is not known.
[[nodiscard]] std::optional<std::string> key_of(std::string_view value, wire::Format format, sql::Oid type);

/// Whom a statement asks about by a constant in its own text.
[[nodiscard]] std::optional<accounting::Subject> asked_by_text(const sql::PrintedStatement& printed);

/// How many elements an array parameter holds; nullopt: it is no array that can be read.
[[nodiscard]] std::optional<std::uint64_t> array_elements(std::string_view value, wire::Format format);

}  // namespace gateway::session
