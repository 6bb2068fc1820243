#include "sql/edits/from_places.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/select_places.hpp"

namespace sql::edits {
namespace {

using parse::Token;
using parse::TokenKind;

/// Reads table references as gram.y does (table_ref, joined_table). The text has parsed before.
class Reader {
public:
    explicit Reader(const parse::Tokens& tokens) : tokens_(tokens), all_(tokens.all()) {}

    std::vector<FromPlace> list(std::size_t from) {
        std::vector<FromPlace> places;
        at_ = from;
        do {
            ++at_;
            places.push_back(table_reference());
        } while (is_op(at_, ","));
        return failed_ ? std::vector<FromPlace>() : std::move(places);
    }

private:
    [[nodiscard]] bool is_op(std::size_t i, std::string_view op) const {
        return i < all_.size() && all_[i].is_op(op);
    }
    [[nodiscard]] bool is_word(std::size_t i, std::string_view word) const {
        return i < all_.size() && all_[i].is_keyword(word);
    }
    [[nodiscard]] std::size_t behind_bracket(std::size_t open) const {
        return std::min(tokens_.closing(open) + 1, all_.size());
    }

    // JOIN with all that may stand in front of it; the index of JOIN, or 0.
    [[nodiscard]] std::size_t join_word(std::size_t i) const {
        if (is_word(i, "natural")) ++i;
        if (is_word(i, "cross") || is_word(i, "inner")) {
            ++i;
        } else if (is_word(i, "left") || is_word(i, "right") || is_word(i, "full")) {
            ++i;
            if (is_word(i, "outer")) ++i;
        }
        return is_word(i, "join") ? i : 0;
    }

    FromPlace table_reference() {
        FromPlace left = item();
        for (std::size_t word = join_word(at_); word != 0 && !failed_; word = join_word(at_)) {
            FromPlace join;
            join.begin = left.begin;
            if (is_word(at_, "natural")) join.natural = at_;
            const bool qualified = join.natural == 0 && !is_word(at_, "cross");
            at_ = word + 1;
            join.left = std::make_unique<FromPlace>(std::move(left));
            // a JOIN b JOIN c ON ... ON ...: what needs a condition takes all that comes before it.
            join.right = std::make_unique<FromPlace>(qualified ? table_reference() : item());
            if (qualified) join.using_end = qualification();
            join.body_end = join.alias_end = join.end = at_;
            left = std::move(join);
        }
        return left;
    }

    // Moves behind it. Where the list of USING ends; 0 for ON.
    std::size_t qualification() {
        if (is_word(at_, "using")) {
            const std::size_t end = behind_bracket(at_ + 1);
            at_ = is_word(end, "as") ? end + 2 : end;
            return end;
        }
        failed_ = failed_ || !is_word(at_, "on");
        for (++at_; at_ < all_.size() && !ends_condition(at_);)
            at_ = is_op(at_, "(") || is_op(at_, "[") ? behind_bracket(at_) : at_ + 1;
        return 0;
    }

    [[nodiscard]] bool ends_condition(std::size_t i) const {
        if (all_[i - 1].is_op(".")) return false;  // a column of that name
        return is_op(i, ",") || is_op(i, ")") || is_op(i, "]") || is_op(i, ";") || is_word(i, "on") ||
               is_word(i, "using") || join_word(i) != 0 || is_clause(i);
    }
    [[nodiscard]] bool is_clause(std::size_t i) const { return i < all_.size() && begins_clause(all_, i); }

    FromPlace item() {
        FromPlace place;
        place.begin = at_;
        if (is_word(at_, "lateral")) ++at_;
        if (is_op(at_, "(")) {
            const std::size_t open = at_;
            const std::size_t close = tokens_.closing(open);
            if (!holds_select(open)) {
                ++at_;
                FromPlace inner = table_reference();
                if (at_ != close) failed_ = true;
                place.left = std::move(inner.left);
                place.right = std::move(inner.right);
                place.natural = inner.natural;
                place.using_end = inner.using_end;
            }
            at_ = std::min(close + 1, all_.size());
        } else {
            body();
        }
        place.body_end = at_;
        alias();
        place.alias_end = at_;
        if (is_word(at_, "tablesample")) {
            while (at_ < all_.size() && !is_op(at_, "("))
                ++at_;
            at_ = behind_bracket(at_);
            if (is_word(at_, "repeatable")) at_ = behind_bracket(at_ + 1);
        }
        place.end = at_;
        return place;
    }

    // Whether the bracket holds a SELECT, and not a join whose first item may be a bracketed SELECT itself.
    [[nodiscard]] bool holds_select(std::size_t open) const {
        const std::size_t first = open + 1;
        if (is_word(first, "select") || is_word(first, "values") || is_word(first, "table") ||
            is_word(first, "with"))
            return true;
        if (!is_op(first, "(") || !holds_select(first)) return false;
        const std::size_t behind = behind_bracket(first);
        return is_op(behind, ")") || is_clause(behind);
    }

    // A relation, or a function with its arguments.
    void body() {
        if (is_word(at_, "only")) {
            ++at_;
            if (is_op(at_, "(")) {
                at_ = behind_bracket(at_);
                return;
            }
        }
        if (is_word(at_, "rows") && is_word(at_ + 1, "from")) {
            at_ = behind_bracket(at_ + 2);
        } else {
            for (++at_; is_op(at_, "."); at_ += 2) {
            }
            if (is_op(at_, "*")) ++at_;
            if (is_op(at_, "(")) at_ = behind_bracket(at_);
        }
        if (is_word(at_, "with") && is_word(at_ + 1, "ordinality")) at_ += 2;
    }

    void alias() {
        if (is_word(at_, "as")) {
            ++at_;
            if (!is_op(at_, "(")) ++at_;  // AS (column type, ...) has no name
        } else if (at_ < all_.size() && join_word(at_) == 0 && !is_clause(at_) && !is_word(at_, "on") &&
                   !is_word(at_, "using") && !is_word(at_, "tablesample") &&
                   (all_[at_].kind == TokenKind::identifier || all_[at_].kind == TokenKind::keyword)) {
            ++at_;
        } else {
            return;
        }
        if (is_op(at_, "(")) at_ = behind_bracket(at_);
    }

    const parse::Tokens& tokens_;
    std::span<const Token> all_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

}  // namespace

std::vector<FromPlace> from_places(const parse::Tokens& tokens, std::size_t from) {
    return Reader(tokens).list(from);
}

}  // namespace sql::edits
