#include "sql/parse/lexed_text.hpp"

#include "sql/parse/guard.hpp"

namespace sql::parse {

Result<std::shared_ptr<const LexedText>> LexedText::of(std::string_view source) {
    static thread_local std::shared_ptr<const LexedText> last;
    if (last != nullptr && last->source_ == source) return last;
    auto blanked = blank_comments(source);
    if (!blanked) return blanked.error();
    std::shared_ptr<LexedText> made(new LexedText(source, std::move(*blanked)));
    auto tokens = Tokens::of(made->memory_, made->text_);
    if (!tokens) return tokens.error();
    made->tokens_ = std::move(*tokens);
    constexpr std::size_t longest_kept = 16UL * 1024;
    last = made->text_.size() <= longest_kept ? made : nullptr;
    return std::shared_ptr<const LexedText>(std::move(made));
}

}  // namespace sql::parse
