#pragma once

struct ExplainStmt;
struct Node;

namespace sql::parse {

/// What an EXPLAIN tells, after all its options (explain.c, ExplainQuery: the last of a name wins).
struct ExplainOptions {
    bool runs = false;  // ANALYZE, and what needs it or tells of the server: BUFFERS, WAL, TIMING, SETTINGS
    bool costs = true;  // estimated costs, rows and widths
    bool verbose = false;
};

/// An option that is not known counts as one that runs the query.
[[nodiscard]] ExplainOptions explain_options(const ExplainStmt* explain);

/// EXPLAIN of a query that it does not run.
[[nodiscard]] bool only_explains(const Node* statement);

}  // namespace sql::parse
