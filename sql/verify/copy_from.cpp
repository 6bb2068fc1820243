// COPY ... FROM the client. Part of Walk.

#include <algorithm>

#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

struct Sent {
    const List* columns;
    bool only_these = true;
};

bool find_others(Node* node, void* context) {
    if (node == nullptr) return false;
    auto& sent = *static_cast<Sent*>(context);
    if (nodeTag(node) == T_SubLink || nodeTag(node) == T_ParamRef) sent.only_these = false;
    if (nodeTag(node) == T_ColumnRef) {
        const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
        bool listed = false;
        for (int i = 0; list_length(fields) == 1 && i < list_length(sent.columns); ++i)
            listed = listed || equal(linitial(fields), list_nth(sent.columns, i));
        sent.only_these = sent.only_these && listed;
    }
    return !sent.only_these ||
           raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(find_others), context);
}

}  // namespace

// Rows come from the client alone, and only into columns that are named; nothing else chooses them.
Result<void> Walk::copy_from(const CopyStmt* copy) {
    if (copy->relation == nullptr || copy->query != nullptr || copy->filename != nullptr ||
        copy->is_program || copy->attlist == nullptr)
        return defect("a COPY FROM of a form that is not known");
    const auto changed = changed_relation(copy->relation, false);
    if (!changed) return changed.error();
    for (int i = 0; i < list_length(copy->attlist); ++i) {
        if (auto done = may_change(**changed, strVal(list_nth(copy->attlist, i))); !done) return done;
    }
    if (copy->whereClause == nullptr) return {};
    Sent sent{copy->attlist};
    const auto walked = memory_.run([&] { find_others(copy->whereClause, &sent); });
    if (!walked || !sent.only_these) return defect("a COPY FROM chooses rows by more than what is sent");
    return node(copy->whereClause, Scope{});
}

}  // namespace sql::verify
