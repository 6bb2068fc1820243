#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sql/edits/select_places.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tokens.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/print/edit_list.hpp"
#include "sql/resolve/model.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// One text of a statement (its own, a view's, a row filter's): its tokens, and the raw tree that they parse
/// to. What changes is changed in both alike, so that the tree is what the printed text must parse to.
/// Places in the text are token indices, ranges of them are [first, last).
class StatementText {
public:
    using Query = resolve::Query;
    using FromItem = resolve::FromItem;

    /// `begin` and `end` are the text's bytes. Tokens, memory and resolution must outlive it.
    StatementText(parse::TreeMemory& memory, const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                  resolve::Resolution& resolution);

    [[nodiscard]] parse::TreeMemory& memory() const { return memory_; }
    [[nodiscard]] const parse::Tokens& tokens() const { return tokens_; }
    [[nodiscard]] const resolve::Resolution& resolution() const { return found_; }

    // Changes (statement_text.cpp)
    void replace_tokens(std::size_t first, std::size_t last, std::string text);
    /// Behind the token before it.
    void insert_at(std::size_t token, std::string text,
                   print::EditList::Clause clause = print::EditList::Clause::none);
    Result<void> append_grouping(Query& query, const std::vector<std::string>& keys);
    /// In front of the client's condition, which stays one operand.
    Result<void> add_where(Query& query, const std::vector<std::string>& conditions);
    /// The client's condition is asked only of groups for which these hold: PostgreSQL would ask conditions
    /// that AND joins in an order of its own, and those over keys alone of single rows.
    Result<void> add_having(Query& query, const std::vector<std::string>& conditions);
    /// Of a query below another one: OFFSET 0, so that PostgreSQL moves no condition from above into it.
    Result<void> keep_conditions_out(Query& query);
    Result<Node*> parse_expression(const std::string& text);

    // Parts that are said once more, in another place (print_again.cpp)
    /// As the client wrote it, but for names: before anything was changed in it.
    Result<std::string> print_again(std::size_t first, std::size_t last) const;
    /// With all that was changed in it so far: what is not said alike does not mean the same.
    Result<std::string> print_edited(std::size_t first, std::size_t last) const;
    /// The text of these tokens, or bytes, was printed apart: nothing more is to be changed in it.
    void was_printed_apart(std::size_t first, std::size_t last);
    void bytes_were_printed_apart(std::size_t begin, std::size_t end);
    [[nodiscard]] bool is_printed_apart(std::size_t byte) const;
    /// The names in these bytes, as they are said where their tree is parsed anew.
    void say_names(std::size_t begin, std::size_t end, print::EditList& edits) const;
    /// How many leading parts of a name with a schema are not said: a sub-select is known by its alias alone.
    [[nodiscard]] static int parts_left_out(const resolve::Prefixed& name);
    void leave_out_prefix(const resolve::Prefixed& name, print::EditList& edits) const;
    /// How a name of the client's is said, so that it means what it was checked to mean.
    void qualify_text(const resolve::Qualify& name, print::EditList& edits) const;
    /// The tokens of a window's name, or of its definition with its brackets.
    [[nodiscard]] Result<std::pair<std::size_t, std::size_t>> over_clause(const resolve::Call& call) const;

    // Places (spans.cpp)
    [[nodiscard]] Result<SelectPlaces> places(const Query& query) const;
    [[nodiscard]] std::size_t token_at(int location) const { return tokens_.token_at(location); }
    /// The bracket that opens the arguments of a call.
    [[nodiscard]] std::size_t arguments_of(const resolve::Call& call) const;
    [[nodiscard]] std::size_t end_of_reference(const ColumnRef* ref) const {
        return token_at(ref->location) + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1;
    }
    [[nodiscard]] std::optional<std::size_t> first_of_from(const Query& query) const;
    [[nodiscard]] std::size_t from_word(std::size_t first) const;
    [[nodiscard]] Result<std::size_t> first_token(const Query& query) const;
    [[nodiscard]] Result<std::size_t> end_of(const Query& query) const;
    [[nodiscard]] Result<std::pair<std::size_t, std::size_t>> span_of(const Query& query) const;
    [[nodiscard]] Result<std::pair<std::size_t, std::size_t>> core_of(const Query& query) const;
    /// TABLE x.
    [[nodiscard]] static bool is_table_command(const Query& query);
    /// A SELECT whose text has no target.
    [[nodiscard]] bool is_bare(const Query& query) const { return bare_.contains(&query); }
    /// The word TABLE of TABLE x.
    [[nodiscard]] std::optional<std::size_t> table_command_of(const RangeVar& name) const;

protected:
    /// Conditions joined by AND: in the text, and as operands in the tree.
    struct Conjunction {
        std::string text;
        List* operands = nullptr;
    };
    Result<Conjunction> conjunction_of(const std::vector<std::string>& conditions);
    [[nodiscard]] Node* and_of(List* operands) const;

    parse::TreeMemory& memory_;
    const parse::Tokens& tokens_;
    std::size_t begin_;
    std::size_t end_;
    resolve::Resolution& found_;
    print::EditList edits_;
    print::EditList* into_ = &edits_;  // what is written now: the text itself or a copy of a part of it
    bool copying_ = false;             // a copy has no tree of its own
    bool is_of_view_ = false;          // its outermost query stands in another one

private:
    Result<std::string> print_part(std::size_t first, std::size_t last, const print::EditList& edits) const;
    [[nodiscard]] std::optional<std::size_t> from_keyword(const Query& query) const;
    void print_temporary(const resolve::Qualify& name, print::EditList& edits) const;

    std::unordered_set<const Query*> bare_;
    std::unordered_map<const Query*, std::size_t> first_targets_;  // tokens, as the client wrote them
    std::unordered_map<const Query*, std::size_t> first_values_;   // of VALUES: the same
    std::vector<std::pair<std::size_t, std::size_t>> apart_;       // bytes
};

}  // namespace sql::edits
