#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/document_paths.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"
#include "sql/verify/shown_names.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// The columns that are named below `root`, outside of sub-queries.
[[nodiscard]] std::vector<Node*> columns_in(Node* root);
/// a = b, of two columns.
[[nodiscard]] bool equates_columns(const Node* condition);

/// What is known of a masked sub-select in FROM by its output columns.
struct Person {
    std::string alias;
    std::vector<std::set<std::string, std::less<>>> keys = {};  // of each subject: the columns that hold it
    /// Of the columns that are masked; nullptr: as a whole, not by paths of a document.
    std::map<std::string, const mask::Document*, std::less<>> masked = {};
    bool has_one_row = false;  // nobody is in two of its rows

    /// As an alias list calls its columns, each by its place.
    void rename(const std::vector<std::pair<std::string, std::string>>& names) {
        const auto in_new_words = [&](const std::set<std::string, std::less<>>& old) {
            std::set<std::string, std::less<>> renamed;
            for (const auto& [from, to] : names) {
                if (old.contains(from)) renamed.insert(to);
            }
            return renamed;
        };
        std::map<std::string, const mask::Document*, std::less<>> old = std::exchange(masked, {});
        for (const auto& [from, to] : names) {
            if (const auto known = old.find(from); known != old.end()) masked.emplace(to, known->second);
        }
        for (auto& key : keys)
            key = in_new_words(key);
    }
};

/// The FROM of one query of a role that may see only aggregates.
class GroupedFrom {
public:
    /// All must outlive it.
    GroupedFrom(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
                const SelectStmt* select)
        : memory_(memory), catalog_(catalog), treatment_(treatment), select_(select) {}

    /// Fills what follows. Errors with verify_failed for people who could not be counted.
    Result<void> read();

    /// `fields` of a ColumnRef: a key of people, or a masked column of theirs.
    [[nodiscard]] bool names_a_key(const List* fields) const;
    [[nodiscard]] bool names_a_mask(const List* fields) const;
    /// A document, by a path that no mask changes.
    [[nodiscard]] bool reads_open_path(const DocumentPath& path) const;
    /// Whether nothing is joined.
    [[nodiscard]] bool is_one_item() const { return list_length(select_->fromClause) == 1 && joined.empty(); }

    std::vector<const SelectStmt*> guarded = {};  // the masked sub-selects
    std::vector<Person> people = {};              // of each of them
    std::vector<Node*> joined = {};               // the conditions of joins
    std::set<std::string> merged = {};            // named by USING
    std::set<std::string> masked = {};            // what masked columns are called where tables are joined
    ShownNames names = {};
    bool only_tables = true;  // and masked sub-selects, and what is worked out of each person
    bool all_known = true;    // every column that its items have is among `names`
    bool outer = false;       // an outer join, whose columns may all be NULL

private:
    Result<void> item(Node* node);
    void table(const RangeVar* name);
    Result<void> sub_select(const RangeSubselect* sub);
    void outputs(const RangeSubselect* sub);
    bool person_table(const RangeSubselect* sub);

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Treatment& treatment_;
    const SelectStmt* select_;
};

}  // namespace sql::verify
