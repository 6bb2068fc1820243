#include "sql/parse/parse_tree.hpp"

#include <algorithm>

#include "sql/parse/carried.hpp"
#include "sql/parse/known_fragments.hpp"
#include "sql/parse/lexed_text.hpp"
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

// What stands before an expression to make a statement of it.
constexpr std::string_view select_word = "SELECT ";

// The expression of SELECT <expression>, when nothing else stands in the statement; else nullptr.
Node* only_expression(TreeMemory& memory, const SelectStmt* select) {
    if (list_length(select->targetList) != 1) return nullptr;
    auto* target = static_cast<ResTarget*>(linitial(select->targetList));
    if (target->name != nullptr || target->indirection != nullptr) return nullptr;

    SelectStmt* bare = memory.make<SelectStmt>(T_SelectStmt);
    bare->targetList = select->targetList;
    bare->limitOption = LIMIT_OPTION_COUNT;
    bare->op = SETOP_NONE;
    const bool nothing_else =
        memory.equal(reinterpret_cast<const Node*>(bare), reinterpret_cast<const Node*>(select));
    return nothing_else ? target->val : nullptr;
}

// `select` is nullptr where the text is anything but one SELECT.
Result<SelectFragment> parse_fragment(TreeMemory& memory, std::string_view text) {
    auto& known = KnownFragments::of_this_thread();
    if (const Node* tree = known.find(text))
        return SelectFragment{reinterpret_cast<SelectStmt*>(memory.copy(tree)), std::string(text)};

    const GuardLimits limits;
    auto blanked = blank_comments(text, limits);
    if (!blanked) return blanked.error();
    auto parsed = memory.parse(*blanked);
    if (!parsed) return parsed.error();
    Node* statement = list_length(*parsed) == 1 ? static_cast<RawStmt*>(linitial(*parsed))->stmt : nullptr;
    if (statement == nullptr || nodeTag(statement) != T_SelectStmt)
        return SelectFragment{nullptr, std::move(*blanked)};
    if (auto shallow = check_tree_depth(memory, statement, limits.tree_depth); !shallow)
        return shallow.error();
    if (*blanked == text) known.keep(text, statement);
    return SelectFragment{reinterpret_cast<SelectStmt*>(statement), std::move(*blanked)};
}

}  // namespace

bool ParseTree::is_walkable(const Node* statement) {
    return is_query(innermost(const_cast<Node*>(statement)));
}

Result<ParseTree> ParseTree::of(std::string_view text, const GuardLimits& limits) {
    auto blanked = blank_comments(text, limits);
    if (!blanked) return blanked.error();
    return of_blanked(std::move(*blanked), limits.tree_depth);
}

Result<ParseTree> ParseTree::of(const LexedText& text) {
    return of_blanked(text.text(), GuardLimits{}.tree_depth);
}

Result<ParseTree> ParseTree::of_blanked(std::string text, int tree_depth) {
    ParseTree tree(std::make_unique<TreeMemory>(), std::move(text));
    auto parsed = tree.memory_->parse(tree.text_);
    if (!parsed) return parsed.error();

    for (int i = 0; i < list_length(*parsed); ++i) {
        const auto* raw = static_cast<const RawStmt*>(list_nth(*parsed, i));
        const auto begin = static_cast<std::size_t>(raw->stmt_location);
        const auto end =
            raw->stmt_len == 0 ? tree.text_.size() : begin + static_cast<std::size_t>(raw->stmt_len);
        Node* query = query_of(*tree.memory_, raw->stmt);
        if (query != nullptr) {
            if (auto shallow = check_tree_depth(*tree.memory_, query, tree_depth); !shallow)
                return shallow.error();
        }
        tree.statements_.push_back(Statement{raw->stmt, begin, end});
    }
    return tree;
}

Result<SelectFragment> parse_select_fragment(TreeMemory& memory, std::string_view text) {
    auto fragment = parse_fragment(memory, text);
    if (fragment && fragment->select == nullptr)
        return Error{.code = Errc::syntax_error, .message = "exactly one SELECT is expected here"};
    return fragment;
}

Result<const SelectStmt*> shared_select_fragment(TreeMemory& memory, std::string_view text) {
    if (const Node* tree = KnownFragments::of_this_thread().lend(text, memory))
        return reinterpret_cast<const SelectStmt*>(tree);
    auto fragment = parse_select_fragment(memory, text);
    if (!fragment) return fragment.error();
    return fragment->select;
}

Result<ExpressionFragment> parse_expression_fragment(TreeMemory& memory, std::string_view text) {
    auto fragment = parse_fragment(memory, std::string(select_word).append(text));
    if (!fragment) {
        Error error = fragment.error();
        if (error.offset) *error.offset -= std::min(*error.offset, select_word.size());
        return error;
    }
    Node* expression = fragment->select == nullptr ? nullptr : only_expression(memory, fragment->select);
    if (expression == nullptr) return not_one_expression();
    return ExpressionFragment{expression, std::move(fragment->text), select_word.size()};
}

bool means(TreeMemory& memory, const Node* node, std::string_view expression) {
    const Node* known = KnownFragments::of_this_thread().find(std::string(select_word).append(expression));
    if (known != nullptr) {
        const Node* meant = only_expression(memory, reinterpret_cast<const SelectStmt*>(known));
        return meant != nullptr && memory.equal(node, meant);
    }
    const auto parsed = parse_expression_fragment(memory, expression);
    return parsed && memory.equal(node, parsed->expression);
}

}  // namespace sql::parse
