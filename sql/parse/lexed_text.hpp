#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sql/parse/tokens.hpp"
#include "sql/parse/tree_memory.hpp"

namespace sql::parse {

/// A text without comments and its tokens, which nobody changes. Belongs to the thread that made it.
class LexedText {
public:
    /// A text comes twice, one after the other: for its shape, and when the shape is new, to be analyzed. The
    /// thread's last one is kept.
    [[nodiscard]] static Result<std::shared_ptr<const LexedText>> of(std::string_view blanked);

    LexedText(const LexedText&) = delete;
    LexedText& operator=(const LexedText&) = delete;
    ~LexedText() = default;

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] const Tokens& tokens() const { return *tokens_; }

private:
    explicit LexedText(std::string_view text) : text_(text) {}

    std::string text_;
    TreeMemory memory_;
    std::optional<Tokens> tokens_;
};

}  // namespace sql::parse
