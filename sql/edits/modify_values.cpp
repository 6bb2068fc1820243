#include <algorithm>
#include <set>

#include "sql/edits/equality.hpp"
#include "sql/edits/modify_places.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/slots.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/masks.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/stored_values.hpp"

#include "sql/parse/pg_nodes.hpp"

// A mask is never written over the value that it stands for. Whoever read a row and saves all of it sends the
// mask back: then the column keeps its value.
namespace sql::edits {
namespace {

Error would_store_a_mask(const Column& column, const char* hint, int location) {
    Error error{
        .code = Errc::not_maskable,
        .message = "column \"" + column.name + "\" shows a mask, which would be written over the real value",
        .hint = hint};
    if (location >= 0) error.offset = static_cast<std::size_t>(location);
    return error;
}

/// What may be put beside the others, or is checked with them, tells what they are.
Error keeps_hidden_parts(const resolve::Assignment& assignment) {
    Error error{.code = Errc::not_maskable,
                .message = "column \"" + assignment.column->name +
                           "\" is not shown, and a part of it would be written beside the others",
                .hint = "Write the whole value: SET column = value."};
    if (assignment.target->location >= 0)
        error.offset = static_cast<std::size_t>(assignment.target->location);
    return error;
}

/// A sub-query, or a call that gives another value each time; where `own` are given, also one of a function
/// that is not PostgreSQL's own.
struct Unsteady {
    const std::vector<resolve::FunctionMention>* own = nullptr;

    bool calls_other(const FuncCall* call) const {
        return own != nullptr && std::ranges::none_of(*own, [&](const resolve::FunctionMention& one) {
                   return one.call == call && one.schema == "pg_catalog";
               });
    }

    static bool walk(Node* at, void* context) {
        if (at == nullptr) return false;
        if (IsA(at, SubLink)) return true;
        if (IsA(at, FuncCall)) {
            const auto* call = reinterpret_cast<const FuncCall*>(at);
            if (is_volatile_function(strVal(llast(call->funcname))) ||
                static_cast<const Unsteady*>(context)->calls_other(call))
                return true;
        }
        return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
    }
};

/// Whether it is the same each time, and of the column's own type where it is compared: not a number for a
/// text.
bool can_be_said_twice(const resolve::Resolution& found, Node* value) {
    Unsteady search{&found.functions};
    const bool number = IsA(value, A_Const) && !reinterpret_cast<A_Const*>(value)->isnull &&
                        !IsA(&reinterpret_cast<A_Const*>(value)->val, String);
    return !number && !Unsteady::walk(value, &search);
}

bool holds_a_query(Node* value) {
    bool found = false;
    visit_slots(&value, [&](Node** slot) {
        found = found || IsA(*slot, SubLink);
        return found;
    });
    return found;
}

/// A choice that is made twice must be the same, whatever functions the policy grants.
bool chooses_the_same_twice(const resolve::Resolution& found, Node* condition) {
    Unsteady search{&found.functions};
    return !Unsteady::walk(condition, &search);
}

/// A cast that leaves all of the column's mask as it is: another type, or fewer letters, would make another
/// text of it. `type` is the column's.
bool keeps_all(const TypeCast* cast, const Column& column, const Type* type) {
    constexpr int header = 4;  // of a length, in atttypmod
    const TypeName* to = cast->typeName;
    const std::string_view name = strVal(llast(to->names));
    const bool built_in =
        list_length(to->names) == 1 || std::string_view(strVal(linitial(to->names))) == "pg_catalog";
    const bool same = built_in && (name == "text" || name == "varchar" ||
                                   (type != nullptr && type->schema == "pg_catalog" && type->name == name));
    if (!same || to->arrayBounds != nullptr) return false;
    if (to->typmods == nullptr) return name != "bpchar";  // char is char(1)
    const auto* length = static_cast<const Node*>(linitial(to->typmods));
    if (list_length(to->typmods) != 1 || !IsA(length, A_Const) || column.typmod < header) return false;
    const auto* number = reinterpret_cast<const A_Const*>(length);
    return IsA(&number->val, Integer) && number->val.ival.ival >= column.typmod - header;
}

bool reads_masks_anywhere(const resolve::Resolution& found) {
    return std::ranges::any_of(found.items, [](const resolve::FromItem& item) {
        return item.use == resolve::FromItem::Use::read &&
               (item.kind == resolve::FromItem::Kind::view ||
                std::ranges::any_of(item.columns, [](const resolve::ItemColumn& column) {
                    return column.referenced && column.shown != resolve::Shown::open;
                }));
    });
}

/// Whether masks are read in `query`, or in what it takes from WITH.
bool reads_masks_in(const resolve::Resolution& found, const resolve::Query& query,
                    std::set<const resolve::Query*>& seen) {
    if (!seen.insert(&query).second) return false;
    return std::ranges::any_of(found.items, [&](const resolve::FromItem& item) {
        if (!resolve::is_inside(item.level, query)) return false;
        if (item.cte != nullptr && item.cte->query != nullptr &&
            reads_masks_in(found, *item.cte->query, seen))
            return true;
        return item.kind == resolve::FromItem::Kind::view ||
               std::ranges::any_of(item.columns, [](const resolve::ItemColumn& column) {
                   return column.referenced && column.shown != resolve::Shown::open;
               });
    });
}

/// Whether an open column of `item` may have been computed from masks.
bool may_carry_masks(const resolve::Resolution& found, const resolve::FromItem& item) {
    if (item.use != resolve::FromItem::Use::excluded)
        return item.kind != resolve::FromItem::Kind::relation && reads_masks_anywhere(found);
    const resolve::Query* source = item.level->modify->source;
    std::set<const resolve::Query*> seen;
    return source != nullptr && reads_masks_in(found, *source, seen);
}

}  // namespace

Result<void> Rewriter::guard_values(Query& query) {
    const RelationTreatment* treatment = query.modify->target->treatment;
    if (treatment == nullptr) return {};
    for (const resolve::Assignment& assignment : query.modify->assignments) {
        if (assignment.clause != resolve::Assignment::Clause::update) continue;
        const AttributeNumber number = assignment.column->number;
        if (assignment.is_part && !treatment->shows(number)) return keeps_hidden_parts(assignment);
        if (assignment.is_default || treatment->saved_mask(number) == nullptr) continue;
        if (auto done = guard_value(query, assignment); !done) return done;
    }
    return {};
}

Result<void> Rewriter::guard_value(Query& query, const resolve::Assignment& assignment) {
    const Column& column = *assignment.column;
    const int location = assignment.target->location;
    const FromItem& target = *query.modify->target;
    const Mask& mask = *target.treatment->saved_mask(column.number);
    const bool in_parts = is_masked_in_parts(mask, column, shared_.catalog);
    if (assignment.is_part || assignment.is_joint ||
        (!in_parts && equality_of(column.type, shared_.catalog) != Equality::has))
        return would_store_a_mask(column, "Write SET column = value, of a type that can be compared.",
                                  location);
    Node* value = *assignment.value;
    if (!in_parts && !is_plain_value(value, column)) {
        if (reads_masks(value))
            return would_store_a_mask(column, "Compute the new value from what is shown in clear.", location);
    }
    if (holds_a_query(value) || !can_be_said_twice(found_, value))
        return guard_in_place(target, assignment, mask);
    const auto all = tokens_.all();
    const auto said = assigned_value(tokens_, assignment);
    if (!said) return would_store_a_mask(column, "Write SET column = value.", location);
    const std::size_t begin = all[said->first].begin;
    const std::size_t end = all[said->second - 1].end;

    print::EditList edits;
    say_names(begin, end, edits);
    std::optional<Error> failed;
    bool names_itself = false;
    visit_slots(&value, [&](Node** slot) {
        if (!IsA(*slot, ColumnRef) || failed) return false;
        const resolve::Reference& reference = found_.bound.at(*slot);
        printed_references_.insert(*slot);
        const FromItem& item = *reference.item;
        const bool is_column = reference.column >= 0;
        const auto* shown = is_column ? &item.columns[static_cast<std::size_t>(reference.column)] : nullptr;
        const bool own = shown != nullptr && shown->attribute == &column;
        const bool is_sent = shown != nullptr && (shown->shown == resolve::Shown::open ||
                                                  (own && item.use == FromItem::Use::excluded));
        if (is_sent) {
            if (may_carry_masks(found_, item))
                failed = would_store_a_mask(column, "Compute the new value from what is shown in clear.",
                                            location);
            return false;
        }
        if (!own || item.use != FromItem::Use::target) {
            failed =
                would_store_a_mask(column, "Compute the new value from what is shown in clear.", location);
            return false;
        }
        names_itself = true;
        auto mask = masked_reference(reference);
        if (!mask) {
            failed = mask.error();
            return false;
        }
        const std::size_t first = token_at(reference.node->location);
        const auto parts = static_cast<std::size_t>(list_length(reference.node->fields));
        edits.replace(all[first].begin, all[first + 2 * parts - 2].end, "(" + *mask + ")");
        return false;
    });
    if (failed) return *failed;

    auto sent = print::print(tokens_, begin, end, edits);
    if (!sent) return sent.error();
    const std::string current = alias_of(target) + "." + print::quote_identifier(column.name);
    auto shown = mask_expression(mask, column, current, shared_.catalog);
    if (!shown) return shown.error();
    if (IsA(value, CoalesceExpr) && names_itself && shown->find(current) == std::string::npos)
        return would_store_a_mask(column, "Compute the new value from what is shown in clear.", location);
    auto guarded = stored_value(mask, column, sent->text, current, shared_.catalog);
    if (!guarded) return guarded.error();
    auto node = parse_expression(*guarded);
    if (!node) return node.error();
    *assignment.value = *node;
    edits_.replace(begin, end, *guarded);
    bytes_were_printed_apart(begin, end);
    if (IsA(value, ParamRef)) {
        // A domain would check the mask.
        const Type* type = shared_.catalog.base_type(column.type);
        const Type* element = type == nullptr ? nullptr : shared_.catalog.type(type->element);
        if (type != nullptr && (element == nullptr || element->kind != 'd'))
            parameter_types_.emplace_back(reinterpret_cast<const ParamRef*>(value)->number, type->oid);
    }
    return {};
}

// What a query gives, or a function that gives another value each time, is left in its place, with what keeps
// the column's value around it.
Result<void> Rewriter::guard_in_place(const FromItem& target, const resolve::Assignment& assignment,
                                      const Mask& mask) {
    const Column& column = *assignment.column;
    bool fits = true;
    visit_slots(assignment.value, [&](Node** slot) {
        const auto bound = IsA(*slot, ColumnRef) ? found_.bound.find(*slot) : found_.bound.end();
        if (bound == found_.bound.end()) return false;
        const resolve::Reference& reference = bound->second;
        const auto* shown = reference.column < 0
                                ? nullptr
                                : &reference.item->columns[static_cast<std::size_t>(reference.column)];
        const bool own = reference.item == &target && shown != nullptr && shown->attribute == &column;
        fits = fits && (own || shown == nullptr || shown->shown == resolve::Shown::open) &&
               (own || !may_carry_masks(found_, *reference.item) ||
                (reference.item->use != FromItem::Use::excluded && !reads_other_masks(column)));
        return false;
    });
    const auto said = assigned_value(tokens_, assignment);
    if (!fits || !said)
        return would_store_a_mask(column, "Join the table in FROM.", assignment.target->location);
    const std::string place = "\"__tabir_value\"";
    auto text =
        stored_value(mask, column, place, alias_of(target) + "." + print::quote_identifier(column.name),
                     shared_.catalog, SaidAs::one_value);
    if (!text) return text.error();
    auto node = parse_expression(*text);
    if (!node) return node.error();
    Node* value = *assignment.value;
    visit_slots(&*node, [&](Node** slot) {
        const bool is_it = IsA(*slot, ColumnRef) &&
                           std::string_view(strVal(linitial(reinterpret_cast<ColumnRef*>(*slot)->fields))) ==
                               "__tabir_value";
        if (is_it) *slot = value;
        return is_it;
    });
    *assignment.value = *node;
    const auto all = tokens_.all();
    const auto at = text->find(place);
    edits_.insert_before(all[said->first].begin, text->substr(0, at));
    edits_.insert_behind(all[said->second - 1].end, text->substr(at + place.size()));
    return {};
}

bool Rewriter::reads_other_masks(const Column& own) const {
    return std::ranges::any_of(found_.items, [&](const FromItem& item) {
        return item.kind == FromItem::Kind::view ||
               std::ranges::any_of(item.columns, [&](const resolve::ItemColumn& column) {
                   return column.referenced && column.shown != resolve::Shown::open &&
                          column.attribute != &own;
               });
    });
}

// What a save sends: a constant, a parameter, a column, the first of them that is not NULL, or one that CASE
// chooses by what is no mask.
bool Rewriter::is_plain_value(Node* value, const Column& column) const {
    switch (nodeTag(value)) {
        case T_A_Const:
        case T_ParamRef: return true;
        case T_ColumnRef: return found_.bound.contains(value);
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<TypeCast*>(value);
            return is_plain_value(cast->arg, column) &&
                   (!reads_masks(cast->arg) || keeps_all(cast, column, shared_.catalog.type(column.type)));
        }
        case T_CoalesceExpr: {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<CoalesceExpr*>(value)->args) {
                if (!is_plain_value(static_cast<Node*>(lfirst(c)), column)) return false;
            }
            return true;
        }
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<A_Expr*>(value);
            return expr->kind == AEXPR_NULLIF && is_plain_value(expr->lexpr, column) &&
                   is_plain_value(expr->rexpr, column) && !reads_masks(value);
        }
        case T_CaseExpr: {
            const auto* choice = reinterpret_cast<CaseExpr*>(value);
            const auto chooses = [this](Expr* condition) {
                auto* node = reinterpret_cast<Node*>(condition);
                return node == nullptr || (chooses_the_same_twice(found_, node) && !reads_masks(node));
            };
            auto* otherwise = reinterpret_cast<Node*>(choice->defresult);
            const ListCell* c = nullptr;
            foreach (c, choice->args) {
                const auto* when = resolve::cell<CaseWhen>(*c);
                if (!chooses(when->expr) || !is_plain_value(reinterpret_cast<Node*>(when->result), column))
                    return false;
            }
            return chooses(choice->arg) && (otherwise == nullptr || is_plain_value(otherwise, column));
        }
        default: return false;  // something is computed
    }
}

// Whether a mask could be in the value, however it came there.
bool Rewriter::reads_masks(Node* value) const {
    bool found = false;
    visit_slots(&value, [&](Node** slot) {
        if (!IsA(*slot, ColumnRef)) return false;
        const auto bound = found_.bound.find(*slot);
        if (bound == found_.bound.end() || bound->second.column < 0) {
            found = true;
            return false;
        }
        const FromItem& item = *bound->second.item;
        const auto& column = item.columns[static_cast<std::size_t>(bound->second.column)];
        found = found || column.shown != resolve::Shown::open || may_carry_masks(found_, item);
        return false;
    });
    return found;
}

}  // namespace sql::edits
