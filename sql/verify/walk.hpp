#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/resolve/changed_view.hpp"
#include "sql/treatment.hpp"

struct AlterTableStmt;
struct CallStmt;
struct IndexStmt;
struct VacuumStmt;
struct CopyStmt;
struct CreateStmt;
struct CreateTableAsStmt;
struct DropStmt;
struct InsertStmt;
struct List;
struct MergeStmt;
struct Node;
struct RangeVar;
struct RenameStmt;
struct SelectStmt;
struct TruncateStmt;
struct WithClause;

namespace sql::verify {

class StandIns;
class Target;
struct Level;

[[nodiscard]] Error defect(std::string what);

/// The names that WITH clauses give around a place in the tree.
struct Scope {
    const Scope* outer = nullptr;
    std::set<std::string, std::less<>> ctes = {};
    std::vector<Node*> conditions =
        {};                // without which nothing is read by the statement whose parts are walked
    bool in_from = false;  // a sub-select in the FROM of `outer`

    [[nodiscard]] bool has(std::string_view name) const;
};

/// Walks a statement as verify_statement says. The depth of its query must have been bounded before.
class Walk {
public:
    /// `stand_ins`: of masked sub-selects that need no look.
    Walk(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
         StandIns* stand_ins = nullptr)
        : memory_(memory), catalog_(catalog), treatment_(treatment), stand_ins_(stand_ins) {}

    [[nodiscard]] Result<void> whole(Node* statement);
    /// `select` is a masked sub-select of all rows of `relation`, whatever stands around it.
    [[nodiscard]] bool is_masked(SelectStmt* select, Oid relation);

private:
    /// A view over treated relations that is changed, and how it is shown then.
    struct Through {
        resolve::ChangedView changed;
        RelationTreatment treatment;
    };

    Result<void> statement(Node* statement);
    Result<void> grouped(const SelectStmt* select, bool below_another);
    Result<void> expressions(List* list);
    Result<void> locked(List* relations);
    Result<void> call(CallStmt* call);
    Result<void> select(SelectStmt* select, const Scope* outer, bool in_from = false);
    Result<void> node(Node* node, const Scope& scope);
    Result<void> children(Node* node, const Scope& scope);
    Result<void> with_clause(const WithClause* with, Scope& scope);
    // temporary.cpp
    Result<void> create(CreateStmt* create);
    Result<void> create_as(CreateTableAsStmt* create);
    Result<void> index(const IndexStmt* index);
    Result<void> kept(Node* expression);
    Result<void> analyze(const VacuumStmt* analyze) const;
    Result<void> drop(const DropStmt* drop) const;
    Result<void> truncate(const TruncateStmt* truncate) const;
    Result<void> alter(const AlterTableStmt* alter) const;
    Result<void> rename(const RenameStmt* rename) const;
    /// What a name with a schema means: a temporary table only by the name that the database knows.
    [[nodiscard]] const Relation* named(const RangeVar* name) const;
    // modify.cpp
    Result<void> modify(Node* statement, const Scope* outer);
    Result<void> insert(InsertStmt* insert, const Scope* outer);
    Result<void> merge(MergeStmt* merge, const Scope* outer);
    Result<void> copy_from(const CopyStmt* copy);
    Result<const Relation*> changed_relation(const RangeVar* name, bool deletes);
    [[nodiscard]] Result<Oid> table_changed_by(const Relation& relation);
    [[nodiscard]] const Through* through(const Relation& relation) const;
    Target target_of(const RangeVar* name, const Relation& relation);
    Result<void> may_change(const Relation& relation, const char* column) const;
    Result<void> inserted(const Relation& relation, const List* columns, const SelectStmt* source) const;
    [[nodiscard]] Result<void> held(const Target& target, const Relation& relation,
                                    const std::vector<Node*>& conditions);
    Result<void> items(List* list, const Scope& scope);
    Result<void> condition(Target& target, Node* condition, const Level& level, const Scope& scope);
    Result<void> assignments(Target& target, const Relation& relation, List* set, const Level& level,
                             const Scope& scope);
    Result<void> returned(Target& target, List* returning, const Level& level, const Scope& scope);
    Result<void> relation(const RangeVar* name, const Scope& scope);
    Result<void> sample(SelectStmt* select, const Scope& scope);
    [[nodiscard]] bool is_pinned(const Relation& relation, const Scope& scope);
    [[nodiscard]] const RelationTreatment* treatment_of(Oid relation) const;
    [[nodiscard]] bool reads_treated(const Relation& view) const;

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Treatment& treatment_;
    StandIns* stand_ins_;
    std::map<const Relation*, Through> changed_views_;
    std::vector<Node*> waiting_;             // children of the nodes on the way to where the walk is
    std::set<const SelectStmt*> ungrouped_;  // masked, and not known to stand in groups of enough people
    bool no_rows_ = false;                   // nothing is shown of whatever stands in it
    bool runs_ = true;  // false: EXPLAIN, which shows nothing by a name that may mean something else by now
};

}  // namespace sql::verify
