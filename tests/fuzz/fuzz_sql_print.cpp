// Any bytes as a client's text: an error, or statements that keep their meaning when they are printed.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sql/parse/parse_tree.hpp"
#include "sql/print/print.hpp"

using namespace sql::parse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto tree = ParseTree::of(text);
    if (!tree) {
        if (tree.error().message.empty() || tree.error().offset.value_or(0) > size) __builtin_trap();
        return 0;
    }
    if (tree->text().size() != size) __builtin_trap();
    const auto tokens = Tokens::of(tree->memory(), tree->text());
    if (!tokens) __builtin_trap();
    for (const Statement& statement : tree->statements()) {
        const auto printed = sql::print::print(*tokens, statement.begin, statement.end, {});
        if (!printed) __builtin_trap();
        const auto again = ParseTree::of(printed->text);
        if (!again || again->statements().size() != 1) __builtin_trap();
        if (!ParseTree::is_walkable(statement.node)) continue;
        if (!tree->memory().equal(statement.node, again->statements()[0].node)) __builtin_trap();
    }
    return 0;
}
