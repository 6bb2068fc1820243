#include "sql/own_settings.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sql/parse/guard.hpp"
#include "sql/parse/lexed_text.hpp"

namespace sql {
namespace {

using parse::Token;
using parse::TokenKind;

constexpr std::string_view own_prefix = "tabir";

/// SET, SHOW or RESET at the begin of a statement, perhaps with LOCAL or SESSION: the place behind it.
std::size_t behind_verb(std::span<const Token> tokens, std::size_t at) {
    const bool set = tokens[at].is_keyword("set");
    if (!set && !tokens[at].is_keyword("show") && !tokens[at].is_keyword("reset")) return at;
    ++at;
    const bool scope =
        set && at < tokens.size() && (tokens[at].is_keyword("local") || tokens[at].is_keyword("session"));
    return scope ? at + 1 : at;
}

bool names_own_setting(std::span<const Token> tokens, std::size_t at) {
    return at + 2 < tokens.size() && tokens[at].kind == TokenKind::identifier &&
           tokens[at].value == own_prefix && tokens[at + 1].is_op(".") && tokens[at + 2].is_keyword("user");
}

}  // namespace

bool may_name_own_setting(std::string_view text) {
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    return std::search(text.begin(), text.end(), own_prefix.begin(), own_prefix.end(), same) != text.end();
}

bool is_own_setting(std::string_view name) {
    return name.starts_with(own_prefix) && name.substr(own_prefix.size()).starts_with('.');
}

std::optional<std::string> with_quoted_settings(std::string_view text) {
    if (!may_name_own_setting(text)) return std::nullopt;
    const auto lexed = parse::LexedText::of(text);
    if (!lexed) return std::nullopt;
    const auto tokens = (*lexed)->tokens().all();
    std::optional<std::string> quoted;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (i > 0 && !tokens[i - 1].is_op(";")) continue;
        const std::size_t name = behind_verb(tokens, i);
        if (name == i || !names_own_setting(tokens, name)) continue;
        const Token& word = tokens[name + 2];
        if (!quoted) quoted.emplace();
        quoted->append(text.substr(copied, word.begin - copied)).append("\"user\"");
        copied = word.end;
    }
    if (quoted) quoted->append(text.substr(copied));
    return quoted;
}

}  // namespace sql
