#include "sql/edits/modify_places.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using parse::Token;
using parse::Tokens;

bool ends_statement(const Token& token) { return token.is_op(")") || token.is_op("]") || token.is_op(";"); }

/// A reserved word as itself, not as a label or a field.
bool is_word(const Tokens& tokens, std::size_t i, std::string_view word) {
    const auto all = tokens.all();
    if (!all[i].is_keyword(word)) return false;
    if (i == 0) return true;
    const Token& before = all[i - 1];
    if (before.is_keyword("as") || before.is_op(".")) return false;
    return !(word == "from" && before.is_keyword("distinct"));
}

/// Steps over what stands at one level of brackets and CASE ... END.
class Level {
public:
    explicit Level(const Tokens& tokens) : tokens_(tokens) {}

    /// The first token at or behind `i` of which `found` is true, at this level; where the statement ends,
    /// else.
    template <class Found>
    [[nodiscard]] std::size_t find(std::size_t i, const Found& found) const {
        const auto all = tokens_.all();
        int cases = 0;
        while (i < all.size() && !ends_statement(all[i])) {
            if (cases == 0 && found(i)) return i;
            if (is_word(tokens_, i, "case")) ++cases;
            if (cases > 0 && is_word(tokens_, i, "end")) --cases;
            i = tokens_.past(i);
        }
        return std::min(i, all.size());
    }

    [[nodiscard]] std::size_t find_word(std::size_t i, std::string_view word) const {
        return find(i, [&](std::size_t at) { return is_word(tokens_, at, word); });
    }

private:
    const Tokens& tokens_;
};

ConditionPlace where_between(const Tokens& tokens, std::size_t begin) {
    const Level level(tokens);
    const auto next = level.find(
        begin, [&](std::size_t i) { return is_word(tokens, i, "where") || is_word(tokens, i, "returning"); });
    if (next == tokens.all().size() || !is_word(tokens, next, "where")) return {false, next, next};
    return {true, next + 1, level.find_word(next + 1, "returning")};
}

}  // namespace

std::optional<ConditionPlace> condition_place(const Tokens& tokens, const resolve::Modify& modify,
                                              int target_location) {
    switch (modify.kind) {
        case resolve::Modify::Kind::update:
        case resolve::Modify::Kind::delete_rows:
            return where_between(tokens, tokens.token_at(target_location));
        case resolve::Modify::Kind::merge: {
            const auto places = merge_places(tokens, modify);
            if (!places) return std::nullopt;
            return ConditionPlace{true, places->on + 1, places->when};
        }
        case resolve::Modify::Kind::insert: break;
    }
    const auto* clause = reinterpret_cast<const InsertStmt*>(modify.node)->onConflictClause;
    if (clause == nullptr || clause->location < 0) return std::nullopt;
    const std::size_t action = Level(tokens).find_word(tokens.token_at(clause->location), "do");
    if (action == tokens.all().size()) return std::nullopt;
    return where_between(tokens, action);
}

std::optional<UpdatePlaces> update_places(const Tokens& tokens, const resolve::Modify& modify) {
    const auto* update = reinterpret_cast<const UpdateStmt*>(modify.node);
    std::size_t first = tokens.token_at(update->relation->location);
    const auto condition = where_between(tokens, first);
    const std::size_t set = Level(tokens).find_word(first, "set");
    while (first > 0 && !tokens.all()[first].is_keyword("update"))
        --first;
    if (!tokens.all()[first].is_keyword("update") || set >= condition.begin) return std::nullopt;
    return UpdatePlaces{.update = first, .set = set, .condition = condition};
}

std::optional<MergePlaces> merge_places(const Tokens& tokens, const resolve::Modify& modify) {
    const auto* merge = reinterpret_cast<const MergeStmt*>(modify.node);
    const Level level(tokens);
    const std::size_t target = tokens.token_at(merge->relation->location);
    MergePlaces places{.into = target, .source = level.find_word(target, "using"), .on = 0, .when = 0};
    while (places.into > 0 && !tokens.all()[places.into].is_keyword("into"))
        --places.into;
    places.when = level.find_word(target, "when");
    // What joins the source has an ON of its own, before this one.
    for (std::size_t i = places.source; i < places.when; ++i) {
        i = level.find_word(i, "on");
        if (i < places.when) places.on = i;
    }
    if (places.into == 0 || places.on == 0) return std::nullopt;
    return places;
}

std::size_t end_of_modify(const Tokens& tokens, std::size_t target) {
    return Level(tokens).find(target, [](std::size_t) { return false; });
}

std::size_t end_of_source(const Tokens& tokens, std::size_t i) {
    const auto all = tokens.all();
    return Level(tokens).find(i, [&](std::size_t at) {
        return is_word(tokens, at, "returning") ||
               (is_word(tokens, at, "on") && at + 1 < all.size() && all[at + 1].is_keyword("conflict"));
    });
}

std::size_t end_of_item(const Tokens& tokens, std::size_t i) {
    static constexpr std::array<std::string_view, 15> words = {
        "from",  "where", "returning", "when",   "into",  "group",  "having", "window",
        "union", "order", "intersect", "except", "limit", "offset", "fetch"};
    return Level(tokens).find(i, [&](std::size_t at) {
        return tokens.all()[at].is_op(",") ||
               std::ranges::any_of(words, [&](std::string_view word) { return is_word(tokens, at, word); });
    });
}

std::optional<std::pair<std::size_t, std::size_t>> assigned_value(const Tokens& tokens,
                                                                  const resolve::Assignment& assignment) {
    const auto all = tokens.all();
    const std::size_t name = tokens.token_at(assignment.target->location);
    if (assignment.row == nullptr) {
        const std::size_t last = end_of_item(tokens, name);
        const bool single = name + 2 < last && all[name + 1].is_op("=");
        return single ? std::optional(std::pair(name + 2, last)) : std::nullopt;
    }
    std::size_t open = tokens.token_at(assignment.row->location);
    if (all[open].is_keyword("row")) ++open;
    if (!all[open].is_op("(")) return std::nullopt;
    const std::size_t close = tokens.closing(open);
    int before = reinterpret_cast<const MultiAssignRef*>(assignment.target->val)->colno - 1;
    std::size_t begin = open + 1;
    for (std::size_t i = begin; i < close; i = tokens.past(i)) {
        if (!all[i].is_op(",")) continue;
        if (before-- == 0) return std::pair(begin, i);
        begin = i + 1;
    }
    return before == 0 && begin < close ? std::optional(std::pair(begin, close)) : std::nullopt;
}

std::vector<std::pair<std::size_t, std::size_t>> conjuncts(const Tokens& tokens,
                                                           const ConditionPlace& place) {
    std::vector<std::pair<std::size_t, std::size_t>> found;
    std::size_t begin = place.begin;
    int ranges = 0;  // BETWEEN has an AND of its own
    bool choice = false;
    static_cast<void>(Level(tokens).find(place.begin, [&](std::size_t i) {
        if (i >= place.end) return true;
        choice = choice || is_word(tokens, i, "or");
        if (is_word(tokens, i, "between")) ++ranges;
        if (is_word(tokens, i, "and")) {
            if (ranges > 0) {
                --ranges;
            } else {
                found.emplace_back(begin, i);
                begin = i + 1;
            }
        }
        return false;
    }));
    found.emplace_back(begin, place.end);
    if (choice) found = {{place.begin, place.end}};
    return found;
}

std::vector<std::pair<std::size_t, std::size_t>> first_row(const Tokens& tokens, std::size_t target) {
    const auto all = tokens.all();
    const Level level(tokens);
    const std::size_t name = target + 1 < all.size() && all[target + 1].is_op(".") ? target + 2 : target;
    const std::size_t values = level.find_word(name + 1, "values");
    std::vector<std::pair<std::size_t, std::size_t>> found;
    if (values + 1 >= all.size() || !all[values + 1].is_op("(")) return found;
    const std::size_t closing = tokens.closing(values + 1);
    std::size_t begin = values + 2;
    while (begin < closing) {
        const std::size_t end = level.find(begin, [&](std::size_t i) { return all[i].is_op(","); });
        found.emplace_back(begin, end);
        begin = end + 1;
    }
    return found;
}

}  // namespace sql::edits
