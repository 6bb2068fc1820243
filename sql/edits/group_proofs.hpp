#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sql/edits/and_conditions.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/statement_text.hpp"
#include "sql/summaries.hpp"

namespace sql::edits {

/// Makes HAVING prove that every group of a query holds enough people, and that each condition leaves out
/// nobody or enough of them: so of two statements that differ by one person, not both are answered. WHERE
/// becomes a FILTER of every aggregate, so that those whom it leaves out can be counted beside the others.
/// An aggregate leaves out whoever has no value: that is a condition, too.
class GroupProofs {
public:
    /// `keys` are the expressions by which people are counted, `min_group` is how many are enough. `grouped`
    /// and `query` are the same query, in `text`; all must outlive the proofs.
    GroupProofs(StatementText& text, const GroupedQuery& grouped, resolve::Query& query,
                std::vector<std::string> keys, int min_group);

    /// `pins` are conditions that stay in WHERE. Errors with not_aggregated for a condition that could single
    /// out a person.
    [[nodiscard]] Result<void> add(const std::vector<std::string>& pins);
    /// Whether a condition may leave out too few of a group, which is not shown then.
    [[nodiscard]] bool has_conditions() const { return has_conditions_; }

private:
    /// One of the conditions that AND joins.
    struct Conjunct {
        std::string text;
        Node* node = nullptr;
        bool joins = false;                   // a column of one table equals a column of another
        std::vector<std::string> sides = {};  // two, that OR joins, of one column each
    };
    using Conjuncts = std::vector<Conjunct>;

    Result<Conjuncts> conjuncts_of(Node* condition, std::size_t first, std::size_t last) const;
    Result<std::vector<std::string>> sides_of(const Node* condition, std::size_t first,
                                              std::size_t last) const;
    void prove_sides(const std::vector<std::string>& texts, std::size_t place, const Conjunct& either);
    void ask(const std::string& key, const std::string& condition, const std::string& how_many);
    Result<Conjuncts> take_where(const std::vector<std::string>& pins);
    Result<void> replace_where(const SelectPlaces& where, const std::vector<std::string>& kept);
    Result<void> filter_aggregate(resolve::Call& call, const Conjuncts& conditions);
    Result<void> prove_argument(const resolve::Call& call, const Conjuncts& chosen);
    Result<void> prove_choice(const CaseExpr* choice, Weighing weighs, const Conjuncts& chosen);
    Result<void> prove_values(Node* values, const std::vector<TokenRange>& texts, Weighing weighs,
                              const Conjuncts& chosen);
    void prove(const Conjuncts& base, const Conjuncts& conditions, bool must_hold);
    void prove_absent(const std::string& key, const std::string& before, const std::string& chosen);
    void add_proof(std::string proof);

    StatementText& text_;
    const GroupedQuery& grouped_;
    resolve::Query& query_;
    std::vector<std::string> keys_;
    int enough_;
    std::string none_or_enough_;  // how many are counted
    bool tells_who_is_absent_;
    std::vector<std::string> having_;
    std::size_t proof_bytes_ = 0;
    bool too_many_ = false;
    bool has_conditions_ = false;
};

}  // namespace sql::edits
