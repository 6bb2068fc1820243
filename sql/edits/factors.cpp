#include "sql/edits/factors.hpp"

#include <algorithm>
#include <iterator>

namespace sql::edits {
namespace {

class Factors {
public:
    Factors(const parse::Tokens& tokens, const std::function<bool(TokenRange)>& names_columns)
        : tokens_(tokens), names_columns_(names_columns) {}

    void add(TokenRange range, bool is_one_of_two) {
        const TokenRange whole = without_brackets(range);
        std::vector<std::vector<TokenRange>> sum = terms(whole);
        if (is_one_of_two && sum.size() > 1) found_.push_back(whole);
        for (std::vector<TokenRange>& term : sum) {
            std::vector<TokenRange> named = term;
            std::erase_if(named, [this](TokenRange one) { return !names_columns_(one); });
            const bool all = is_one_of_two && sum.size() == 1;
            if (named.size() > 1 || all) std::ranges::copy(named, std::back_inserter(found_));
            for (const TokenRange& factor : term)
                add_inside(factor);
        }
    }

    [[nodiscard]] std::vector<TokenRange> found() && { return std::move(found_); }

private:
    [[nodiscard]] TokenRange without_brackets(TokenRange range) const {
        while (range.first < range.second && tokens_.all()[range.first].is_op("(") &&
               tokens_.closing(range.first) + 1 == range.second)
            range = {range.first + 1, range.second - 1};
        return range;
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
        for (std::size_t i = range.first; i < range.second; i = behind(i)) {
            const bool adds = all[i].is_op("+") || all[i].is_op("-");
            const bool multiplies = all[i].is_op("*") || all[i].is_op("/");
            if (i == begin || (!adds && !multiplies)) continue;  // what stands first is a sign
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
        for (std::size_t i = factor.first; i < factor.second; i = behind(i)) {
            if (!tokens_.all()[i].is_op("(")) continue;
            for (const TokenRange& argument : arguments_in(tokens_, {i + 1, tokens_.closing(i)}))
                add(argument, false);
        }
    }

    [[nodiscard]] std::size_t behind(std::size_t i) const {
        const auto& token = tokens_.all()[i];
        return token.is_op("(") || token.is_op("[") ? tokens_.closing(i) + 1 : i + 1;
    }

    const parse::Tokens& tokens_;
    const std::function<bool(TokenRange)>& names_columns_;
    std::vector<TokenRange> found_;
};

}  // namespace

std::vector<TokenRange> factors_in(const parse::Tokens& tokens, TokenRange expression,
                                   const std::function<bool(TokenRange)>& names_columns, bool is_one_of_two) {
    Factors factors(tokens, names_columns);
    factors.add(expression, is_one_of_two);
    return std::move(factors).found();
}

std::vector<TokenRange> arguments_in(const parse::Tokens& tokens, TokenRange list) {
    const auto all = tokens.all();
    std::vector<TokenRange> arguments;
    std::size_t begin = list.first;
    for (std::size_t i = list.first; i < list.second;
         i = all[i].is_op("(") || all[i].is_op("[") ? tokens.closing(i) + 1 : i + 1) {
        if (!all[i].is_op(",")) continue;
        arguments.emplace_back(begin, i);
        begin = i + 1;
    }
    if (begin < list.second) arguments.emplace_back(begin, list.second);
    return arguments;
}

}  // namespace sql::edits
