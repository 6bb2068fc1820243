#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "sql/catalog.hpp"

namespace sql {

/// How a value looks when it is not shown in clear. Printed as plain SQL over built-ins, NULL stays NULL,
/// and the result is cast back to the column's type and typmod where that type can hold it.
namespace mask {
struct Null {};
struct Redact {};  // '***' for text, a typed constant or NULL for the rest
struct KeepFirst {
    int count;
};
struct KeepLast {
    int count;
};
struct Email {};     // first letter, then the domain: c***@example.com
struct Initials {};  // S. W.
struct Truncate {
    std::string unit;
};  // year, month, ... for dates; "1000" for numbers
struct Constant {
    std::string value;
};
struct Path;
/// A json or jsonb document in which the values at some paths are masked, the rest stays as it is.
struct Document {
    std::shared_ptr<const std::vector<Path>> paths;
};
}  // namespace mask
using Mask = std::variant<mask::Null, mask::Redact, mask::KeepFirst, mask::KeepLast, mask::Email,
                          mask::Initials, mask::Truncate, mask::Constant, mask::Document>;

/// The value of one key after another; through arrays, of each element.
struct mask::Path {
    std::vector<std::string> keys;
    Mask mask;
};

struct Open {};
struct Masked {
    Mask mask;
};
struct Stripped {};  // absent from *, refused by name
using ColumnTreatment = std::variant<Open, Masked, Stripped>;

/// Which column says whose data a row is.
struct SubjectKey {
    std::string kind;  // "customer"
    AttributeNumber column = 0;
};

/// How one relation is shown. Columns without an entry are stripped.
struct RelationTreatment {
    Oid relation = 0;
    std::unordered_map<AttributeNumber, ColumnTreatment> columns;
    std::vector<AttributeNumber> searchable;  // masked columns that may be compared exactly
    std::vector<SubjectKey> subjects;
    /// What the columns hold in clear, in words of the policy's: said back of those that a statement reads.
    std::unordered_map<AttributeNumber, std::vector<std::string>> in_clear = {};
    std::optional<std::string> row_filter;  // a boolean SQL expression over the raw relation
    /// How the columns are shown where a budget is used up: such masks may come back when it is full again.
    std::unordered_map<AttributeNumber, Mask> at_limit = {};

    /// As it is, or by a mask.
    [[nodiscard]] bool shows(AttributeNumber column) const {
        const auto found = columns.find(column);
        return found != columns.end() && !std::holds_alternative<Stripped>(found->second);
    }
    /// The mask that may be sent back for a value of the column; nullptr: it has none.
    [[nodiscard]] const Mask* saved_mask(AttributeNumber column) const {
        if (const auto later = at_limit.find(column); later != at_limit.end()) return &later->second;
        const auto now = columns.find(column);
        const auto* masked = now == columns.end() ? nullptr : std::get_if<Masked>(&now->second);
        return masked == nullptr ? nullptr : &masked->mask;
    }
};

/// Every protected row must stand in a group of at least `min_group` people, and no row is shown by itself.
struct AggregatesOnly {
    int min_group = 1;
};

/// What a statement may change of one relation.
struct WriteTreatment {
    Oid relation = 0;
    std::vector<AttributeNumber> columns;  // that may be given values
    bool deletes = false;
    bool temporary = false;  // of the session's own: every column
};

/// Everything that a role's policy asks of a statement. Relations without an entry are printed as they are.
struct Treatment {
    /// Many statements share them: nobody changes one.
    std::vector<std::shared_ptr<const RelationTreatment>> relations;
    std::vector<WriteTreatment> writes;  // relations without an entry may not be changed
    std::vector<std::string> counted;    // kinds of subject that have a budget: carry their keys
    std::optional<AggregatesOnly> aggregates_only;
    bool writes_rows = false;     // by some statement or other the role may write rows of its own choice
    std::vector<Oid> changeable;  // of what it reads: whose rows the role may change, by whatever statement
    bool hides_places = false;    // ctid and its kind, which tell how many rows a refused change had reached
    bool run_plans = false;       // EXPLAIN may run the query (ANALYZE), and tell how many rows it met
    std::optional<std::string> user;  // what :user in row filters stands for

    /// nullptr: the relation has none.
    [[nodiscard]] std::shared_ptr<const RelationTreatment> shared(Oid relation) const {
        const auto found = std::ranges::find(relations, relation, &RelationTreatment::relation);
        return found == relations.end() ? nullptr : *found;
    }
    [[nodiscard]] const RelationTreatment* of(Oid relation) const {
        const auto found = std::ranges::find(relations, relation, &RelationTreatment::relation);
        return found == relations.end() ? nullptr : found->get();
    }
};

/// The kinds of subject of a relation that are counted. `relation` nullptr: it has no treatment.
[[nodiscard]] inline std::set<std::string> counted_subjects(const Treatment& treatment,
                                                            const RelationTreatment* relation) {
    std::set<std::string> kinds;
    if (relation == nullptr) return kinds;
    for (const SubjectKey& subject : relation->subjects) {
        if (std::ranges::find(treatment.counted, subject.kind) != treatment.counted.end())
            kinds.insert(subject.kind);
    }
    return kinds;
}

}  // namespace sql
