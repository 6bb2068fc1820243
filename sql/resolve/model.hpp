#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "sql/catalog.hpp"
#include "sql/patterns.hpp"
#include "sql/resolve/modify.hpp"
#include "sql/treatment.hpp"

#include "sql/parse/pg_nodes.hpp"

/// What the names of one statement mean: query levels, FROM items, and which column each reference names.
namespace sql::resolve {

struct Query;
struct FromItem;
struct View;

/// How a column reaches the client: as it is, through a mask, or not at all.
enum class Shown { open, masked, stripped };

/// One visible column of a FROM item.
struct ItemColumn {
    std::string name;                   // after column aliases
    const Column* attribute = nullptr;  // of a relation
    FromItem* origin = nullptr;         // of a join: the member that the column comes from
    int origin_column = -1;
    FromItem* merged = nullptr;  // of a USING column: the right member, with its column
    int merged_column = -1;
    int output = -1;  // of a sub-select, CTE or view: index into its query's outputs
    Shown shown = Shown::open;
    bool referenced = false;
};

/// A hidden column that the rewriter added at the back of a relation's sub-select.
struct AddedColumn {
    std::string name;
    std::string expression;          // over the raw relation
    const Column* column = nullptr;  // that the expression names; nullptr: of a view
};

struct Cte {
    std::string name;
    CommonTableExpr* node = nullptr;
    Query* owner = nullptr;
    Query* query = nullptr;
    std::vector<ItemColumn> columns;
    enum class State { waiting, under_way, done } state = State::waiting;
    bool recursive = false;  // refers to itself
    bool columns_known = false;
};

/// What one alias of a FROM clause stands for.
struct FromItem {
    /// merged: the alias of JOIN ... USING (...) AS alias, which names the merged columns alone.
    enum class Kind { relation, view, subselect, cte, function, join, merged };
    Kind kind = Kind::relation;
    /// What a statement changes, and the row that an INSERT proposed (`excluded`), cannot be sub-selects.
    enum class Use { read, target, excluded };
    Use use = Use::read;
    std::string alias;  // empty: a join without an alias
    Query* level = nullptr;
    const Relation* relation = nullptr;
    const RelationTreatment* treatment = nullptr;
    Query* query = nullptr;  // of a sub-select; of a CTE or view through these:
    Cte* cte = nullptr;
    View* view = nullptr;
    RangeVar* range_var = nullptr;
    RangeSubselect* subselect = nullptr;
    Node** slot = nullptr;  // where the tree holds the item
    JoinExpr* join = nullptr;
    FromItem* left = nullptr;
    FromItem* right = nullptr;
    std::vector<ItemColumn> columns;
    bool open_ended = false;  // may have columns that we do not know (functions)
    RangeTableSample* sample = nullptr;
    bool unreachable = false;           // under a join with an alias: only the join's columns can be named
    bool nullable = false;              // on the side of an outer join that may be all NULL
    std::vector<std::string> stripped;  // names of columns that are not shown
    int whole_row = -1;                 // byte offset of a whole-row use; -1: none
    bool column_aliases = false;
    int alias_count = 0;
    std::vector<AddedColumn> added;
};

/// A column reference that was bound. column -1: a column of an open-ended item.
struct Reference {
    ColumnRef* node = nullptr;
    FromItem* item = nullptr;
    int column = -1;
    Query* written_in = nullptr;
    bool in_aggregate = false;
    bool system = false;          // ctid and its kind; column is -1
    bool after_grouping = false;  // in the target list, HAVING or ORDER BY of the item's query, or below

    [[nodiscard]] bool is_whole_row() const { return column < 0 && !system && !item->open_ended; }
};

/// A result column of a query level.
struct OutputColumn {
    std::string name;
    FromItem* item = nullptr;  // set for plain columns
    int column = -1;
    Shown shown = Shown::open;
    Node* value = nullptr;  // the expression, where the client wrote one
};

/// A `*` or `alias.*` of a target list.
struct Star {
    ResTarget* target = nullptr;
    FromItem* item = nullptr;  // nullptr: all of FROM
};

enum class CallRole { plain, aggregate, window };

struct Call {
    FuncCall* node = nullptr;
    bool notation = false;  // written row.function: `node` stands nowhere in the tree
    std::string schema;
    std::string name;
    CallRole role = CallRole::plain;
    Query* level = nullptr;  // of an aggregate: the query that it aggregates
};

/// ROW(alias.*), or VALUES (alias.*): stands for the columns one by one.
struct RowStar {
    List** list = nullptr;
    ColumnRef* node = nullptr;
    FromItem* item = nullptr;
};

/// row.function, which calls the function with the row.
struct Notation {
    ColumnRef* node = nullptr;
    ColumnRef* row = nullptr;  // bound as a whole row
    Call* call = nullptr;
};

/// `phone = $1` where an exact search of a masked column is allowed.
struct Search {
    Node** slot = nullptr;
    FromItem* item = nullptr;  // of a table
    int column = -1;
    ColumnRef* name = nullptr;  // of the column, within the comparison
    bool folded = false;        // compared without regard to case or to blanks around it
    /// The sub-selects, WITH queries and views that pass the column on as it is, the outermost first.
    std::vector<FromItem*> through = {};

    /// What the comparison names.
    [[nodiscard]] const FromItem* named() const { return through.empty() ? item : through.front(); }
};

struct NameEntry {
    FromItem* item = nullptr;
    bool by_alias = true;   // alias.column finds it
    bool by_column = true;  // a bare column name finds it
};

/// What the names of a FROM clause lead to.
class NameIndex {
public:
    struct Found {
        FromItem* item = nullptr;
        int column = -1;
        int count = 0;  // more than one: ambiguous
    };
    using ByName = boost::unordered_flat_map<std::string_view, Found>;

    [[nodiscard]] Found alias(const std::vector<NameEntry>& names, std::string_view name);
    [[nodiscard]] Found column(const std::vector<NameEntry>& names, std::string_view name);
    /// The names are others now.
    void forget();

private:
    // Where they are many; made when first asked.
    ByName aliases_;
    ByName columns_;
};

/// One SELECT, VALUES or set operation; or what a statement that changes rows reads.
struct Query {
    enum class Kind { select, values, set_operation };
    enum class Place { top, from, cte, arm, expression };
    Kind kind = Kind::select;
    Place place = Place::top;
    SelectStmt* node = nullptr;  // of a statement that changes rows: made to hold what it reads
    Modify* modify = nullptr;    // of a statement that changes rows
    SubLink* link = nullptr;     // of a sub-query in an expression
    bool limits_rows = false;    // a sub-query in LIMIT or OFFSET
    bool inserted = false;       // the source of an INSERT: DEFAULT may stand in its VALUES
    Query* parent = nullptr;
    Cte* cte = nullptr;  // whose query this is
    bool after_grouping =
        false;                  // the expression that holds it stands in the target list, HAVING or ORDER BY
    bool sees_siblings = true;  // false: a sub-select in FROM without LATERAL
    std::vector<FromItem*> from;
    std::vector<FromItem*> leaves;  // every item of FROM that is no join
    std::vector<NameEntry> names;
    NameIndex index;  // of `names`
    std::vector<Cte*> ctes;
    std::unordered_map<std::string_view, Cte*> cte_names;
    bool recursive_with = false;
    Query* left = nullptr;
    Query* right = nullptr;
    std::vector<OutputColumn> outputs;
    std::vector<std::string> searched;  // hidden columns: what a search around it compares in it
    bool open_ended = false;
    bool aggregates = false;  // has an aggregate of its own
    bool windows = false;
    bool sets = false;                // calls a set-returning function
    std::vector<Query*> sub_queries;  // in expressions
    std::vector<Star> stars;
    std::vector<Reference> references;  // to items of this level
    std::vector<Call*> calls;           // windows and aggregates of this level

    [[nodiscard]] bool grouped() const {
        return aggregates || node->groupClause != nullptr || node->havingClause != nullptr;
    }
};

/// A name that must be printed with its schema: a function, type, relation or a constant cast to reg*.
struct Qualify {
    /// database: the name of the database in front is left out instead. temporary: the whole name is another
    /// one, and the client's becomes the alias where there is none.
    enum class Kind { list, relation, constant, database, temporary };
    Kind kind = Kind::list;
    List** names = nullptr;  // list, database: funcname or TypeName's names
    RangeVar* range_var = nullptr;
    A_Const* constant = nullptr;
    std::string schema;  // constant: the whole new text; temporary: what the database calls it
    int location = -1;
    std::string alias = {};  // temporary: the client's name, where it gave no alias
};

/// schema.table.column or schema.table.*
struct Prefixed {
    ColumnRef* node = nullptr;
    FromItem* item = nullptr;
};

/// What a data-bearing name is used for, for facts.
struct FunctionMention {
    std::string schema;
    std::string name;
    int location = -1;
    FuncCall* call = nullptr;            // nullptr: written as x.name
    Query* query = nullptr;              // in which it is called
    const Relation* sequence = nullptr;  // that a constant argument of nextval and its kind names
};

/// How the client's text uses $n.
struct ParameterUses {
    int count = 0;
    int first_location = -1;
    Oid first_type = 0;  // of the column that its first use is compared with; 0: not known
    bool searched = false;
};

struct View;

/// Everything that was found out about one text. The nodes belong to the parse tree. What others point to
/// stays where it is: in lists, which cost nothing while they are empty.
/// What becomes of the rows of a text. Those of a view are what the text around it makes of them.
enum class Rows {
    as_they_are,    // the answer
    all_come_out,   // each of them, by itself or in a group
    some_left_out,  // perhaps
};

struct Resolution {
    std::list<Query> queries;
    std::list<FromItem> items;
    std::list<Cte> ctes;
    std::list<Call> calls;
    std::list<Modify> modifies;
    Query* root = nullptr;
    Rows rows = Rows::as_they_are;  // of root
    std::vector<Search> searches;
    std::vector<Qualify> qualify;
    std::vector<FunctionMention> functions;
    std::vector<std::pair<SQLValueFunction*, Query*>> current_schemas;  // CURRENT_SCHEMA without brackets
    std::vector<Prefixed> prefixed;
    std::vector<Reference> system_columns;  // of relations with a treatment
    std::vector<Reference> shown_as_null;   // counters of statistics, settings of roles
    std::vector<Reference> hidden_places;   // ctid and its kind, under Treatment::hides_places
    std::vector<Notation> notations;
    std::vector<RowStar> row_stars;
    std::unordered_set<const void*>
        compared_rows;                           // left of IN (SELECT ...), where ROW(...) is several values
    std::unordered_set<const void*> typed_rows;  // whole rows that must be of their relation's type
    boost::unordered_flat_map<const void*, Reference> bound;  // by ColumnRef
    std::unordered_map<int, ParameterUses> parameters;        // by number
    std::vector<std::pair<int, Oid>> cast_parameters;         // to types that conditions rely on
    std::unordered_set<const void*> constant_casts;           // of these, and of words to enums
    std::vector<std::unique_ptr<View>> views;
    std::list<RelationTreatment> all_open;  // of the relations of a row filter
    std::list<RelationTreatment> changed_views;
    std::vector<PatternParameter> pattern_parameters;
    std::optional<Error> fails_on_samples;  // an operator that may fail on values on which it is planned
    bool leak_safe = true;                  // no expression that could reveal a row below a filter
    bool locks_rows = false;
    std::vector<const FromItem*> locked;  // by FOR UPDATE and its kind
};

/// The definition of a view that is read: a text of its own, expanded where the view stands.
struct View {
    const Relation* relation = nullptr;
    std::string text;
    SelectStmt* select = nullptr;
    Resolution resolution;
};

}  // namespace sql::resolve
