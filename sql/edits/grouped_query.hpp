#pragma once

#include <optional>
#include <set>
#include <vector>

#include "sql/edits/column_equalities.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/resolve/model.hpp"

#include "sql/parse/pg_nodes.hpp"
#include "sql/summed_values.hpp"

namespace sql::edits {

/// CASE WHEN condition THEN x ... [ELSE y] END, else nullptr.
[[nodiscard]] const CaseExpr* searched_choice(const Node* node);
[[nodiscard]] std::vector<const CaseWhen*> branches_of(const CaseExpr* choice);
/// What it may give; of anything else, that itself.
[[nodiscard]] std::vector<Node*> results_of(Node* value);
/// The ColumnRefs below `node`, which may be nullptr.
[[nodiscard]] std::vector<const Node*> columns_in(Node* node);

/// One level of a statement of a role that may see only aggregates, which reads rows of people: what of it
/// shows groups alone. How many people each group holds is GroupProofs' part.
class GroupedQuery {
public:
    /// All must outlive it.
    GroupedQuery(parse::TreeMemory& memory, const Catalog& catalog, const resolve::Resolution& text,
                 const resolve::Query& query);

    /// Errors with not_aggregated for what may show or choose single rows, WHERE and FILTER excepted.
    [[nodiscard]] Result<void> check(int min_group) const;

    /// a.x = b.y, both shown in clear.
    [[nodiscard]] bool joins_columns(const Node* condition) const;
    /// Whether no column is named, or one alone that is shown in clear and names nobody, in an expression
    /// that no value of it can make fail.
    [[nodiscard]] bool is_harmless(Node* condition) const;
    /// Of times nobody has one that counts for nothing.
    [[nodiscard]] bool names_moments_only(Node* values) const;
    /// The same of one column alone.
    [[nodiscard]] bool names_one_harmless(Node* condition) const;
    /// How to say a condition that is not.
    [[nodiscard]] const char* how_to_be_harmless(Node* condition) const;
    /// Whether some rows may have no value for it. A mask, and whatever an outer join shows, may be NULL.
    [[nodiscard]] bool may_be_null(const ColumnRef* ref) const;
    /// Whether it counts different values, of people who may have several rows: who has none left is told.
    [[nodiscard]] bool tells_who_is_absent() const;

    // What is worked out of each person (person_tables.cpp)
    [[nodiscard]] bool is_about_single_people() const;
    /// Whether groups of people may be made of its groups of one person each. Errors as check().
    [[nodiscard]] Result<void> check_person_table() const;
    [[nodiscard]] Column column_of_output(const resolve::OutputColumn& output) const;
    [[nodiscard]] bool has_one_key() const { return keys().size() == 1; }
    [[nodiscard]] bool is_grouped_by(const resolve::FromItem& item, AttributeNumber number) const;
    /// The key of a person, or of one of his rows.
    [[nodiscard]] bool is_of_one(const Place& place) const;

private:
    using Query = resolve::Query;
    using FromItem = resolve::FromItem;

    // What may be shown (grouped_query.cpp)
    [[nodiscard]] Result<void> check_sources(int location) const;
    [[nodiscard]] Result<void> check_joins(const FromItem& item) const;
    [[nodiscard]] Result<void> check_outputs(int location) const;
    [[nodiscard]] Result<void> check_order(int location) const;
    [[nodiscard]] bool only_aggregates(Node* node) const;
    [[nodiscard]] bool over_groups(const WindowDef* window) const;
    [[nodiscard]] bool allowed_aggregate(const FuncCall* call) const;
    [[nodiscard]] bool has_grouping_sets() const;
    [[nodiscard]] bool compares_columns(Node* value) const;

    [[nodiscard]] bool is_total_of_a_person(const Node* value) const;
    /// An outer join is among its joins.
    [[nodiscard]] bool is_outer() const;

    // Keys of groups and operands of aggregates (group_columns.cpp)
    [[nodiscard]] std::vector<const Node*> keys() const;
    [[nodiscard]] bool is_key(Node* node) const;
    [[nodiscard]] bool hangs_on_keys(const Node* node) const;
    [[nodiscard]] bool asks_for_a_value(const Node* condition) const;
    [[nodiscard]] bool compares_within_a_row(const Node* condition) const;
    [[nodiscard]] bool may_be_key(const Node* key) const;
    [[nodiscard]] bool may_be_summed(Node* node) const;
    [[nodiscard]] SummedColumn summed(const Node* ref) const;
    [[nodiscard]] static SummedColumn summed(const Place& place);
    [[nodiscard]] SummedColumn summed_below(const Place& place) const;
    /// Whether nothing in it chooses whose value weighs in a sum.
    [[nodiscard]] bool weighs_each(const Node* node, int factors) const;
    [[nodiscard]] bool may_be_counted(Node* node) const;
    [[nodiscard]] bool holds_all_digits(const TypeCast* cast) const;
    [[nodiscard]] bool reads_unnamed_columns(const Query& query) const;
    [[nodiscard]] Oid type_of_operand(const Node* node) const;
    [[nodiscard]] bool are_of_one_type(const Node* one, const Node* other) const;
    struct Number {
        bool integer = false;  // else numeric
        int columns = 0;
        bool bounded = true;  // how many digits they have
    };
    [[nodiscard]] std::optional<Number> reckoned(const Node* node, int steps) const;
    [[nodiscard]] std::optional<Number> of_operator(const A_Expr* expr, int steps) const;
    [[nodiscard]] std::optional<Number> of_field(const Node* call, bool integer) const;
    [[nodiscard]] bool open_columns_only(Node* node) const;
    /// The same, or such that are cut down to what many people share.
    [[nodiscard]] bool names_keys_only(Node* node) const;
    [[nodiscard]] bool names_only(Node* node, bool (*may_be_named)(const Place&)) const;
    [[nodiscard]] bool compares_one_column(Node* node) const;
    /// The columns of an expression that no value of theirs can make fail; none: it is another one.
    [[nodiscard]] std::set<Place> harmless_columns(Node* node) const;
    [[nodiscard]] std::set<Place> harmless_columns(Node* node, bool (*may_be_named)(const Place&)) const;
    [[nodiscard]] bool names_a_person(const Place& place) const;
    [[nodiscard]] bool names_people(Node* value) const;
    [[nodiscard]] bool is_of_one(const Node* key) const;
    [[nodiscard]] bool refers_to_a_row(const FromItem& item, const Column& column) const;
    [[nodiscard]] bool reads_outer_columns(const Query& query) const;

    // Which tables of people stand together (group_joins.cpp)
    class EqualColumns;
    /// Whether the rows of one table of people find those of all others, by whom they are about or by a key,
    /// and nothing besides is equal.
    [[nodiscard]] bool joins_by_keys() const;
    [[nodiscard]] bool finds_all(const FromItem& root) const;
    [[nodiscard]] bool counts_different_only() const;
    [[nodiscard]] std::set<Place> equal_both_ways(std::set<Place> known) const;
    [[nodiscard]] const Column* column_of(const Node* ref) const;
    [[nodiscard]] Oid type_of(const Node* ref) const;
    [[nodiscard]] bool join_without_failing(const Place& left, const Place& right) const;

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const resolve::Resolution& text_;
    const Query& query_;
};

}  // namespace sql::edits
