#include "sql/parse/parse_tree.hpp"

#include "sql/parse/carried.hpp"
#include "sql/parse/tree_depth.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

bool is_query(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_SelectStmt:
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt: return true;
        default: return false;  // utility statements
    }
}

Error not_one_expression() {
    return Error{.code = Errc::syntax_error, .message = "exactly one expression is expected here"};
}

// The expression of SELECT <expression>, when nothing else stands in the statement; else nullptr.
Node* only_expression(TreeMemory& memory, Node* statement) {
    if (nodeTag(statement) != T_SelectStmt) return nullptr;
    const auto* select = reinterpret_cast<const SelectStmt*>(statement);
    if (list_length(select->targetList) != 1) return nullptr;
    auto* target = static_cast<ResTarget*>(linitial(select->targetList));
    if (target->name != nullptr || target->indirection != nullptr) return nullptr;

    SelectStmt* bare = memory.make<SelectStmt>(T_SelectStmt);
    bare->targetList = select->targetList;
    bare->limitOption = LIMIT_OPTION_COUNT;
    bare->op = SETOP_NONE;
    return memory.equal(reinterpret_cast<Node*>(bare), statement) ? target->val : nullptr;
}

}  // namespace

bool ParseTree::is_walkable(const Node* statement) {
    return is_query(innermost(const_cast<Node*>(statement)));
}

Result<ParseTree> ParseTree::of(std::string_view text, const GuardLimits& limits) {
    auto blanked = blank_comments(text, limits);
    if (!blanked) return blanked.error();
    ParseTree tree(std::make_unique<TreeMemory>(), std::move(*blanked));
    auto parsed = tree.memory_->parse(tree.text_);
    if (!parsed) return parsed.error();

    for (int i = 0; i < list_length(*parsed); ++i) {
        const auto* raw = static_cast<const RawStmt*>(list_nth(*parsed, i));
        const auto begin = static_cast<std::size_t>(raw->stmt_location);
        const auto end =
            raw->stmt_len == 0 ? tree.text_.size() : begin + static_cast<std::size_t>(raw->stmt_len);
        Node* query = query_of(*tree.memory_, raw->stmt);
        if (query != nullptr) {
            if (auto shallow = check_tree_depth(*tree.memory_, query, limits.tree_depth); !shallow)
                return shallow.error();
        }
        tree.statements_.push_back(Statement{raw->stmt, begin, end});
    }
    return tree;
}

Result<SelectFragment> parse_select_fragment(TreeMemory& memory, std::string_view text) {
    const GuardLimits limits;
    auto blanked = blank_comments(text, limits);
    if (!blanked) return blanked.error();
    auto parsed = memory.parse(*blanked);
    if (!parsed) return parsed.error();
    Node* statement = list_length(*parsed) == 1 ? static_cast<RawStmt*>(linitial(*parsed))->stmt : nullptr;
    if (statement == nullptr || nodeTag(statement) != T_SelectStmt) {
        return Error{.code = Errc::syntax_error, .message = "exactly one SELECT is expected here"};
    }
    if (auto shallow = check_tree_depth(memory, statement, limits.tree_depth); !shallow)
        return shallow.error();
    return SelectFragment{reinterpret_cast<SelectStmt*>(statement), std::move(*blanked)};
}

Result<ExpressionFragment> parse_expression_fragment(TreeMemory& memory, std::string_view text) {
    static constexpr std::string_view prefix = "SELECT ";
    const GuardLimits limits;
    const auto in_text = [](Error error) {
        if (error.offset) error.offset = *error.offset < prefix.size() ? 0 : *error.offset - prefix.size();
        return error;
    };
    auto blanked = blank_comments(std::string(prefix).append(text), limits);
    if (!blanked) return in_text(blanked.error());
    auto parsed = memory.parse(*blanked);
    if (!parsed) return in_text(parsed.error());
    if (list_length(*parsed) != 1) return not_one_expression();
    Node* statement = static_cast<RawStmt*>(linitial(*parsed))->stmt;
    if (nodeTag(statement) == T_SelectStmt) {
        if (auto shallow = check_tree_depth(memory, statement, limits.tree_depth); !shallow)
            return shallow.error();
    }
    Node* expression = only_expression(memory, statement);
    if (expression == nullptr) return not_one_expression();
    return ExpressionFragment{expression, std::move(*blanked), prefix.size()};
}

}  // namespace sql::parse
