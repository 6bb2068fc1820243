#include <algorithm>

#include "sql/edits/compared_masks.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/modify_places.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/slots.hpp"
#include "sql/masks.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// What a statement changes cannot be a sub-select: joining it to one instead would lose concurrent updates.
// So each reference to a masked column of it becomes the mask of that reference.
namespace sql::edits {
namespace {

std::string spelled(const ColumnRef* reference) {
    std::string text;
    const ListCell* c = nullptr;
    foreach (c, reference->fields)
        text += (text.empty() ? "" : ".") + print::quote_identifier(strVal(lfirst(c)));
    return text;
}

}  // namespace

Result<void> Rewriter::rewrite_modifies() {
    for (Query& query : found_.queries) {
        if (query.modify == nullptr) continue;
        name_inserted_columns(query);
        if (auto done = check_merge(*query.modify); !done) return done;
        if (auto done = guard_values(query); !done) return done;
        if (auto done = hold_keys(query); !done) return done;
        if (auto done = filter_target(query); !done) return done;
        if (auto done = pin_row(query); !done) return done;
        if (auto done = mask_references(query); !done) return done;
    }
    return {};
}

// A value equals no mask: rows that are there would be inserted once more, or left as they are.
Result<void> Rewriter::check_merge(const resolve::Modify& modify) const {
    if (modify.kind != resolve::Modify::Kind::merge || modify.condition == nullptr ||
        !reads_masked_column(found_, *modify.condition))
        return {};
    return error_at(Errc::not_maskable, "a MERGE may not find its rows by a column that is masked",
                    "Find them by their keys, or write UPDATE ... FROM and INSERT ... ON CONFLICT.",
                    modify.target->range_var->location);
}

// INSERT of a query without a list of columns: which ones it fills hangs on how many the query shows.
void Rewriter::name_inserted_columns(Query& query) {
    const resolve::Modify& modify = *query.modify;
    if (modify.kind != resolve::Modify::Kind::insert || modify.source == nullptr) return;
    auto* insert = reinterpret_cast<InsertStmt*>(modify.node);
    const Query& source = *modify.source;
    if (insert->cols != nullptr || source.kind == Query::Kind::values || source.open_ended) return;
    std::string names;
    for (const resolve::Assignment& assignment : modify.assignments) {
        if (assignment.clause != resolve::Assignment::Clause::insert) continue;
        auto* target = shared_.memory.make<ResTarget>(T_ResTarget);
        target->name = shared_.memory.string(assignment.column->name);
        insert->cols = shared_.memory.append(insert->cols, target);
        names += (names.empty() ? "" : ", ") + print::quote_identifier(assignment.column->name);
    }
    if (names.empty()) return;
    const RangeVar& name = *insert->relation;
    const std::size_t parts = (name.schemaname != nullptr ? 3 : 1) + (name.alias != nullptr ? 2 : 0);
    insert_at(token_at(name.location) + parts, "(" + names + ")");
}

// Whether * over a target would show more than the treatment allows.
bool Rewriter::shows_masks(const FromItem& item) {
    return item.use != FromItem::Use::read && item.treatment != nullptr &&
           (item.columns.size() != item.relation->columns.size() ||
            std::ranges::any_of(item.columns, [](const resolve::ItemColumn& column) {
                return column.shown != resolve::Shown::open;
            }));
}

Result<std::string> Rewriter::mask_of(const FromItem& item, const resolve::ItemColumn& column,
                                      const std::string& spelled) const {
    Mask mask = mask::Null{};
    if (column.shown == resolve::Shown::masked)
        mask = std::get<Masked>(item.treatment->columns.at(column.attribute->number)).mask;
    return mask_expression(mask, *column.attribute, spelled, shared_.catalog);
}

Result<std::string> Rewriter::masked_reference(const resolve::Reference& reference) const {
    const FromItem& item = *reference.item;
    return mask_of(item, item.columns[static_cast<std::size_t>(reference.column)], spelled(reference.node));
}

// Where a change holds expressions besides the SELECT that stands for what it reads.
std::vector<Node**> Rewriter::assigned_places(const resolve::Modify& modify) {
    switch (modify.kind) {
        case resolve::Modify::Kind::insert: {
            auto* insert = reinterpret_cast<InsertStmt*>(modify.node);
            OnConflictClause* clause = insert->onConflictClause;
            if (clause == nullptr) return {&insert->selectStmt};
            return {&insert->selectStmt, reinterpret_cast<Node**>(&clause->targetList), &clause->whereClause};
        }
        case resolve::Modify::Kind::update:
            return {reinterpret_cast<Node**>(&reinterpret_cast<UpdateStmt*>(modify.node)->targetList)};
        case resolve::Modify::Kind::delete_rows: return {};
        case resolve::Modify::Kind::merge: {
            std::vector<Node**> places;
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<MergeStmt*>(modify.node)->mergeWhenClauses) {
                auto* when = static_cast<MergeWhenClause*>(lfirst(c));
                places.push_back(&when->condition);
                places.push_back(reinterpret_cast<Node**>(&when->targetList));
                places.push_back(reinterpret_cast<Node**>(&when->values));
            }
            return places;
        }
    }
    return {};
}

Result<void> Rewriter::mask_references(Query& query) {
    const resolve::Modify& modify = *query.modify;
    std::map<const void*, Node*> masked;
    for (const auto& [node, reference] : found_.bound) {
        if ((reference.item != modify.target && reference.item != modify.excluded) ||
            modify.raw.contains(node) || printed_references_.contains(node) || reference.system)
            continue;
        const auto location = static_cast<std::size_t>(std::max(reference.node->location, 0));
        if (reference.column < 0) {
            if (!shows_masks(*reference.item)) continue;
            return Error{.code = Errc::not_maskable,
                         .message = "\"" + reference.item->alias + "\" cannot be used as a whole row here",
                         .hint = "Name the columns that you need.",
                         .offset = location};
        }
        const auto& column = reference.item->columns[static_cast<std::size_t>(reference.column)];
        if (column.shown == resolve::Shown::open) continue;
        auto text = masked_reference(reference);
        if (!text) return text.error();
        auto expression = parse_expression(*text);
        if (!expression) return expression.error();
        masked[node] = *expression;
        const std::size_t first = token_at(reference.node->location);
        replace_tokens(first, first + 2 * static_cast<std::size_t>(list_length(reference.node->fields)) - 1,
                       "(" + *text + ")");
    }
    if (masked.empty()) return {};
    for (Node** slot : {reinterpret_cast<Node**>(&query.node->targetList), &query.node->whereClause}) {
        if (auto done = replace_references(slot, masked); !done) return done;
    }
    for (Node** slot : assigned_places(modify)) {
        if (auto done = replace_references(slot, masked); !done) return done;
    }
    return {};
}

// A column that loses its name to the mask gets it back: of RETURNING, and of sub-queries.
Result<void> Rewriter::replace_references(Node** slot, const std::map<const void*, Node*>& masked) {
    visit_slots(slot, [&](Node** place) {
        if (IsA(*place, ResTarget)) {
            auto* target = reinterpret_cast<ResTarget*>(*place);
            if (target->name != nullptr || target->val == nullptr || target->location < 0) return false;
            const std::string before = resolve::output_name(target);
            bool replaced = false;
            visit_slots(&target->val, [&](Node** inner) {
                const auto found = masked.find(*inner);
                if (found == masked.end()) return false;
                *inner = found->second;
                replaced = true;
                return true;
            });
            if (!replaced || resolve::output_name(target) == before) return true;
            target->name = shared_.memory.string(before);
            insert_at(end_of_item(tokens_, token_at(target->location)),
                      "AS " + print::quote_identifier(before));
            return true;
        }
        const auto found = masked.find(*place);
        if (found == masked.end()) return false;
        *place = found->second;
        return true;
    });
    return {};
}

Result<void> Rewriter::append_returning(Query& query, const std::vector<std::string>& targets) {
    if (query.modify->kind == resolve::Modify::Kind::merge) {
        return Error{.code = Errc::not_countable,
                     .message = "the people that MERGE would show cannot be counted",
                     .hint =
                         "Let its source be VALUES, arrays or a temporary table, or use INSERT ... ON "
                         "CONFLICT, UPDATE or DELETE."};
    }
    std::string text;
    for (const std::string& target : targets)
        text += (text.empty() ? "" : ", ") + target;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text);
    if (!parsed) return not_made(parsed.error());
    query.node->targetList = parsed->select->targetList;
    insert_at(end_of_modify(tokens_, token_at(query.modify->target->range_var->location)),
              "RETURNING " + text, print::EditList::Clause::returning);
    shared_.hides_rows = shared_.hides_rows || &query == found_.root;
    return {};
}

// The SELECT that stood for what a statement reads goes back into it.
void Rewriter::store_modifies() {
    for (const Query& query : found_.queries) {
        if (query.modify == nullptr) continue;
        switch (query.modify->kind) {
            case resolve::Modify::Kind::insert:
                reinterpret_cast<InsertStmt*>(query.modify->node)->returningList = query.node->targetList;
                break;
            case resolve::Modify::Kind::update: {
                auto* update = reinterpret_cast<UpdateStmt*>(query.modify->node);
                update->fromClause = query.node->fromClause;
                update->whereClause = query.node->whereClause;
                update->returningList = query.node->targetList;
                break;
            }
            case resolve::Modify::Kind::delete_rows: {
                auto* remove = reinterpret_cast<DeleteStmt*>(query.modify->node);
                remove->usingClause = query.node->fromClause;
                remove->whereClause = query.node->whereClause;
                remove->returningList = query.node->targetList;
                break;
            }
            case resolve::Modify::Kind::merge: {
                auto* merge = reinterpret_cast<MergeStmt*>(query.modify->node);
                merge->sourceRelation = static_cast<Node*>(linitial(query.node->fromClause));
                merge->joinCondition = query.node->whereClause;
                break;
            }
        }
    }
}

}  // namespace sql::edits
