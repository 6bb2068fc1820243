#pragma once

#include <set>
#include <string>

#include "sql/resolve/model.hpp"
#include "sql/treatment.hpp"

namespace sql::edits {

/// Whether the role sees the column's values in clear, or all those that they are generated from.
[[nodiscard]] bool sees_through(const Relation& table, const RelationTreatment& treated,
                                AttributeNumber number);

/// Which parts of one resolved text tell of people who are counted.
class CountedRelations {
public:
    /// Both must outlive it.
    CountedRelations(const resolve::Resolution& text, const Treatment& treatment)
        : text_(text), treatment_(treatment) {}

    /// The item's rows are counted people's, and the statement shows which of them there are.
    [[nodiscard]] bool contains(const resolve::FromItem& item) const;
    /// `query` reads such an item, on whatever level.
    [[nodiscard]] bool read_by(const resolve::Query& query) const;
    /// The item's relation has rows of counted people, whatever the statement does with it.
    [[nodiscard]] bool has_subjects(const resolve::FromItem& item) const;
    /// Of which kinds they are.
    [[nodiscard]] std::set<std::string> subjects_of(const resolve::FromItem& item) const;
    /// The item is the target of an INSERT that tells nothing of rows which were there before.
    [[nodiscard]] bool inserts_only(const resolve::FromItem& item) const;
    /// The role may change rows of the item's relation, or it is a view of a role that may change any.
    [[nodiscard]] bool may_be_changed(const resolve::FromItem& item) const;
    /// Whether PostgreSQL compares what is written with other rows, and the role does not see that in clear.
    [[nodiscard]] bool is_compared(const resolve::Modify& modify,
                                   const resolve::Assignment& assignment) const;
    /// How many such values a change writes into one row, and an INSERT of VALUES into all.
    [[nodiscard]] int compared_values(const resolve::Modify& modify) const;

private:
    using Query = resolve::Query;
    using FromItem = resolve::FromItem;

    [[nodiscard]] bool read_by(const Query& query, std::set<const Query*>& seen) const;

    const resolve::Resolution& text_;
    const Treatment& treatment_;
};

}  // namespace sql::edits
