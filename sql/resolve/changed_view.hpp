#pragma once

#include <optional>
#include <set>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

namespace sql::resolve {

/// A view whose rows PostgreSQL changes by itself ("automatically updatable"), down to the table that holds
/// them. Such a view stays the target of a statement: the database keeps its condition and its CHECK OPTION.
struct ChangedView {
    const Relation* view = nullptr;
    const Relation* table = nullptr;
    std::vector<const Column*> columns;  // of the table, by their place in the view; nullptr: computed
    /// By their place in the view: what of the table a computed column reads; nullopt: not known.
    std::vector<std::optional<std::set<AttributeNumber>>> computed_from;
    std::set<AttributeNumber> chosen_by;  // columns of the table that decide which rows the view shows
    bool chooses = false;                 // has a condition

    /// The table's column that a column of the view is; nullptr: it is computed.
    [[nodiscard]] const Column* of_table(const Column& of_view) const;
    /// The first column of the view that is this one of the table; nullptr: none.
    [[nodiscard]] const Column* in_view(AttributeNumber of_table) const;
};

/// The error says why PostgreSQL would not change the view by itself, or why Tabir cannot tell what it
/// changes.
[[nodiscard]] Result<ChangedView> changed_view(const Catalog& catalog, parse::TreeMemory& memory,
                                               const Relation& view);

/// How the view is shown where it is changed: each column as the table's. Computed ones are shown where all
/// that they read is shown in clear, and no row filter hides rows for which computing them could fail. The
/// filter stays in the words of the table. An error where the view chooses its rows by what is hidden, which
/// the row count and the CHECK OPTION would tell, and where it leaves out whose rows are counted.
[[nodiscard]] Result<RelationTreatment> treatment_through(const ChangedView& changed,
                                                          const RelationTreatment& of_table,
                                                          const Treatment& treatment);

}  // namespace sql::resolve
