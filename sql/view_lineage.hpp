#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/facts.hpp"

namespace sql {

/// What one column of a view shows.
struct ShownColumn {
    bool plain = false;           // each value is one of the columns `from`, as it is stored
    bool unknown = false;         // it may hold what a function read, which is no safe built-in
    std::vector<ColumnUse> from;  // whose values it may hold, or was computed from
};

/// A relation that a definition reads, once for each place where it stands.
struct ReadRelation {
    Oid relation = 0;
    /// Columns of the relation, and which of the view's columns (by place) has the same value in every row
    /// behind which a row of the relation stands.
    std::map<AttributeNumber, std::size_t> carried;
};

/// Where the rows and columns of a view or materialized view come from, through other views; a materialized
/// view that it reads is a relation of its own.
struct ViewLineage {
    std::vector<ShownColumn> columns;  // as the view's own
    std::vector<ReadRelation> reads;
    std::vector<ColumnUse> chosen_by;  // what conditions compare, and the order under a LIMIT
    bool chosen_by_unknown = false;    // such a function took part
};

/// Errors: unsupported and too_deep, where the definition cannot be followed.
[[nodiscard]] Result<ViewLineage> lineage_of(const Relation& view, const Catalog& catalog);

}  // namespace sql
