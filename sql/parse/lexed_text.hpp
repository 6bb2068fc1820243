#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sql/parse/tokens.hpp"
#include "sql/parse/tree_memory.hpp"

namespace sql::parse {

/// A text that passed the guard, without its comments, and its tokens. Nobody changes it. Belongs to the
/// thread that made it.
class LexedText {
public:
    /// A text comes twice, one after the other: for its shape, and when the shape is new, to be analyzed. The
    /// thread's last one is kept. Errors are those of the guard and of the lexer.
    [[nodiscard]] static Result<std::shared_ptr<const LexedText>> of(std::string_view source);

    LexedText(const LexedText&) = delete;
    LexedText& operator=(const LexedText&) = delete;
    ~LexedText() = default;

    /// Every offset is that of the source.
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const Tokens& tokens() const { return *tokens_; }

private:
    LexedText(std::string_view source, std::string text) : source_(source), text_(std::move(text)) {}

    std::string source_;
    std::string text_;
    TreeMemory memory_;
    std::optional<Tokens> tokens_;
};

}  // namespace sql::parse
