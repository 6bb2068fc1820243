#include "sql/edits/factors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sql/edits/errors.hpp"

namespace sql::edits {
namespace {

class Factors {
public:
    Factors(const parse::Tokens& tokens, const std::vector<TokenRange>& columns)
        : tokens_(tokens), columns_(columns) {}

    void add(TokenRange range, bool multiplies) {
        const TokenRange whole = without_brackets(range);
        const std::vector<std::vector<TokenRange>> sum = terms(whole);
        if (multiplies && sum.size() > 1) add_factor_of_product(whole);
        for (const std::vector<TokenRange>& term : sum) {
            std::vector<TokenRange> named = term;
            std::erase_if(named, [this](TokenRange one) { return !names_columns(one); });
            if (named.size() > 1 || (multiplies && sum.size() == 1)) {
                for (const TokenRange& factor : named)
                    add_factor_of_product(factor);
            }
            for (const TokenRange& factor : term)
                add_inside(factor);
        }
    }

    [[nodiscard]] Result<std::vector<TokenRange>> found() && {
        if (!is_plain_)
            return not_aggregated("a sum of columns within a factor could single out a person",
                                  "Write the sum as a factor of its own: amount * (1 - discount).",
                                  static_cast<int>(tokens_.all()[found_.front().first].begin));
        return std::move(found_);
    }

private:
    [[nodiscard]] TokenRange without_brackets(TokenRange range) const {
        while (range.first < range.second && tokens_.all()[range.first].is_op("(") &&
               tokens_.closing(range.first) + 1 == range.second)
            range = {range.first + 1, range.second - 1};
        return range;
    }

    [[nodiscard]] static bool contains(TokenRange range, TokenRange part) {
        return part.first >= range.first && part.first < range.second;
    }

    [[nodiscard]] bool names_columns(TokenRange range) const {
        return std::ranges::any_of(columns_, [&](TokenRange column) { return contains(range, column); });
    }

    void add_factor_of_product(TokenRange factor) {
        found_.push_back(factor);
        const auto all = tokens_.all();
        bool is_sum = false;
        bool is_plain = true;
        for (std::size_t i = factor.first; i < factor.second; ++i) {
            const auto column = std::ranges::find_if(
                columns_, [&](TokenRange one) { return i >= one.first && i < one.second; });
            if (column != columns_.end()) continue;
            const bool adds = all[i].is_op("+") || all[i].is_op("-");
            const bool calculates = adds || all[i].is_op("*") || all[i].is_op("/") || all[i].is_op("(") ||
                                    all[i].is_op(")") || all[i].kind == parse::TokenKind::number;
            is_sum = is_sum || adds;
            is_plain = is_plain && calculates;
        }
        if (!is_sum) return;
        is_plain_ = is_plain_ && is_plain;
        for (const TokenRange& column : columns_) {
            if (contains(factor, column)) found_.push_back(column);
        }
    }

    /// What + and - join, each as its factors.
    [[nodiscard]] std::vector<std::vector<TokenRange>> terms(TokenRange range) const {
        const auto all = tokens_.all();
        std::vector<std::vector<TokenRange>> found(1);
        std::size_t begin = range.first;
        const auto end_factor = [&](std::size_t end) {
            add_factor({begin, end}, found.back());
            begin = end + 1;
        };
        for (std::size_t i = range.first; i < range.second; i = tokens_.past(i)) {
            const bool adds = all[i].is_op("+") || all[i].is_op("-");
            const bool multiplies = all[i].is_op("*") || all[i].is_op("/");
            const bool is_sign = i == begin || all[i - 1].is_op("+") || all[i - 1].is_op("-");
            if (is_sign || (!adds && !multiplies)) continue;
            end_factor(i);
            if (adds) found.emplace_back();
        }
        end_factor(range.second);
        return found;
    }

    /// A product in brackets is as if it had none.
    void add_factor(TokenRange factor, std::vector<TokenRange>& to) const {
        const TokenRange inside = without_brackets(factor);
        if (inside == factor) {
            to.push_back(factor);
            return;
        }
        std::vector<std::vector<TokenRange>> parts = terms(inside);
        if (parts.size() == 1)
            std::ranges::copy(parts.front(), std::back_inserter(to));
        else
            to.push_back(inside);
    }

    void add_inside(TokenRange factor) {
        const TokenRange inside = without_brackets(factor);
        if (terms(inside).size() > 1) {
            add(inside, false);
            return;
        }
        for (std::size_t i = factor.first; i < factor.second; i = tokens_.past(i)) {
            if (!tokens_.all()[i].is_op("(")) continue;
            for (const TokenRange& argument : arguments_in(tokens_, {i + 1, tokens_.closing(i)}))
                add(argument, false);
        }
    }

    const parse::Tokens& tokens_;
    const std::vector<TokenRange>& columns_;
    std::vector<TokenRange> found_;
    bool is_plain_ = true;
};

}  // namespace

Result<std::vector<TokenRange>> factors_in(const parse::Tokens& tokens, TokenRange expression,
                                           const std::vector<TokenRange>& columns, bool multiplies) {
    Factors factors(tokens, columns);
    factors.add(expression, multiplies);
    return std::move(factors).found();
}

std::vector<TokenRange> arguments_in(const parse::Tokens& tokens, TokenRange list) {
    const auto all = tokens.all();
    std::vector<TokenRange> arguments;
    std::size_t begin = list.first;
    for (std::size_t i = list.first; i < list.second; i = tokens.past(i)) {
        if (!all[i].is_op(",")) continue;
        arguments.emplace_back(begin, i);
        begin = i + 1;
    }
    if (begin < list.second) arguments.emplace_back(begin, list.second);
    return arguments;
}

}  // namespace sql::edits
