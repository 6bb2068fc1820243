#include "sql/shape.hpp"

#include <algorithm>
#include <optional>

#include "sql/parse/lexed_text.hpp"
#include "sql/print/print.hpp"

namespace sql {
namespace {

using parse::Token;
using parse::TokenKind;

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Other spellings (1e3, .5, 5., 007) stay part of the shape: so equal values are spelled alike.
std::optional<char> kind_of_number(std::string_view text) {
    if (text.size() > 1 && text[0] == '0' && text[1] != '.') return std::nullopt;
    if (all_digits(text)) {
        constexpr std::string_view largest_int4 = "2147483647";
        const bool fits =
            text.size() < largest_int4.size() || (text.size() == largest_int4.size() && text <= largest_int4);
        return fits ? 'i' : 'l';
    }
    const auto point = text.find('.');
    if (point == std::string_view::npos) return std::nullopt;
    if (all_digits(text.substr(0, point)) && all_digits(text.substr(point + 1))) return 'd';
    return std::nullopt;
}

std::optional<char> kind_of_constant(const Token& token) {
    switch (token.kind) {
        case TokenKind::string: return 's';
        case TokenKind::number: return kind_of_number(token.value);
        case TokenKind::identifier:
        case TokenKind::keyword:
        case TokenKind::bit_string:
        case TokenKind::parameter:
        case TokenKind::op: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

Result<Shape> Shape::of(std::string_view text) {
    const auto lexed = parse::LexedText::of(text);
    if (!lexed) return lexed.error();
    const auto tokens = (*lexed)->tokens().all();

    Shape shape;
    shape.key_.reserve(text.size() + 3 * tokens.size());
    shape.tokens_.reserve(tokens.size());
    std::uint32_t end = 0;
    for (const Token& token : tokens) {
        // f (x) is printed as it was written, not as f(x).
        shape.key_ += token.opens_bracket() && token.begin == end ? '\1' : '\2';
        end = token.end;
        TokenPlace& place = shape.tokens_.emplace_back(TokenPlace{token.begin, token.end});
        if (const auto kind = kind_of_constant(token)) {
            shape.key_ += '\3';
            shape.key_ += *kind;
            const Constant& constant = shape.constants_.emplace_back(
                Constant{token.begin, token.end, *kind, std::string(token.value), print::spelled(token)});
            place.spelled = static_cast<std::uint32_t>(constant.spelled.size());
            continue;
        }
        const std::size_t begin = shape.key_.size();
        print::append_spelled(token, shape.key_);
        place.spelled = static_cast<std::uint32_t>(shape.key_.size() - begin);
    }
    return shape;
}

}  // namespace sql
