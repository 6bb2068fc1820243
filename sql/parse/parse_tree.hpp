#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"
#include "sql/parse/guard.hpp"
#include "sql/parse/tree_memory.hpp"

struct Node;
struct SelectStmt;

namespace sql::parse {

class LexedText;

/// One statement of a text. Locations in its tree are byte offsets into the whole text.
struct Statement {
    Node* node = nullptr;   // RawStmt::stmt
    std::size_t begin = 0;  // the statement's bytes, without its semicolon; white space may lead and trail
    std::size_t end = 0;
};

/// A sub-select that was parsed apart: a view's definition, a masked relation. Locations count from text's
/// begin.
struct SelectFragment {
    SelectStmt* select = nullptr;
    std::string text;  // comments blanked
};

/// An expression that was parsed apart: a mask, a row filter. It stands at [begin, text.size()) of `text`.
struct ExpressionFragment {
    Node* expression = nullptr;
    std::string text;
    std::size_t begin = 0;
};

/// A client's text and its statements. Belongs to the thread that made it.
class ParseTree {
public:
    /// Guards the text, parses it and bounds the depth of each tree. Errors carry the offset in `text`.
    [[nodiscard]] static Result<ParseTree> of(std::string_view text, const GuardLimits& limits = {});

    /// The same of a text that passed the guard.
    [[nodiscard]] static Result<ParseTree> of(const LexedText& text);

    /// The client's text with its comments blanked: every offset is the same.
    [[nodiscard]] const std::string& text() const { return text_; }
    /// Empty statements are left out.
    [[nodiscard]] std::span<const Statement> statements() const { return statements_; }
    /// True for SELECT, INSERT, UPDATE, DELETE and MERGE, and what wraps one (EXPLAIN, PREPARE, DECLARE,
    /// COPY, CREATE TABLE AS, CREATE VIEW): only their trees are of bounded depth, and only these may be
    /// walked.
    [[nodiscard]] static bool is_walkable(const Node* statement);
    /// Where this tree's nodes live. Fragments, copies and new nodes go there too.
    [[nodiscard]] TreeMemory& memory() const { return *memory_; }

private:
    [[nodiscard]] static Result<ParseTree> of_blanked(std::string text, int tree_depth);
    ParseTree(std::unique_ptr<TreeMemory> memory, std::string text)
        : memory_(std::move(memory)), text_(std::move(text)) {}

    std::unique_ptr<TreeMemory> memory_;
    std::string text_;
    std::vector<Statement> statements_;
};

/// Exactly one SELECT (or VALUES, or TABLE), guarded as a client's text is. A semicolon may end it.
[[nodiscard]] Result<SelectFragment> parse_select_fragment(TreeMemory& memory, std::string_view text);

/// The tree of the same. Others may share it: nobody may change it.
[[nodiscard]] Result<const SelectStmt*> shared_select_fragment(TreeMemory& memory, std::string_view text);

/// Exactly one expression, as it could stand in a target list, without a name. Offsets of errors are in
/// `text`.
[[nodiscard]] Result<ExpressionFragment> parse_expression_fragment(TreeMemory& memory, std::string_view text);

/// True if `node` is what `expression` parses to, wherever the two stand in their texts.
[[nodiscard]] bool means(TreeMemory& memory, const Node* node, std::string_view expression);

}  // namespace sql::parse
