#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/resolve/changed_view.hpp"
#include "sql/treatment.hpp"
#include "sql/verify/levels.hpp"

struct ColumnRef;
struct ResTarget;

namespace sql::verify {

/// What a statement changes, under its treatment. It stands in the tree as itself; so each expression that
/// can name it is looked at: a masked or stripped column stands nowhere but within exactly its mask, in an
/// exact search that is allowed, or where its own value is kept.
class Target {
public:
    Target(parse::TreeMemory& memory, const Catalog& catalog, const Relation& relation,
           const RelationTreatment* treated, const Treatment& treatment, std::string alias,
           const resolve::ChangedView* through)
        : memory_(memory),
          catalog_(catalog),
          relation_(relation),
          treated_(treated),
          treatment_(treatment),
          alias_(std::move(alias)),
          through_(through) {}

    /// The operands of a statement's condition without the row filter, which must be there and before
    /// whatever could tell of the rows that it hides.
    [[nodiscard]] Result<std::vector<Node*>> behind_filter(Node* condition);
    [[nodiscard]] Result<void> condition(Node* node, const Level& level);
    [[nodiscard]] Result<void> expression(Node* node, const Level& level);
    [[nodiscard]] Result<void> returned(ResTarget* target, const Level& level);
    /// SET column = value.
    [[nodiscard]] Result<void> assigned(ResTarget* target, const Level& level);
    /// The columns that were named, wherever: what must be pinned.
    [[nodiscard]] const std::set<const Column*>& named() const { return named_; }
    void names(const Column& column) { named_.insert(&column); }
    /// excluded may be named.
    void proposes_rows() { has_excluded_ = true; }

private:
    struct Found {
        const Column* column = nullptr;
        bool excluded = false;
        bool whole_row = false;
    };
    [[nodiscard]] std::optional<Found> meaning_of(const ColumnRef* reference, const Level& level) const;
    /// The meaning, noted among what is named.
    [[nodiscard]] std::optional<Found> find(const ColumnRef* reference, const Level& level) const;
    void note(const Found& found) const;
    [[nodiscard]] Result<void> reference(const ColumnRef* reference, const Level& level) const;
    [[nodiscard]] bool is_mask(Node* node, const Level& level);
    [[nodiscard]] bool is_search(const Node* node, const Level& level) const;
    [[nodiscard]] const ColumnRef* own_column(const Node* node, const Level& level) const;
    [[nodiscard]] Node* value_kept_by(Node* node, const Level& level) const;
    [[nodiscard]] bool is_quiet(Node* node);
    [[nodiscard]] bool is_quiet_operand(const Node* node);
    [[nodiscard]] bool is_key(const Node* value, const Level& level) const;
    [[nodiscard]] ColumnTreatment treatment_of(const Column& column) const;
    [[nodiscard]] bool is_open(const Column& column) const;
    [[nodiscard]] Result<void> select(SelectStmt* select, const Level& outer);
    [[nodiscard]] Result<void> list(List* nodes, const Level& level);
    [[nodiscard]] Result<void> children(Node* node, const Level& level);
    [[nodiscard]] static std::string spelled(const ColumnRef* reference);
    [[nodiscard]] Error stands_raw(const std::string& column) const;

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Relation& relation_;
    const RelationTreatment* treated_;
    const Treatment& treatment_;
    std::string alias_;
    const resolve::ChangedView* through_;  // nullptr: the relation is a table
    bool has_excluded_ = false;
    mutable std::set<const Column*> named_;
    const Column* own_ = nullptr;  // the column whose new value is looked at
};

}  // namespace sql::verify
