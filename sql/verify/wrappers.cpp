#include "sql/verify/wrappers.hpp"

#include <string_view>

#include "sql/parse/explain_options.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

Result<void> check_copy(const CopyStmt* copy) {
    if (copy->relation != nullptr || copy->query == nullptr || copy->is_from)
        return defect("COPY of something else than a query");
    if (copy->filename != nullptr || copy->is_program) return defect("COPY to a file or program");
    if (copy->whereClause != nullptr) return defect("COPY with WHERE");
    return {};
}

Result<void> check_explain(const ExplainStmt* explain, const Treatment& treatment) {
    // What a prepared statement reads is not told by its name.
    if (treatment.relations.empty() && !IsA(explain->query, ExecuteStmt)) return {};
    const parse::ExplainOptions options = parse::explain_options(explain);
    if (options.runs && !treatment.run_plans)
        return defect("EXPLAIN that runs a query over protected relations");
    if (options.costs) return defect("EXPLAIN with estimates of protected relations");
    return {};
}

}  // namespace

Result<void> check_wrapper(const Node* statement, const Treatment& treatment) {
    switch (nodeTag(statement)) {
        case T_DeclareCursorStmt:
        case T_PrepareStmt: return {};
        case T_ExplainStmt: return check_explain(reinterpret_cast<const ExplainStmt*>(statement), treatment);
        case T_CopyStmt: return check_copy(reinterpret_cast<const CopyStmt*>(statement));
        default: return defect("a statement of a kind that is not known");  // unknown means no
    }
}

}  // namespace sql::verify
