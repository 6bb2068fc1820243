#include "sql/parse/explain_options.hpp"

#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

bool is_one_of(std::string_view value, auto... words) { return ((value == words) || ...); }

// defGetBoolean() of an option whose value is a word; what it would refuse counts as true.
bool is_on(const DefElem* option) {
    if (option->arg == nullptr) return true;
    if (IsA(option->arg, Integer)) return intVal(option->arg) != 0;
    if (IsA(option->arg, Boolean)) return boolVal(option->arg);
    if (!IsA(option->arg, String)) return true;
    return !is_one_of(std::string_view(strVal(option->arg)), "false", "off");
}

}  // namespace

ExplainOptions explain_options(const ExplainStmt* explain) {
    ExplainOptions told;
    const ListCell* c = nullptr;
    foreach (c, explain->options) {
        const auto* option = static_cast<const DefElem*>(lfirst(c));
        const std::string_view name = option->defname;
        if (name == "costs") {
            told.costs = is_on(option);
        } else if (name == "verbose") {
            told.verbose = is_on(option);
        } else if (name != "format" && name != "summary" && is_on(option)) {
            told.runs = true;
        }
    }
    return told;
}

bool only_explains(const Node* statement) {
    if (!IsA(statement, ExplainStmt)) return false;
    const auto* explain = reinterpret_cast<const ExplainStmt*>(statement);
    return !IsA(explain->query, ExecuteStmt) && !explain_options(explain).runs;
}

}  // namespace sql::parse
