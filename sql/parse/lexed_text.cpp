#include "sql/parse/lexed_text.hpp"

namespace sql::parse {

Result<std::shared_ptr<const LexedText>> LexedText::of(std::string_view blanked) {
    static thread_local std::shared_ptr<const LexedText> last;
    if (last != nullptr && last->text_ == blanked) return last;
    std::shared_ptr<LexedText> made(new LexedText(blanked));
    auto tokens = Tokens::of(made->memory_, made->text_);
    if (!tokens) return tokens.error();
    made->tokens_ = std::move(*tokens);
    constexpr std::size_t longest_kept = 16UL * 1024;
    last = made->text_.size() <= longest_kept ? made : nullptr;
    return std::shared_ptr<const LexedText>(std::move(made));
}

}  // namespace sql::parse
