#include <algorithm>

#include "sql/edits/modify_places.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/slots.hpp"
#include "sql/pins.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// A change of a row that names its person again, as object mappers write whole rows. The row must be his
// already: RETURNING, by which people are counted, sees new values alone.
namespace sql::edits {

/// Whether each value that the statement gives the column is one that the client sent, or the column's own.
bool Rewriter::may_hold_key(const resolve::Modify& modify, AttributeNumber key) const {
    if (modify.kind == resolve::Modify::Kind::merge || modify.through) return false;
    return std::ranges::all_of(modify.assignments, [&](const resolve::Assignment& assignment) {
        if (assignment.clause != resolve::Assignment::Clause::update || assignment.column->number != key)
            return true;
        return !assignment.is_part && !assignment.is_joint && !assignment.is_default &&
               assignment.value != nullptr && is_sent_again(modify, *assignment.value);
    });
}

bool Rewriter::is_sent_again(const resolve::Modify& modify, const Node* value) const {
    while (IsA(value, TypeCast))
        value = reinterpret_cast<const TypeCast*>(value)->arg;
    if (IsA(value, A_Const) || IsA(value, ParamRef)) return true;
    const auto bound = found_.bound.find(value);
    return bound != found_.bound.end() && bound->second.column >= 0 &&
           (bound->second.item == modify.excluded || bound->second.item == modify.target);
}

Result<void> Rewriter::hold_keys(Query& query) {
    const FromItem& target = *query.modify->target;
    if (shared_.paid || !counted_.contains(target)) return {};
    for (const resolve::Assignment& assignment : query.modify->assignments) {
        const bool names_a_person =
            assignment.clause == resolve::Assignment::Clause::update &&
            std::ranges::find(target.treatment->subjects, assignment.column->number, &SubjectKey::column) !=
                target.treatment->subjects.end();
        if (!names_a_person || keeps_key(*query.modify, assignment.column->number)) continue;
        if (auto done = hold_key(target, assignment); !done) return done;
    }
    return {};
}

// CASE WHEN (CASE WHEN value IS NOT DISTINCT FROM column THEN 'true' ELSE mark END)::bool THEN column END
Result<void> Rewriter::hold_key(const FromItem& target, const resolve::Assignment& assignment) {
    const auto all = tokens_.all();
    const auto said = assigned_value(tokens_, assignment);
    if (!said) {
        return Error{.code = Errc::unsupported,
                     .message = "this change of \"" + assignment.column->name + "\" was not understood",
                     .hint = "Write SET column = value."};
    }
    const std::size_t begin = all[said->first].begin;
    const std::size_t end = all[said->second - 1].end;
    print::EditList edits;
    say_names(begin, end, edits);
    Node* value = *assignment.value;
    visit_slots(&value, [&](Node** slot) {
        if (IsA(*slot, ColumnRef)) printed_references_.insert(*slot);
        return false;
    });
    auto sent = print::print(tokens_, begin, end, edits);
    if (!sent) return sent.error();
    const std::string own = alias_of(target) + "." + print::quote_identifier(assignment.column->name);
    const std::string held = "CASE WHEN (CASE WHEN (" + sent->text + ") IS NOT DISTINCT FROM " + own +
                             " THEN 'true' ELSE '" + moved_mark + "' END)::\"pg_catalog\".\"bool\" THEN " +
                             own + " END";
    auto node = parse_expression(held);
    if (!node) return node.error();
    *assignment.value = *node;
    shared_.holds_keys = true;
    edits_.replace(begin, end, held);
    bytes_were_printed_apart(begin, end);
    if (IsA(value, ParamRef))
        parameter_types_.emplace_back(reinterpret_cast<const ParamRef*>(value)->number,
                                      assignment.column->type);
    return {};
}

}  // namespace sql::edits
