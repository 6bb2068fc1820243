#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>

#include "sql/analyze.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/resolve/model.hpp"

namespace sql::resolve {

/// What the names of a text are looked up in.
struct Surroundings {
    const Catalog* catalog = nullptr;
    const NameContext* names = nullptr;
    /// nullptr: everything is shown as it is (facts). Otherwise stripped columns do not exist.
    const Treatment* treatment = nullptr;
    /// The text is a view's definition or a row filter, which the client did not write: stripped columns are
    /// NULL.
    bool trusted_text = false;
    /// The relations of a row filter are read as they are: all of them is open.
    bool raw = false;
    int view_depth = 0;
};

/// Walks one SELECT, INSERT, UPDATE, DELETE or MERGE and binds every name in it. Every node type is handled
/// by name; others are refused.
class Resolver {
public:
    Resolver(const Surroundings& surroundings, parse::TreeMemory& memory, Resolution& resolution)
        : in_(surroundings), memory_(memory), out_(resolution) {}

    [[nodiscard]] bool statement(SelectStmt* select);
    /// The types that PREPARE gives its parameters.
    [[nodiscard]] bool type_names(List* types);
    /// SELECT too.
    [[nodiscard]] bool statement(Node* query);
    [[nodiscard]] const Error& error() const {
        assert(error_);
        return *error_;
    }
    [[nodiscard]] int error_location() const { return error_location_; }

private:
    /// Where an expression stands.
    struct Where {
        Query* query = nullptr;
        bool in_aggregate = false;
        bool condition = false;       // WHERE or ON: evaluated before or beside a row filter
        bool lateral = false;         // in FROM: a function's argument
        bool after_grouping = false;  // Reference::after_grouping
    };

    bool check_width(const Query& q);
    bool fail(Errc code, std::string message, std::string hint = {}, int location = -1);
    bool unsupported(std::string what, int location = -1);

    // Query levels (queries.cpp)
    Query* open_query(SelectStmt* select, Query* parent, Query::Place place);
    bool query(Query& q);
    bool plain_select(Query& q);
    bool set_operation(Query& q);
    bool values(Query& q);
    bool with_clause(Query& q);
    bool cte(Cte& cte);
    bool cte_columns(Cte& cte);
    bool target_list(Query& q);
    bool star(Query& q, ResTarget* target, ColumnRef* ref);
    bool grouping(Query& q, Where where, List* list);
    bool ordering(Query& q, List* list);
    bool order_key(Query& q, Node* key);
    bool ordinal(const Query& q, const A_Const* constant, const char* clause);
    bool locking(Query& q);

    // Statements that change rows (modify.cpp, modify_target.cpp)
    Query* open_modify(Node* statement, Query* parent, Query::Place place);
    bool modify(Query& q);
    bool insert(Query& q);
    bool insert_columns(Query& q, List* columns, List* rows);
    [[nodiscard]] bool shows_by_star() const;
    bool on_conflict(Query& q, OnConflictClause* clause);
    bool conflict_target(Query& q, InferClause* infer);
    bool update(Query& q);
    bool delete_rows(Query& q);
    bool merge(Query& q);
    bool merge_when(Query& q, MergeWhenClause* when);
    bool assign(Query& q, List* targets);
    bool assigned_value(Query& q, Assignment& assignment);
    bool modify_condition(Query& q, Node** slot);
    bool modify_target(Query& q, RangeVar* name);
    bool change_through(Query& q, const Relation& view, int location);
    bool check_through(const Query& q);
    bool add_target_name(Query& q);
    FromItem* excluded_item(Query& q);
    const Column* assigned_column(const Query& q, const ResTarget* target);

    // FROM (from_clause.cpp)
    FromItem* new_item(FromItem::Kind kind, Query& q, Alias* alias);
    bool from_clause(Query& q);
    bool from_item(Query& q, Node** slot, std::vector<NameEntry>& names, FromItem*& made);
    bool range_var(Query& q, Node** slot, FromItem*& made);
    bool relation_item(Query& q, RangeVar* rv, const Relation& relation, FromItem& item);
    bool view_item(const Relation& relation, FromItem& item);
    bool range_subselect(Query& q, Node** slot, FromItem*& made);
    bool range_function(Query& q, RangeFunction* function, FromItem*& made);
    void name_function_columns(const RangeFunction& function, FromItem& made);
    [[nodiscard]] bool is_plain_array(const Node* node) const;
    bool range_table_function(Query& q, RangeTableFunc* function, FromItem*& made);
    bool range_sample(Query& q, Node** slot, FromItem*& made);
    bool cte_item(Cte& cte, Query& q, FromItem& item);
    bool using_alias(Query& q, JoinExpr* join, FromItem& item, std::vector<NameEntry>& names);
    bool join(Query& q, Node** slot, std::vector<NameEntry>& names, FromItem*& made);
    bool apply_column_aliases(FromItem& item, Alias* alias);
    bool join_columns(Query& q, JoinExpr* join, FromItem& item);
    bool using_column(const char* name, FromItem& item);
    void columns_of(const Query& inner, std::vector<ItemColumn>& columns);

    // Columns (columns.cpp)
    bool column_ref(ColumnRef* ref, Where where);
    bool bare_name(ColumnRef* ref, const char* name, Where where);
    bool qualified_name(ColumnRef* ref, Where where);
    bool bind(ColumnRef* ref, FromItem* item, int column, Where where);
    bool bind_whole_row(ColumnRef* ref, FromItem* item, Where where);
    bool bind_system_column(ColumnRef* ref, FromItem* item, const char* name, Where where);
    bool schema_prefix(ColumnRef* ref, FromItem*& item);
    [[nodiscard]] static bool has_schema(const FromItem& item, const ColumnRef* ref);
    bool call_by_notation(ColumnRef* ref, FromItem* item, Where where);
    static FromItem* open_ended_of(const Query& q);
    static NameIndex::Found relation_of(const Query& q);
    static void set_names(Query& q, std::vector<NameEntry> names);
    FromItem* find_alias(const char* alias, Query& from, bool& ambiguous);
    void mark(FromItem& item, int column);
    void mark_all(FromItem& item);

    // Expressions (expressions.cpp)
    bool expression(Node* node, Where where);
    bool expressions(List* list, Where where);
    bool row_elements(List** list, Where where);
    static bool is_after_grouping(const FromItem& item, Where where);
    bool condition(Node** slot, Where where);
    [[nodiscard]] std::optional<Oid> quiet_collation(const FromItem& item, int index);
    [[nodiscard]] bool is_quiet_constant(Node* node);
    [[nodiscard]] bool is_quiet_cast(TypeCast* cast);

    // Patterns (patterns.cpp)
    void meet_open_pattern();
    void meet_pattern(const Node* value, const Node* pattern, bool array);
    void meet_match(const A_Expr* expr);
    void meet_match(const FuncCall* call);
    void meet_match(const SubLink* link, const Query& query);
    [[nodiscard]] bool is_text_value(const Node* value) const;
    void meet_collation(Oid collation);

    // What may fail on sampled values (sampled_values.cpp)
    [[nodiscard]] const Type* type_of_column(const Column* column) const;
    [[nodiscard]] const Type* stored_type(const Node* node) const;
    [[nodiscard]] bool holds_rows(const Type* type) const;
    void meet_path(const A_Expr* expr);
    void meet_joined(const FromItem& left, int left_column, const FromItem& right, int right_column);
    void allow_row(const Node* node);
    void meet_row(const ColumnRef* node, const Reference& reference);
    void meet_row_comparison(const A_Expr* expr);
    void meet_row_comparison(const SubLink* link, const Query& query);

    bool operand(const A_Expr* expr, Node* node, Node* other, Where where);
    bool function_call(FuncCall* call, Where where);
    bool count_call(Call& call, Where where);
    bool xml_expression(XmlExpr* expr, Where where);
    bool window(WindowDef* window, Where where);
    bool sub_link(SubLink* link, Where where);
    bool column_as_function(FuncCall* call, Where where);
    bool has_field(const Reference& reference, std::string_view field) const;
    bool mention_function_by_field(const char* field);
    bool indirection(A_Indirection* node, Where where);
    bool type_cast(TypeCast* cast, Where where);
    void meet_enum_cast(TypeCast* cast);
    bool operator_name(List* name, int location);
    Query* aggregate_level(FuncCall* call, Query& here);

    // Searches (search.cpp)
    std::optional<Search> search_of(Node** slot, Where where);
    static bool pass_through(Search& search);
    bool is_constant(Node* node) const;
    bool is_searched_value(Node* node) const;
    bool find_plain_column(ColumnRef* ref, Where where, FromItem*& item, int& column);
    [[nodiscard]] bool is_plain_pattern(const Node* pattern) const;
    [[nodiscard]] bool folds(const FuncCall* call) const;
    [[nodiscard]] bool spells_out(const TypeCast* cast) const;
    [[nodiscard]] bool casts_to_a_domain(Node* value) const;
    [[nodiscard]] ColumnRef* searched_column(Node* side) const;
    [[nodiscard]] static bool is_folded_by_function(const Node* side);
    bool fold_names(Node* side, Where where);
    bool search_operands(const Search& search, Where where);
    void use_parameter(const ParamRef* parameter, Oid compared_with);
    bool search_operand(Node* value, Oid type, Where where);

    // Names (names.cpp)
    bool function_name(List** names, int location, Call& call);
    bool find_function(List** names, int location, Call& call, bool qualifies);
    bool without_database(List** names, int location, std::size_t most);
    bool type_name(TypeName* type);
    [[nodiscard]] const Type* named_type(const TypeName& type) const;
    bool collation_name(List* names, int location);
    const Relation* find_relation(RangeVar* rv);
    void qualify_relation(RangeVar* name, const Relation& relation);

    // Relations named by constants (named_constants.cpp)
    void name_cast_constant(TypeCast* cast);
    [[nodiscard]] const Relation* serial_sequence(Node* argument);
    void name_relation_argument(FuncCall* call, FunctionMention& mention);
    const Relation* relation_named(A_Const* constant);
    template <class Has>
    void qualify_constant(A_Const* constant, const Has& has);

    Cte* find_cte(const char* name, Query& q);
    const RelationTreatment* treatment_of(Oid oid);
    const RelationTreatment* all_open(Oid oid);
    Shown shown(const RelationTreatment* treatment, AttributeNumber number) const;
    bool reads_treated(const Relation& relation, int depth = 0);

    Surroundings in_;
    parse::TreeMemory& memory_;
    Resolution& out_;
    std::optional<Error> error_;
    int error_location_ = -1;
    std::unordered_set<const void*> allowed_rows_;  // ColumnRefs that nothing is compared with
    std::unordered_map<const void*, std::string_view> rows_beside_;  // ColumnRefs, by the type of what is
    Oid met_collation_ = 0;  // of what is compared below a row filter; 0: the default one
};

/// Parses and resolves a view's definition.
[[nodiscard]] Result<std::unique_ptr<View>> resolve_view(const Surroundings& from, parse::TreeMemory& memory,
                                                         const Relation& relation);

/// The name that PostgreSQL gives a result column without AS (FigureColname in parse_target.c).
[[nodiscard]] std::string output_name(const ResTarget* target);

/// Nodes of a list, by type.
template <class T>
T* cell(const ListCell& c) {
    return static_cast<T*>(c.ptr_value);
}

[[nodiscard]] inline const char* string_value(const void* node) { return strVal(node); }

}  // namespace sql::resolve
