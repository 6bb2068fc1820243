#include "sql/verify/masked_select.hpp"

#include <algorithm>

#include "sql/edits/row_filter_text.hpp"
#include "sql/masks.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/pins.hpp"
#include "sql/print/quote.hpp"
#include "sql/system_columns.hpp"
#include "sql/verify/exact_search.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// The name in a ColumnRef of one field, else nullptr: qualified names, * and c.* do not occur in what is
// checked here.
const char* bare_name(const Node* node) {
    if (node == nullptr || nodeTag(node) != T_ColumnRef) return nullptr;
    const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
    if (list_length(fields) != 1 || nodeTag(linitial(fields)) != T_String) return nullptr;
    return strVal(linitial(fields));
}

class MaskedSelect {
public:
    MaskedSelect(parse::TreeMemory& memory, const Catalog& catalog, const Relation& relation,
                 const RelationTreatment& treated, const Treatment& treatment, bool runs)
        : memory_(memory),
          catalog_(catalog),
          relation_(relation),
          treated_(treated),
          treatment_(treatment),
          runs_(runs) {}

    Result<void> check(SelectStmt* select) {
        if (auto plain = has_nothing_else(select); !plain) return plain;
        if (auto held = is_pinned(select); !held) return held;
        for (int i = 0; i < list_length(select->targetList); ++i) {
            const auto* target = static_cast<const ResTarget*>(list_nth(select->targetList, i));
            if (target->indirection != nullptr || !is_allowed(*target)) {
                return defect("the masked sub-select of \"" + relation_.name + "\" shows more than it may");
            }
        }
        return {};
    }

private:
    // Target list, FROM, WHERE and OFFSET 0: a statement of these parts alone must be the same.
    Result<void> has_nothing_else(SelectStmt* select) {
        auto* bare = memory_.make<SelectStmt>(T_SelectStmt);
        bare->targetList = select->targetList;
        bare->fromClause = select->fromClause;
        bare->whereClause = select->whereClause;
        bare->limitOption = LIMIT_OPTION_COUNT;
        bare->op = SETOP_NONE;
        if (select->limitOffset != nullptr) {
            auto zero = parse::parse_expression_fragment(memory_, "0");
            if (!zero) return zero.error();
            bare->limitOffset = zero->expression;
            bare->limitOption = select->limitOption;
        }
        const RangeVar* name = read_relation(select);
        if (name->catalogname != nullptr ||
            !memory_.equal(reinterpret_cast<Node*>(bare), reinterpret_cast<Node*>(select))) {
            return defect("the protected relation \"" + relation_.name + "\" stands in the open");
        }
        return {};
    }

    // FROM gives the first columns their names by place, and WHERE says so of the next one: the anchor. It is
    // named itself, which fails where one before it has vanished; no column behind it is named anywhere.
    Result<void> is_pinned(SelectStmt* select) {
        const Error unpinned = defect("the names of \"" + relation_.name + "\" are not held to the catalog");
        const Alias* alias = read_relation(select)->alias;
        if (alias == nullptr || alias->aliasname != relation_.name) return unpinned;
        const auto aliases = static_cast<std::size_t>(list_length(alias->colnames));
        if (aliases > 0 && aliases >= relation_.columns.size()) return unpinned;
        for (std::size_t i = 0; i < aliases; ++i) {
            if (strVal(list_nth(alias->colnames, static_cast<int>(i))) != relation_.columns[i].name)
                return unpinned;
        }
        const Column* anchor = relation_.columns.empty() ? nullptr : &relation_.columns[aliases];
        const Column* named = last_named(relation_, reinterpret_cast<const Node*>(select));
        if (named != anchor) return unpinned;

        if (!runs_ && is_the_row_filter(select->whereClause)) return {};
        const Node* pin = select->whereClause;
        const Node* filter = nullptr;
        if (pin != nullptr && nodeTag(pin) == T_BoolExpr) {
            const auto* both = reinterpret_cast<const BoolExpr*>(pin);
            if (both->boolop != AND_EXPR || list_length(both->args) != 2) return unpinned;
            pin = static_cast<const Node*>(linitial(both->args));
            filter = static_cast<const Node*>(lsecond(both->args));
        }
        if (!is_pin(pin, anchor, PinKind::direct) && !is_pin(pin, anchor, PinKind::init_plan))
            return unpinned;
        return is_the_row_filter(filter);
    }

    bool is_pin(const Node* condition, const Column* anchor, PinKind kind) {
        return condition != nullptr &&
               parse::means(memory_, condition, pin_condition(relation_, anchor, kind));
    }

    Result<void> is_the_row_filter(const Node* where) {
        if (!treated_.row_filter) {
            if (where != nullptr)
                return defect("a masked sub-select has a condition that no policy asked for");
            return {};
        }
        auto text = edits::print_row_filter(*treated_.row_filter, relation_, catalog_, memory_,
                                            treatment_.user.value_or(""));
        if (!text) return text.error();
        if (where == nullptr || !parse::means(memory_, where, "(" + *text + ")"))
            return defect("the row filter of \"" + relation_.name + "\" is missing");
        return {};
    }

    bool is_allowed(const ResTarget& target) {
        if (target.name == nullptr) {
            const char* name = bare_name(target.val);
            // Where a row lies and which transaction wrote it: nothing about anybody.
            if (name != nullptr && is_system_column(name)) return true;
            const Column* column = name == nullptr ? nullptr : relation_.column(name);
            return column != nullptr && std::holds_alternative<Open>(treatment_of(*column));
        }
        const std::string_view name = target.name;
        if (name.starts_with("__tabir_k")) return is_subject_key(target.val);
        if (name.starts_with("__tabir_m")) return is_search(target.val);
        const Column* column = relation_.column(name);
        return column != nullptr && is_mask(*column, target.val);
    }

    [[nodiscard]] ColumnTreatment treatment_of(const Column& column) const {
        const auto found = treated_.columns.find(column.number);
        return found == treated_.columns.end() ? ColumnTreatment{Stripped{}} : found->second;
    }

    bool is_mask(const Column& column, const Node* value) {
        const ColumnTreatment treatment = treatment_of(column);
        if (std::holds_alternative<Open>(treatment)) return false;  // shown without AS
        const auto* masked = std::get_if<Masked>(&treatment);
        const Mask mask = masked == nullptr ? Mask{mask::Null{}} : masked->mask;
        auto text = mask_expression(mask, column, print::quote_identifier(column.name), catalog_);
        return text && parse::means(memory_, value, *text);
    }

    [[nodiscard]] bool is_subject_key(const Node* value) const {
        const char* name = bare_name(value);
        const Column* column = name == nullptr ? nullptr : relation_.column(name);
        if (column == nullptr) return false;
        // Kept for counting people in the result, or in the groups of a role that may see only aggregates.
        return std::ranges::any_of(treated_.subjects, [&](const SubjectKey& key) {
            return key.column == column->number &&
                   (treatment_.aggregates_only.has_value() ||
                    std::ranges::find(treatment_.counted, key.kind) != treatment_.counted.end());
        });
    }

    [[nodiscard]] bool is_search(const Node* value) const {
        return is_exact_search(value, catalog_, [this](const ColumnRef* ref) -> const Column* {
            const char* name = bare_name(reinterpret_cast<const Node*>(ref));
            const Column* column = name == nullptr ? nullptr : relation_.column(name);
            const bool searchable =
                column != nullptr &&
                std::ranges::find(treated_.searchable, column->number) != treated_.searchable.end();
            return searchable ? column : nullptr;
        });
    }

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Relation& relation_;
    const RelationTreatment& treated_;
    const Treatment& treatment_;
    bool runs_;
};

}  // namespace

const RangeVar* read_relation(const SelectStmt* select) {
    if (list_length(select->fromClause) != 1) return nullptr;
    const Node* item = static_cast<const Node*>(linitial(select->fromClause));
    if (nodeTag(item) == T_RangeTableSample) item = reinterpret_cast<const RangeTableSample*>(item)->relation;
    return nodeTag(item) == T_RangeVar ? reinterpret_cast<const RangeVar*>(item) : nullptr;
}

Result<void> check_masked_select(parse::TreeMemory& memory, const Catalog& catalog, const Relation& relation,
                                 const RelationTreatment& treated, const Treatment& treatment,
                                 SelectStmt* select, bool runs) {
    return MaskedSelect(memory, catalog, relation, treated, treatment, runs).check(select);
}

}  // namespace sql::verify
