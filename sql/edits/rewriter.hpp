#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sql/analyze.hpp"
#include "sql/edits/asked_people.hpp"
#include "sql/edits/counted_relations.hpp"
#include "sql/edits/from_places.hpp"
#include "sql/edits/person_tables.hpp"
#include "sql/edits/statement_text.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/verify/masked_place.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// What all texts of one statement (its own, its views, its row filters) share.
struct Shared {
    const Catalog& catalog;
    const NameContext& names;
    const Treatment& treatment;
    parse::TreeMemory& memory;
    bool pins = true;       // false: nothing is run, and so nothing shown by a name that changed
    bool leak_safe = true;  // no condition anywhere could reveal a row below a row filter
    bool locks_rows = false;
    bool shows_no_rows = false;  // verify::shows_no_rows
    int hidden_names = 0;        // of hidden columns, unique in the statement
    std::size_t copied = 0;      // of sub-queries that are asked a second time, in bytes
    bool reads_protected = false;
    int searched_values = 0;
    bool finds_each_once = true;  // PrintedStatement::finds_each_once
    bool hides_rows = false;
    bool paid = false;  // Printing::paid
    bool holds_keys = false;
    bool read_in_parts = false;  // by a cursor: rows may stay unread
    bool shows_ranks = false;    // PrintedStatement::shows_ranks
    std::vector<SearchedArray> searched_arrays;
    std::set<std::string> entered = {};  // PrintedStatement::entered
    int groups_left_out_below = 0;
};

/// A key that each row of a query tells, carried as a hidden text column.
struct KeyColumn {
    std::string subject;
    int array_depth = 0;
    std::string name;       // of the hidden output column
    bool searched = false;  // HiddenColumn::searched
};

/// An expression over the FROM clause of one query that yields a key as text.
struct KeyExpression {
    std::string subject;
    int array_depth = 0;
    std::string expression;
    bool searched = false;
    bool same_in_every_row = false;
};

/// True for keys that may ride in the same column of a UNION ALL.
inline bool same_kind(const auto& left, const auto& right) {
    return left.subject == right.subject && left.array_depth == right.array_depth &&
           left.searched == right.searched;
}

/// Rewrites one resolved text.
class Rewriter : StatementText {
public:
    /// `begin` and `end` are the statement's bytes. `tokens` and `resolution` must outlive the rewriter.
    Rewriter(Shared& shared, const parse::Tokens& tokens, std::size_t begin, std::size_t end,
             resolve::Resolution& resolution);
    ~Rewriter();

    /// The keys of the counted subjects that the rows of its query show in a plain column, as the client asks
    /// for it. Must be asked before carry_keys(), which leaves them out.
    [[nodiscard]] Result<std::vector<HiddenColumn>> take_shown_keys();
    /// The keys of the counted subjects that the text's rows tell. Must be asked before run().
    [[nodiscard]] Result<std::vector<KeyColumn>> carry_keys();
    /// Chains of UNION as one (union_chains.hpp). Must be asked before everything else.
    [[nodiscard]] Result<void> flatten_set_operations();
    /// What a change may not do to counted people, even if all of them are paid. Asked by carry_keys(), too.
    [[nodiscard]] Result<void> check_changes();
    /// Makes all other changes.
    [[nodiscard]] Result<void> run();
    /// The changes that run() made. Whoever wraps the text's query adds its own.
    [[nodiscard]] print::EditList& edits() { return edits_; }
    [[nodiscard]] Result<print::Printed> printed() const;
    [[nodiscard]] const std::vector<std::pair<int, Oid>>& parameter_types() const { return parameter_types_; }

    /// The masked sub-selects that run() put in, but for those in views.
    [[nodiscard]] const std::vector<verify::MaskedPlace>& masked() const { return masked_; }

    /// Whom the text asks about, shown or not.
    [[nodiscard]] const AskedPeople& asked() const { return asked_; }

private:
    // Relations (mask_relation.cpp)
    Result<void> check_items();
    Result<void> hide_places();
    Result<void> show_nulls();
    Result<void> protect(FromItem& item);
    [[nodiscard]] bool is_printed_as_select(const Query& query) const;
    void print_table_commands();
    Result<void> protect_table_command(FromItem& item);
    Result<std::shared_ptr<const verify::KeptSelect>> kept_select(FromItem& item);
    [[nodiscard]] std::string key_of_select(const FromItem& item) const;
    Result<std::string> masked_select(FromItem& item);
    Result<std::string> shown_column(const FromItem& item, const resolve::ItemColumn& column);
    Result<std::string> source_of(FromItem& item);
    Result<std::string> sample_of(FromItem& item);
    Result<std::string> pinned_source(FromItem& item, const std::vector<const Column*>& named,
                                      const std::string& filter, bool barrier);
    Result<std::string> view_source(FromItem& item);
    Result<void> replace_relation(FromItem& item, const std::shared_ptr<const verify::KeptSelect>& select);
    [[nodiscard]] bool has_hidden(const FromItem& item) const;
    std::string hidden_name(char kind);

    // Items of FROM that need another form (from_items.cpp)
    Result<const FromPlace*> place_of(const FromItem& item);
    Result<void> align(const FromItem& item, const FromPlace& place);
    Result<void> rewrite_joins();
    Result<void> rewrite_join(FromItem& join);
    Result<void> natural_to_using(FromItem& join);
    Result<void> wrap_join(FromItem& join);
    Result<void> split(FromItem& item);
    [[nodiscard]] bool splits(const FromItem& item) const;
    void find_starred();
    std::string hidden_owner(const FromItem& item);
    std::string using_alias(const FromItem& join);
    std::string print_alias(const FromItem& join, const std::string& name);
    Result<void> print_using_aliases();

    // Whole rows (whole_rows.cpp)
    Result<void> rewrite_whole_rows();
    Result<void> rewrite_notation(const resolve::Notation& notation);
    Result<void> expand_row_star(const resolve::RowStar& star);
    [[nodiscard]] bool rebuilds_row(const FromItem& item) const;
    [[nodiscard]] std::optional<std::string> row_text(const resolve::Reference& row) const;
    [[nodiscard]] std::string presence_of(const FromItem& item) const;

    // Expressions in place of others (replace_expression.cpp)
    Result<void> replace_expression(const Node* old, std::size_t first, std::size_t last,
                                    const std::string& text, const Query* written_in);
    Result<void> put_nodes();
    void keep_name(ResTarget* target, const std::string& name);

    // Pins (open_pins.cpp)
    Result<void> pin_queries();
    Result<std::vector<std::string>> pins_of(const Query& query);
    [[nodiscard]] std::vector<std::string> open_pins(const Query& query) const;
    Result<void> add_pins(Query& query, const std::vector<std::string>& pins);

    // Row filters (row_filter.cpp)
    Result<std::string> row_filter(const FromItem& item);

    // Stars (star.cpp)
    Result<void> expand_stars();
    Result<void> expand_star(Query& query, const resolve::Star& star);
    std::string column_text(const FromItem& join, const resolve::ItemColumn& column);
    Result<void> list_target(const FromItem& item, std::vector<std::string>& targets);
    Result<void> list_columns(const FromItem& item, std::vector<std::string>& targets);
    Result<void> list_members(const FromItem& join, std::vector<std::string>& targets);

    // Searches (search.cpp)
    Result<void> move_searches();
    Result<void> move_search(const resolve::Search& search);
    std::string pass_on(const resolve::Search& search, const std::string& name);
    Result<void> show_searched();
    Result<void> count_searched(int values, int location);
    [[nodiscard]] bool finds_each_once(const resolve::Search& search) const;
    [[nodiscard]] bool shows_searched_only(const FromItem& item) const;
    [[nodiscard]] bool must_match(const Node* condition, const FromItem& item) const;
    std::optional<std::pair<std::size_t, std::size_t>> extent_of(Node* expression);

    // Keys of sub-queries in expressions (sub_query_keys.cpp)
    /// Around the number of a copy that is not written yet. No text of a client has a NUL in it.
    static constexpr std::string_view copy_marker{"\0c", 2};
    struct Copy {
        Query* inner;
        std::size_t key;       // index into copied_keys(inner)
        bool skipped = false;  // of the rows that OFFSET skips
    };
    Result<void> check_copy(const Query& inner) const;
    [[nodiscard]] static std::vector<Query*> asked_again(const Query& query);
    /// The copy whose number stands in a key of sub_query_keys().
    [[nodiscard]] const Copy& copied_in(const KeyExpression& key) const;
    Result<std::vector<KeyExpression>> sub_query_keys(Query& query);
    [[nodiscard]] Result<std::pair<std::size_t, std::size_t>> span_in_brackets(const Query& inner) const;
    [[nodiscard]] Result<std::pair<std::size_t, std::size_t>> span_of_source(const Query& source) const;
    Result<std::string> written_out(std::string expression);
    Result<std::string> copy_of(const Copy& copy);
    Result<std::vector<KeyColumn>> copied_keys(Query& inner);
    // Rows that OFFSET skips (skipped_rows.cpp)
    Result<std::vector<KeyExpression>> skipped_keys(Query& query, const std::vector<KeyExpression>& keys);
    Result<std::string> copy_of_skipped(const Copy& copy);
    [[nodiscard]] Result<void> check_skipping(const Query& query) const;
    Result<void> leave_out_distinct(const Query& inner);
    Result<void> append_copied_keys(Query& inner, const std::vector<KeyColumn>& keys);
    [[nodiscard]] std::size_t cut_of(std::size_t end, std::size_t close) const;
    Result<void> show_every_row(const Query& inner, std::size_t end, std::size_t close);
    [[nodiscard]] std::string only_matching(const Query& inner, const std::string& first) const;

    // Keys (subject_keys.cpp, key_expressions.cpp)
    Result<void> emit_keys();
    Result<std::vector<KeyColumn>> signature(Query& query);
    Result<std::vector<KeyColumn>> arm_keys(Query& query);
    /// Appends columns for `wanted`, and `side` when it is not empty.
    Result<void> emit(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side);
    Result<void> emit_select(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side);
    Result<std::vector<std::string>> key_targets(std::vector<KeyExpression> own,
                                                 const std::vector<KeyColumn>& wanted,
                                                 const std::string& side);

    // Queries that become a sub-select of one with keys (wrap.cpp)
    /// The tokens that become a sub-select, its columns, and what is selected from it.
    struct Wrapping {
        std::pair<std::size_t, std::size_t> core;
        std::vector<std::string> inner;
        std::vector<std::string> targets;
    };
    Result<Wrapping> wrapping_of(const Query& query);
    void begin_wrap(const Wrapping& wrapping);
    Result<void> wrap(Query& query, const Wrapping& wrapping, const std::string& rest);
    Result<void> emit_merged(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side);
    Result<void> emit_distinct(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side);
    Result<void> emit_values(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side);
    Result<std::vector<KeyExpression>> values_keys(Query& query);
    Result<std::vector<KeyExpression>> absent_from_right(const Query& query,
                                                         const std::vector<std::string>& columns);
    Result<void> print_union_all(const Query& query);
    Result<void> order_by_ordinals();
    Result<void> order_by_ordinals(Query& query);
    [[nodiscard]] int output_of(const Query& query, const Node* key) const;
    [[nodiscard]] bool shows_key(const resolve::OutputColumn& output, const KeyExpression& key) const;
    Result<const std::vector<KeyExpression>*> expressions_of(Query& query);
    [[nodiscard]] bool may_tell_of_nobody(const Query& query) const;
    Result<std::vector<KeyExpression>> from_keys(Query& query);
    Result<std::vector<KeyExpression>> item_keys(FromItem& item);
    Result<std::vector<KeyExpression>> with_absence(const FromItem& item,
                                                    Result<std::vector<KeyExpression>> keys);
    Result<std::vector<KeyColumn>> recursive_signature(Query& query);
    Result<void> emit_gathered(Query& query, const std::vector<KeyColumn>& wanted);
    Result<std::vector<KeyExpression>> join_keys(FromItem& join);
    Result<std::vector<KeyExpression>> relation_keys(FromItem& item);
    Result<std::vector<KeyExpression>> window_twins(Query& query, const std::vector<KeyExpression>& keys);
    Result<std::vector<KeyColumn>> carried_by(Query& query);
    Result<std::string> key_column(FromItem& item, AttributeNumber number);
    Result<void> group_instead_of_distinct(Query& query);
    [[nodiscard]] static bool is_distinct(const Query& query);
    /// DISTINCT over these cannot be a GROUP BY of the same query.
    [[nodiscard]] static bool merges_groups(const Query& query) {
        return query.grouped() || query.windows || query.sets;
    }
    struct Twin {
        std::string function;
        std::string rest;  // of its arguments
        std::string over;
        bool collects = false;
    };
    Result<std::optional<Twin>> twin_of(const Query& query, const resolve::Call& call);
    Result<std::optional<Twin>> twin_of_rank(const Query& query, const resolve::Call& call);
    Result<std::string> window_of(const resolve::Call& call);
    Result<std::string> over_partition(const resolve::Call& call);
    static constexpr std::string_view window_marker{"\0w", 2};  // ... of a window
    [[nodiscard]] static std::string marked(std::string_view marker, std::size_t number) {
        return std::string(marker).append(std::to_string(number)).append(marker);
    }
    std::string written_later(std::size_t first, std::size_t last);
    [[nodiscard]] bool may_drop_rows(const Query& query) const;

    // Grouping (group.cpp, aggregates_only.cpp)
    Result<void> group_dependent_columns();
    Result<void> group_dependent_columns(Query& query);
    Result<void> group_by_column(const FromItem& item, int column, std::vector<std::string>& more);
    Result<void> aggregate_column(const FromItem& item, int column);
    std::string shown_after_grouping(const FromItem& item, std::size_t column) const;
    Result<void> require_aggregates();
    Result<void> require_aggregates(Query& query);
    // What is worked out of each person (person_tables.cpp)
    Result<void> make_person_tables();
    Result<void> make_person_table(FromItem& item);
    Result<std::string> least_key(const FromItem& item, AttributeNumber number, const std::string& key) const;
    [[nodiscard]] const PersonTable* person_table_of(const Query& query) const;
    void forget_person_tables();

    // Calls that ask for the session's state (session_answers.cpp)
    Result<void> answer_session_calls();
    Result<void> keep_name_in_from(const resolve::FunctionMention& mention);
    Result<void> say_otherwise(FuncCall* call, const std::string& before, const std::string& after,
                               bool keeps_arguments);
    Result<void> say_current_schema(SQLValueFunction* value, const Query* query);
    // Statements that change rows (modify.cpp, modify_filter.cpp, modify_values.cpp)
    Result<void> rewrite_modifies();
    void name_inserted_columns(Query& query);
    Result<void> mask_references(Query& query);
    [[nodiscard]] static std::vector<Node**> assigned_places(const resolve::Modify& modify);
    Result<std::string> masked_reference(const resolve::Reference& reference) const;
    Result<std::string> mask_of(const FromItem& item, const resolve::ItemColumn& column,
                                const std::string& spelled) const;
    Result<void> replace_references(Node** slot, const std::map<const void*, Node*>& masked);
    Result<void> filter_target(Query& query);
    Result<std::string> target_filter(const resolve::Modify& modify);
    Result<void> add_condition(Query& query, const std::string& filter, const std::vector<std::string>& pins);
    Result<Node*> behind_filter(Node* condition, const std::string& filter);
    Node* both(Node* left, Node* right);
    // What holds their names to the catalog (modify_pins.cpp)
    Result<std::map<const Query*, std::vector<std::string>>> inserted_pins();
    Result<void> pin_row(Query& query);
    Result<void> pin_cursor_row(Query& query, const std::vector<std::string>& pins);
    Result<std::vector<std::string>> target_pins(const Query& query);
    Result<std::vector<const Column*>> named_columns(const Query& query);
    Result<void> guard_values(Query& query);
    Result<void> guard_value(Query& query, const resolve::Assignment& assignment);
    Result<void> guard_in_place(const FromItem& target, const resolve::Assignment& assignment,
                                const Mask& mask);
    [[nodiscard]] bool reads_other_masks(const Column& own) const;
    [[nodiscard]] bool reads_masks(Node* value) const;
    Result<void> check_merge(const resolve::Modify& modify) const;
    [[nodiscard]] bool is_plain_value(Node* value, const Column& column) const;
    Result<void> append_returning(Query& query, const std::vector<std::string>& targets);
    [[nodiscard]] static bool shows_masks(const FromItem& item);
    // Their people (modify_keys.cpp)
    Result<void> check_source(const resolve::Modify& modify);
    Result<void> count_compared_values(const Query& query);
    [[nodiscard]] bool changes_one_row(const Query& query) const;
    /// What a change of many rows writes into columns whose values are compared: beside one for each, so many
    /// `others`, and perhaps others for each row of the source.
    struct ValuesOfRows {
        int others = 0;
        bool of_source = false;
    };
    [[nodiscard]] std::optional<ValuesOfRows> values_of_many_rows(const Query& query) const;
    [[nodiscard]] bool is_of_source(const Query& query, Node* value) const;
    Result<void> check_sub_queries(const Query& query) const;
    [[nodiscard]] bool is_assigned(const FromItem& target, AttributeNumber number) const;
    [[nodiscard]] bool may_hold_key(const resolve::Modify& modify, AttributeNumber key) const;
    [[nodiscard]] bool is_sent_again(const resolve::Modify& modify, const Node* value) const;
    Result<void> hold_keys(Query& query);
    Result<void> hold_key(const FromItem& target, const resolve::Assignment& assignment);
    [[nodiscard]] bool keeps_key(const resolve::Modify& modify, AttributeNumber key) const;
    void store_modifies();

    // Text and tree together (rewriter.cpp)
    Result<void> append_targets(Query& query, const std::vector<std::string>& targets);
    [[nodiscard]] bool will_emit(const Query& query) const;
    void qualify_names();
    void qualify(const resolve::Qualify& name, print::EditList& edits);
    void rename_temporary(const resolve::Qualify& name);
    [[nodiscard]] std::string alias_of(const FromItem& item) const;

    Shared& shared_;
    CountedRelations counted_;
    AskedPeople asked_;
    std::unordered_map<const Query*, std::size_t> unskipped_;  // how many of its keys are of shown rows
    std::map<const Query*, std::vector<KeyExpression>> expressions_;
    std::map<const Query*, std::vector<KeyColumn>> carried_;
    std::list<PersonTable> person_tables_;
    std::vector<Query*> to_emit_;  // inner ones first
    std::vector<Copy> copies_;
    std::vector<std::pair<std::size_t, std::size_t>> windows_;  // tokens
    std::map<const Query*, std::string> table_targets_;         // what TABLE x shows behind its own columns
    std::map<const Query*, std::string> table_conditions_;
    struct ViewText;
    std::map<const FromItem*, std::unique_ptr<ViewText>> views_;
    std::set<const void*> printed_references_;  // within bytes that were printed apart
    std::set<const Query*> pinned_;             // whose WHERE has its pins already
    std::vector<std::pair<int, Oid>> parameter_types_;
    std::vector<verify::MaskedPlace> masked_;
    std::map<const Query*, std::vector<FromPlace>> from_places_;
    std::unordered_map<const FromItem*, const FromPlace*> item_places_;
    std::unordered_map<const FromItem*, std::string> owners_;  // who holds a split item's hidden columns
    std::unordered_map<const FromItem*, std::string> using_aliases_;  // of joins; printed when all is known
    std::unordered_set<const FromItem*> starred_;
    std::unordered_set<const Node*> expanded_;  // stars that were spelled out
    std::unordered_map<const Node*, Node*> replaced_;
    std::unordered_set<const Query*> renamed_;              // queries whose targets may have lost their names
    std::set<std::pair<const FromItem*, int>> aggregated_;  // columns that cannot be grouped by
    std::unordered_set<const Query*> spelled_;              // every * of these is spelled out
};

}  // namespace sql::edits
