#include "sql/print/print.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sql/print/quote.hpp"

namespace sql::print {

using parse::Token;
using parse::TokenKind;

void append_spelled(const Token& token, std::string& text) {
    switch (token.kind) {
        case TokenKind::identifier: return append_identifier(token.value, text);
        case TokenKind::string: return append_string(token.value, text);
        // No spelling of its digits needs an escape: the lexer ends it at the first quote.
        case TokenKind::bit_string:
            text += fmt::format("{}'{}'", token.value.front(), token.value.substr(1));
            return;
        case TokenKind::keyword:
        case TokenKind::number:
        case TokenKind::parameter:
        case TokenKind::op: text += token.value; return;
    }
}

std::string spelled(const Token& token) {
    std::string text;
    append_spelled(token, text);
    return text;
}

namespace {

/// How append_spelled() begins.
char first_character(const Token& token) {
    switch (token.kind) {
        case TokenKind::identifier: return '"';
        case TokenKind::string: return needs_escapes(token.value) ? 'E' : '\'';
        case TokenKind::bit_string:
        case TokenKind::keyword:
        case TokenKind::number:
        case TokenKind::parameter:
        case TokenKind::op: return token.value.front();
    }
    return token.value.front();
}

bool opens(char c) { return c == '(' || c == '['; }
bool hugs_left(char c) { return c == ')' || c == ']' || c == ',' || c == ';' || c == '.'; }
bool ends_operand(char c) {
    return c == ')' || c == ']' || c == '"' || c == '\'' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

/// Appends tokens and edits to one text, parted by blanks where they must be.
class Writer {
public:
    Writer(std::size_t bytes, std::size_t tokens) {
        printed_.text.reserve(bytes);
        printed_.spans.reserve(tokens);
    }

    /// The token must outlive the writer.
    void token(const Token& token) {
        part(first_character(token), token.is_op(".."), &token);
        const std::size_t at = printed_.text.size();
        append_spelled(token, printed_.text);
        // The lexer's tokens are placed by their first byte; errors point there.
        const std::size_t length = std::min<std::size_t>(printed_.text.size() - at, token.end - token.begin);
        printed_.spans.push_back(CopiedSpan{at, token.begin, length});
        previous_ = &token;
    }

    void piece(const Printed& piece) {
        if (piece.text.empty()) return;
        part(piece.text.front(), piece.text.starts_with(".."), nullptr);
        for (CopiedSpan span : piece.spans) {
            span.printed += printed_.text.size();
            printed_.spans.push_back(span);
        }
        printed_.text += piece.text;
        previous_ = nullptr;
    }

    Printed take() { return std::move(printed_); }

private:
    // Two tokens that stood side by side may still need a blank: "a"b are two, "a""b" is one.
    void part(char right, bool range_dots, const Token* token) {
        if (printed_.text.empty()) return;
        const char left = printed_.text.back();
        const bool number = token != nullptr && token->kind == TokenKind::number;
        const bool after_number = previous_ != nullptr && previous_->kind == TokenKind::number;
        if (opens(left)) return;
        if (left == '.' && !after_number && !is_range_dots()) return;
        if (hugs_left(right) && !(right == '.' && (number || after_number || range_dots))) return;
        if (token != nullptr && previous_ != nullptr && side_by_side(*token)) return;
        printed_.text += ' ';
    }

    [[nodiscard]] bool is_range_dots() const { return previous_ != nullptr && previous_->is_op(".."); }

    // f( and a[ as they were written, and x::type.
    [[nodiscard]] bool side_by_side(const Token& token) const {
        const bool name = previous_->kind == TokenKind::identifier || previous_->kind == TokenKind::keyword;
        if (name && token.opens_bracket()) return previous_->end == token.begin;
        if (token.is_op("::")) return ends_operand(printed_.text.back());
        return previous_->is_op("::") && token.kind != TokenKind::op;
    }

    Printed printed_;
    const Token* previous_ = nullptr;  // none at the begin and behind an edit
};

Error misplaced(const char* what) { return Error{.code = Errc::verify_failed, .message = what}; }

/// The edits that belong to a range of tokens, checked.
struct Selection {
    std::vector<const EditList::Replacement*> replacements;
    std::vector<const EditList::Insertion*> insertions;
};

bool begins_token(std::span<const Token> tokens, std::size_t at) {
    return std::ranges::binary_search(tokens, at, {}, &Token::begin);
}
bool ends_token(std::span<const Token> tokens, std::size_t at) {
    return std::ranges::binary_search(tokens, at, {}, &Token::end);
}

Result<Selection> select_edits(std::span<const Token> tokens, std::size_t begin, std::size_t end,
                               const EditList& edits) {
    Selection selection{edits.replacements(begin, end), edits.insertions(begin, end)};
    std::size_t replaced = 0;
    for (const auto* replacement : selection.replacements) {
        if (replacement->begin < begin || replacement->end > end)
            return misplaced("an edit reaches over the printed range");
        if (replacement->begin >= replacement->end || !begins_token(tokens, replacement->begin) ||
            !ends_token(tokens, replacement->end)) {
            return misplaced("an edit cuts a token");
        }
        if (replaced > replacement->begin) return misplaced("two edits overlap");
        replaced = replacement->end;
    }
    auto replacement = selection.replacements.begin();
    for (const auto* insertion : selection.insertions) {
        if (!(insertion->behind ? ends_token(tokens, insertion->at) : begins_token(tokens, insertion->at))) {
            return misplaced("an insertion cuts a token");
        }
        while (replacement != selection.replacements.end() && (*replacement)->end <= insertion->at)
            ++replacement;
        const bool hidden =
            replacement != selection.replacements.end() && insertion->at > (*replacement)->begin;
        if (hidden) return misplaced("an insertion lies in a replaced range");
    }
    return selection;
}

}  // namespace

Result<Printed> print(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                      const EditList& edits) {
    const auto range = tokens.within(begin, end);
    auto selection = select_edits(range, begin, end, edits);
    if (!selection) return selection.error();

    std::size_t bytes = end - begin + 3 * range.size();  // quotes and blanks
    for (const auto* replacement : selection->replacements)
        bytes += replacement->by.text.size();
    for (const auto* inserted : selection->insertions)
        bytes += inserted->what.text.size() + 1;
    Writer writer(bytes, range.size());
    auto insertion = selection->insertions.begin();
    auto replacement = selection->replacements.begin();
    // Everything that belongs in front of the byte `at`; what is behind a token that ends there comes first.
    const auto insert_up_to = [&](std::size_t at) {
        for (; insertion != selection->insertions.end() && (*insertion)->at <= at; ++insertion)
            writer.piece((*insertion)->what);
    };
    for (std::size_t i = 0; i < range.size();) {
        insert_up_to(range[i].begin);
        if (replacement != selection->replacements.end() && (*replacement)->begin == range[i].begin) {
            writer.piece((*replacement)->by);
            while (i < range.size() && range[i].end <= (*replacement)->end)
                ++i;
            ++replacement;
        } else {
            writer.token(range[i++]);
        }
    }
    insert_up_to(end);
    return writer.take();
}

}  // namespace sql::print
