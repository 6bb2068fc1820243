#pragma once

#include <set>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

struct Node;
struct RangeVar;
struct SelectStmt;

namespace sql::verify {

[[nodiscard]] Error defect(std::string what);

/// The names that WITH clauses give around a place in the tree.
struct Scope {
    const Scope* outer = nullptr;
    std::set<std::string, std::less<>> ctes = {};
    const SelectStmt* select = nullptr;  // whose parts are walked; nullptr: another statement's

    [[nodiscard]] bool has(std::string_view name) const;
};

/// Walks a statement as verify_statement says. The depth of its query must have been bounded before.
class Walk {
public:
    Walk(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment)
        : memory_(memory), catalog_(catalog), treatment_(treatment) {}

    [[nodiscard]] Result<void> statement(Node* statement);

private:
    Result<void> select(SelectStmt* select, const Scope* scope);
    Result<void> node(Node* node, const Scope& scope);
    Result<void> children(Node* node, const Scope& scope);
    Result<void> with_clause(SelectStmt* select, Scope& scope);
    Result<void> relation(const RangeVar* name, const Scope& scope);
    [[nodiscard]] bool is_pinned(const Relation& relation, const SelectStmt& select);
    [[nodiscard]] const RelationTreatment* treatment_of(Oid relation) const;
    [[nodiscard]] bool reads_treated(const Relation& view) const;

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Treatment& treatment_;
};

}  // namespace sql::verify
