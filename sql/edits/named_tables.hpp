#pragma once

#include <string_view>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/resolve/relation_name.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// Which tables the names of a statement mean, before it is resolved.
class NamedTables {
public:
    /// All must outlive it.
    NamedTables(const SelectStmt* query, const Catalog& catalog, const NameContext& names);

    /// nullptr: something else, or a name that a query of WITH has, too.
    [[nodiscard]] const Relation* table(const RangeVar* name) const;
    [[nodiscard]] const Relation* view(const RangeVar* name) const;
    [[nodiscard]] const Catalog& catalog() const { return catalog_; }

private:
    [[nodiscard]] const Relation* relation(const RangeVar* name) const;

    const Catalog& catalog_;
    const NameContext& names_;
    std::vector<std::string_view> with_queries_;
};

/// What FROM names anywhere in `query`.
[[nodiscard]] std::vector<const RangeVar*> tables_named_in(const SelectStmt* query);

/// What its columns are called by.
[[nodiscard]] inline std::string_view alias_of(const RangeVar* table) {
    return table->alias == nullptr ? table->relname : table->alias->aliasname;
}

/// Whether it is an aggregate, makes several rows, or is not known. Not of one that has a window.
[[nodiscard]] bool may_aggregate(const FuncCall* call, const Catalog& catalog);

}  // namespace sql::edits
