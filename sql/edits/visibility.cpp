#include <algorithm>

#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// The back end's search_path is its own, so it must not be asked what the client can name without a schema.
// pg_table_is_visible(x) becomes booleq(x IN (SELECT what the client can see), true): still a call, and NULL
// for NULL.
namespace sql::edits {
namespace {

std::vector<std::string> output_names(const SelectStmt* select) {
    std::vector<std::string> names;
    const ListCell* c = nullptr;
    foreach (c, select->targetList)
        names.push_back(resolve::output_name(static_cast<const ResTarget*>(lfirst(c))));
    return names;
}

}  // namespace

Result<void> Rewriter::answer_inquiries() {
    if (found_.inquiries.empty()) return {};
    std::map<Query*, std::vector<std::string>> names;
    for (Query& query : found_.queries) {
        if (query.kind == Query::Kind::select) names[&query] = output_names(query.node);
    }
    for (const resolve::VisibilityInquiry& inquiry : found_.inquiries) {
        if (auto done = answer(inquiry); !done) return done;
    }
    for (Query& query : found_.queries) {
        if (query.kind != Query::Kind::select) continue;
        if (auto done = name_outputs(query, names[&query]); !done) return done;
    }
    return {};
}

Result<void> Rewriter::answer(const resolve::VisibilityInquiry& inquiry) {
    auto replaced = parse_expression("\"pg_catalog\".\"booleq\"(NULL IN (" + inquiry.visible + "), true)");
    if (!replaced) return replaced.error();
    FuncCall* call = inquiry.node;
    const auto* by = reinterpret_cast<const FuncCall*>(*replaced);
    auto* within = static_cast<SubLink*>(linitial(by->args));
    within->testexpr = static_cast<Node*>(linitial(call->args));
    const std::size_t first = token_at(call->location);
    const std::size_t open = first + 2 * static_cast<std::size_t>(list_length(call->funcname)) - 1;
    std::erase_if(found_.qualify,
                  [call](const resolve::Qualify& name) { return name.names == &call->funcname; });
    call->funcname = by->funcname;
    call->args = by->args;
    replace_tokens(first, open + 1, "\"pg_catalog\".\"booleq\"((");
    edits_.insert_before(tokens_.all()[tokens_.closing(open)].begin, ") IN (" + inquiry.visible + "), true");
    return {};
}

// A result column without AS has the name of the function that was called.
Result<void> Rewriter::name_outputs(Query& query, const std::vector<std::string>& names) {
    const List* targets = query.node->targetList;
    for (int i = 0; i < list_length(targets); ++i) {
        auto* target = static_cast<ResTarget*>(list_nth(targets, i));
        const std::string& name = names[static_cast<std::size_t>(i)];
        if (target->name != nullptr || resolve::output_name(target) == name) continue;
        target->name = shared_.memory.string(name);
        const bool last = i + 1 == list_length(targets);
        auto where = places(query);
        if (!where) return where.error();
        const std::size_t end =
            last ? where->targets_end
                 : token_at(static_cast<const ResTarget*>(list_nth(targets, i + 1))->location) - 1;
        edits_.insert_behind(tokens_.all()[end - 1].end, " AS " + print::quote_identifier(name));
    }
    return {};
}

}  // namespace sql::edits
