#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/edits/print_select.hpp"

struct Node;

namespace sql::edits {

/// A query of counted people, as the part of PaidSteps that reads them: its rows are there to be kept for a
/// later step, and of them nothing but the keys of its people is shown.
struct KeptRows {
    PrintedStatement printed;
    PrintedColumns columns;
    Node* query;  // what the print parses to
};

/// Prints `query`, whose text `in` gives. nullopt: it tells of nobody who is counted, or cannot be printed.
/// `what` it is, for the error where its columns are not known.
[[nodiscard]] std::optional<Result<KeptRows>> print_kept_rows(const Printing& in, Node* query,
                                                              const std::string& what);

/// The same of the query that `text`, ours, is. nullopt also where it is none.
[[nodiscard]] std::optional<Result<KeptRows>> print_kept_rows(const Printing& in, std::string_view text,
                                                              const std::string& what);

/// The change itself, which runs when everybody is paid for, or is not run at all.
[[nodiscard]] Result<PrintedStatement> print_paid_change(const Printing& in);

/// Its columns, by which `keeping` may name them.
[[nodiscard]] std::vector<std::string> kept_columns(const KeptRows& rows);
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

/// The name of its rows.
inline constexpr std::string_view kept_rows_name = "\"__tabir_q\"";

/// Puts `keeping`, a query of `kept_rows_name` that keeps its rows, beside the query. Of the empty one
/// nothing is kept. It runs because it `is_read`, or because it changes something.
[[nodiscard]] Result<void> keep_rows(const Printing& in, KeptRows& rows, const std::string& keeping,
                                     bool is_read);

}  // namespace sql::edits
