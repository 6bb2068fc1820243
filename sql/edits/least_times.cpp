#include "sql/edits/least_times.hpp"

#include <string_view>

#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct LeastCut {
    const FuncCall* least = nullptr;  // min(cut)
    const FuncCall* cut = nullptr;    // date_trunc('month', time)
    const ColumnRef* time = nullptr;

    // Its column would be called otherwise, had it no name of its own.
    static bool find(Node* node, void* context) {
        if (node == nullptr) return false;
        if (IsA(node, ResTarget) && reinterpret_cast<const ResTarget*>(node)->name != nullptr &&
            static_cast<LeastCut*>(context)->take(reinterpret_cast<const ResTarget*>(node)->val))
            return true;
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(find), context);
    }

    bool take(const Node* value) {
        const auto plain = [](const FuncCall* call, int arguments) {
            return list_length(call->args) == arguments && call->agg_order == nullptr &&
                   call->agg_filter == nullptr && call->over == nullptr && !call->agg_distinct &&
                   !call->func_variadic && list_length(call->funcname) == 1 && call->location >= 0;
        };
        if (!IsA(value, FuncCall)) return false;
        least = reinterpret_cast<const FuncCall*>(value);
        if (!plain(least, 1) || !is_one_of(strVal(linitial(least->funcname)), "min", "max") ||
            !IsA(static_cast<Node*>(linitial(least->args)), FuncCall))
            return false;
        cut = static_cast<const FuncCall*>(linitial(least->args));
        if (!plain(cut, 2) || std::string_view(strVal(linitial(cut->funcname))) != "date_trunc" ||
            parse::literal_text(static_cast<Node*>(linitial(cut->args))) == nullptr ||
            !IsA(static_cast<Node*>(lsecond(cut->args)), ColumnRef))
            return false;
        time = static_cast<const ColumnRef*>(lsecond(cut->args));
        return true;
    }
};

}  // namespace

std::optional<std::string> with_least_time_cut(const parse::Tokens& tokens, std::size_t begin,
                                               std::size_t end, const SelectStmt* query) {
    LeastCut found;
    if (!LeastCut::find(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found)) return std::nullopt;
    const auto all = tokens.all();
    const std::size_t first = tokens.token_at(found.least->location);
    const std::size_t close = tokens.closing(first + 1);
    if (close >= all.size()) return std::nullopt;
    const std::size_t column = tokens.token_at(found.time->location);
    const auto fields = static_cast<std::size_t>(list_length(found.time->fields));
    const std::string unit = parse::literal_text(static_cast<Node*>(linitial(found.cut->args)));
    const std::string cut = "date_trunc(" + print::quote_string(unit) + ", " +
                            strVal(linitial(found.least->funcname)) + "(" +
                            tokens.text_of(column, column + 2 * fields - 1) + "))";
    return with_changes(tokens.text(), begin, end, {{all[first].begin, all[close].end, cut}});
}

}  // namespace sql::edits
