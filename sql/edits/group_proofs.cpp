#include "sql/edits/group_proofs.hpp"

#include "sql/edits/and_conditions.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/factors.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

const char* const condition_hint =
    "Compare one column that is shown in clear and names nobody with constants; join conditions with AND, or "
    "two of them with OR.";

/// Each is proven against all others, for each kind of people and each aggregate.
constexpr std::size_t most_conditions = 24;
constexpr std::size_t most_proofs = 256;
constexpr std::size_t most_proof_bytes = 512UL * 1024;

/// (a) AND (b), without the one at `left_out`; empty: no condition.
std::string and_of(const std::vector<std::string>& texts,
                   std::size_t left_out = static_cast<std::size_t>(-1)) {
    std::string text;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i != left_out) text += (text.empty() ? "(" : " AND (") + texts[i] + ")";
    }
    return text;
}

/// What OR joins in the tokens [first, last), which may stand in brackets.
std::vector<TokenRange> operands_of_or(const parse::Tokens& tokens, std::size_t first, std::size_t last) {
    const auto all = tokens.all();
    while (first < last && all[first].is_op("(") && tokens.closing(first) + 1 == last) {
        ++first;
        --last;
    }
    std::vector<TokenRange> parts;
    std::size_t begin = first;
    for (std::size_t i = first; i < last; i = tokens.past(i)) {
        if (all[i].is_keyword("case")) return {};
        if (!all[i].is_keyword("or") || all[i - 1].is_op(".")) continue;
        parts.emplace_back(begin, i);
        begin = i + 1;
    }
    parts.emplace_back(begin, last);
    return parts;
}

/// How many of them `condition` chooses; empty: all.
std::string people(const std::string& key, const std::string& condition) {
    const std::string all = "\"pg_catalog\".\"count\"(DISTINCT " + key + ")";
    return condition.empty() ? all : all + " FILTER (WHERE " + condition + ")";
}

}  // namespace

GroupProofs::GroupProofs(StatementText& text, const GroupedQuery& grouped, resolve::Query& query,
                         std::vector<std::string> keys, int min_group)
    : text_(text),
      grouped_(grouped),
      query_(query),
      keys_(std::move(keys)),
      enough_(min_group),
      none_or_enough_(" NOT BETWEEN 1 AND " + std::to_string(min_group - 1)),
      tells_who_is_absent_(grouped.tells_who_is_absent()) {}

Result<void> GroupProofs::add(const std::vector<std::string>& pins) {
    auto conditions = take_where(pins);
    if (!conditions) return conditions.error();
    // Without GROUP BY there is a row also where nobody is chosen, as a FILTER has one.
    prove({}, *conditions, query_.node->groupClause != nullptr || enough_ <= 1);
    for (resolve::Call* call : query_.calls) {
        if (call->role != resolve::CallRole::aggregate) continue;
        if (auto done = filter_aggregate(*call, *conditions); !done) return done;
    }
    if (too_many_) {
        return Error{.code = Errc::too_large,
                     .message = "there are too many conditions over these rows",
                     .hint = "At most " + std::to_string(most_conditions) +
                             " conditions may be joined by AND; list values as in city IN ('a', 'b')."};
    }
    return having_.empty() ? Result<void>() : text_.add_having(query_, having_);
}

// Only what joins tables stays in WHERE, behind the pins; returned is the rest. All of it stays where there
// is nobody to be counted on both sides of it: only WHERE leaves a group out that is empty.
Result<GroupProofs::Conjuncts> GroupProofs::take_where(const std::vector<std::string>& pins) {
    Conjuncts conditions;
    std::vector<std::string> kept = pins;
    SelectPlaces where;
    if (query_.node->whereClause != nullptr) {
        auto found = text_.places(query_);
        if (!found) return found.error();
        where = *found;
        auto parts = conjuncts_of(query_.node->whereClause, where.where + 1, where.where_end);
        if (!parts) return parts.error();
        for (Conjunct& part : *parts) {
            if (keys_.empty()) continue;
            if (part.joins)
                kept.push_back("(" + part.text + ")");
            else
                conditions.push_back(std::move(part));
        }
    }
    Result<void> done;
    if (!conditions.empty())
        done = replace_where(where, kept);
    else if (!pins.empty())
        done = text_.add_where(query_, pins);
    if (!done) return done.error();
    return conditions;
}

Result<void> GroupProofs::replace_where(const SelectPlaces& where, const std::vector<std::string>& kept) {
    std::string text;
    for (const std::string& condition : kept)
        text += (text.empty() ? "" : " AND ") + condition;
    text_.replace_tokens(where.where, where.where_end, text.empty() ? text : "WHERE " + text);
    text_.was_printed_apart(where.where, where.where_end);
    query_.node->whereClause = nullptr;
    if (text.empty()) return {};
    auto node = text_.parse_expression(text);
    if (!node) return node.error();
    query_.node->whereClause = *node;
    return {};
}

// The conditions that AND joins in the tokens [first, last), each as text, with the one column that it names.
Result<GroupProofs::Conjuncts> GroupProofs::conjuncts_of(Node* condition, std::size_t first,
                                                         std::size_t last) const {
    const parse::Tokens& tokens = text_.tokens();
    Conjuncts parts;
    const auto operands = joined_by_and(tokens, first, last);
    for (const auto& [begin, end] : operands) {
        auto text = text_.print_again(begin, end);
        if (!text) return text.error();
        parts.push_back({.text = std::move(*text), .node = nullptr});
    }
    const std::vector<Node*> nodes = joined_by_and(condition);
    const auto all = tokens.all();
    const int location = static_cast<int>(all[first].begin);
    if (nodes.size() != parts.size())
        return not_aggregated("conditions in brackets cannot be told apart", "Leave out brackets around AND.",
                              location);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].node = nodes[i];
        parts[i].joins = grouped_.joins_columns(nodes[i]);
        if (parts[i].joins || grouped_.is_harmless(nodes[i])) continue;
        auto sides = sides_of(nodes[i], operands[i].first, operands[i].second);
        if (!sides) return sides.error();
        if (sides->empty())
            return not_aggregated("a condition here could single out a person",
                                  grouped_.how_to_be_harmless(nodes[i]), location);
        parts[i].sides = std::move(*sides);
    }
    return parts;
}

// The two conditions that OR joins, if each names one column. Empty: it is something else.
Result<std::vector<std::string>> GroupProofs::sides_of(const Node* condition, std::size_t first,
                                                       std::size_t last) const {
    std::vector<std::string> sides;
    if (!IsA(condition, BoolExpr)) return sides;
    const auto* either = reinterpret_cast<const BoolExpr*>(condition);
    const auto ranges = operands_of_or(text_.tokens(), first, last);
    if (either->boolop != OR_EXPR || list_length(either->args) != 2 || ranges.size() != 2) return sides;
    for (int i = 0; i < 2; ++i) {
        if (!grouped_.names_one_harmless(static_cast<Node*>(list_nth(either->args, i))))
            return std::vector<std::string>();
        const auto& [begin, end] = ranges[static_cast<std::size_t>(i)];
        auto text = text_.print_again(begin, end);
        if (!text) return text.error();
        sides.push_back(std::move(*text));
    }
    return sides;
}

void GroupProofs::ask(const std::string& key, const std::string& condition, const std::string& how_many) {
    add_proof(people(key, condition) + how_many);
}

// A condition may leave out some of the rows of many, and all rows of one person.
void GroupProofs::prove_absent(const std::string& key, const std::string& before, const std::string& chosen) {
    add_proof(people(key, before) + " - " + people(key, chosen) + none_or_enough_);
}

void GroupProofs::add_proof(std::string proof) {
    if (too_many_ || std::ranges::find(having_, proof) != having_.end()) return;
    proof_bytes_ += proof.size();
    too_many_ = having_.size() >= most_proofs || proof_bytes_ > most_proof_bytes;
    having_.push_back(std::move(proof));
}

// a OR b, the one at `place` of `texts`: nobody or enough for whom one side alone holds, for whom the other
// does, and for whom both do, since all four can be asked for and subtracted.
void GroupProofs::prove_sides(const std::vector<std::string>& texts, std::size_t place,
                              const Conjunct& either) {
    std::vector<std::string> both = texts;
    both.erase(both.begin() + static_cast<std::ptrdiff_t>(place));
    both.insert(both.end(), either.sides.begin(), either.sides.end());
    for (const std::string& key : keys_) {
        for (const std::string& side : either.sides)
            ask(key, and_of(texts) + " AND (" + side + ") IS NOT TRUE", none_or_enough_);
        ask(key, and_of(both), none_or_enough_);
    }
}

// Those whom `conditions` choose of those whom `base` chose: enough_ of them, or for a FILTER nobody; and
// each condition leaves out of the others' choice nobody or enough_, and so do all of them together.
void GroupProofs::prove(const Conjuncts& base, const Conjuncts& conditions, bool must_hold) {
    std::vector<std::string> texts;
    for (const auto* part : {&base, &conditions}) {
        for (const Conjunct& one : *part)
            texts.push_back(one.text);
    }
    if (texts.size() > most_conditions) {
        too_many_ = true;
        return;
    }
    has_conditions_ = has_conditions_ || (!conditions.empty() && !keys_.empty() && enough_ > 1);
    const std::string chosen = and_of(texts);
    for (const std::string& key : keys_) {
        if (must_hold)
            ask(key, chosen, " >= " + std::to_string(enough_));
        else if (enough_ > 1)
            ask(key, chosen, none_or_enough_);
        for (std::size_t i = base.size(); i < texts.size() && enough_ > 1; ++i) {
            const std::string others = and_of(texts, i);
            ask(key, (others.empty() ? "" : others + " AND ") + "(" + texts[i] + ") IS NOT TRUE",
                none_or_enough_);
            if (tells_who_is_absent_) prove_absent(key, others, chosen);
        }
        if (conditions.size() > 1 && enough_ > 1) {
            const auto first = texts.begin() + static_cast<std::ptrdiff_t>(base.size());
            const std::vector<std::string> held(texts.begin(), first);
            const std::vector<std::string> own(first, texts.end());
            ask(key, (held.empty() ? "" : and_of(held) + " AND ") + "(" + and_of(own) + ") IS NOT TRUE",
                none_or_enough_);
            if (tells_who_is_absent_) prove_absent(key, and_of(held), chosen);
        }
    }
    for (std::size_t i = 0; i < conditions.size() && enough_ > 1; ++i) {
        if (!conditions[i].sides.empty()) prove_sides(texts, base.size() + i, conditions[i]);
    }
}

Result<void> GroupProofs::filter_aggregate(resolve::Call& call, const Conjuncts& conditions) {
    const parse::Tokens& tokens = text_.tokens();
    const auto all = tokens.all();
    const std::size_t close = tokens.closing(text_.arguments_of(call));
    std::vector<std::string> texts;
    for (const Conjunct& condition : conditions)
        texts.push_back(condition.text);
    if (call.node->agg_filter == nullptr) {
        if (auto done = prove_argument(call, conditions); !done) return done;
        if (texts.empty()) return {};
        text_.insert_at(close + 1, " FILTER (WHERE " + and_of(texts) + ")");
    } else {
        // FILTER ( WHERE ... )
        const std::size_t open = close + 2;
        if (open >= all.size() || !all[open].is_op("(") || !all[open + 1].is_keyword("where"))
            return not_aggregated("this FILTER was not understood", condition_hint, call.node->location);
        const std::size_t end = tokens.closing(open);
        auto own = conjuncts_of(call.node->agg_filter, open + 2, end);
        if (!own) return own.error();
        if (std::ranges::any_of(*own, &Conjunct::joins))
            return not_aggregated("a FILTER may not compare columns here", condition_hint,
                                  call.node->location);
        prove(conditions, *own, false);
        Conjuncts chosen = conditions;
        chosen.insert(chosen.end(), own->begin(), own->end());
        if (auto done = prove_argument(call, chosen); !done) return done;
        for (const Conjunct& condition : *own)
            texts.push_back(condition.text);
        text_.replace_tokens(open + 2, end, and_of(texts));
        text_.was_printed_apart(open + 2, end);
    }
    auto node = text_.parse_expression(and_of(texts));
    if (!node) return node.error();
    call.node->agg_filter = *node;
    return {};
}

Result<void> GroupProofs::prove_argument(const resolve::Call& call, const Conjuncts& chosen) {
    const std::string_view name = strVal(llast(call.node->funcname));
    if (name == "min" || name == "max") return {};  // of a key, which all of the group share
    Node* args = reinterpret_cast<Node*>(call.node->args);
    const CaseExpr* choice = list_length(call.node->args) == 1
                                 ? searched_choice(static_cast<Node*>(linitial(call.node->args)))
                                 : nullptr;
    const Weighing weighs = weighing_of(name);
    if (choice != nullptr) return prove_choice(choice, weighs, chosen);
    const std::size_t open = text_.arguments_of(call);
    const bool all = text_.tokens().all()[open + 1].is_keyword("all");
    const TokenRange list{open + (all ? 2 : 1), text_.tokens().closing(open)};
    return prove_values(args, arguments_in(text_.tokens(), list), weighs, chosen);
}

// CASE WHEN condition THEN x ELSE y END in an aggregate shows choices of people, as FILTERs would: each
// branch of those whom the ones before it left.
Result<void> GroupProofs::prove_choice(const CaseExpr* choice, Weighing weighs, const Conjuncts& chosen) {
    const parse::Tokens& tokens = text_.tokens();
    const auto all = tokens.all();
    const auto error = [&] {
        return not_aggregated("this CASE was not understood", condition_hint, choice->location);
    };
    const auto find = [&](std::size_t i, std::initializer_list<std::string_view> words) {
        const auto is_word = [&](std::string_view word) { return all[i].is_keyword(word); };
        while (i < all.size() && !all[i].is_keyword("case") && std::ranges::none_of(words, is_word))
            i = tokens.past(i);
        return i < all.size() && !all[i].is_keyword("case") ? i : 0;
    };
    Conjuncts left = chosen;
    std::size_t at = text_.token_at(choice->location) + 1;
    for (const CaseWhen* branch : branches_of(choice)) {
        const std::size_t begin = at + 1;
        const std::size_t end = all[at].is_keyword("when") ? find(begin, {"then"}) : 0;
        at = end == 0 ? 0 : find(end + 1, {"when", "else", "end"});
        if (at == 0) return error();
        auto own = conjuncts_of(reinterpret_cast<Node*>(branch->expr), begin, end);
        if (!own) return own.error();
        if (std::ranges::any_of(*own, &Conjunct::joins))
            return not_aggregated("a CASE may not compare columns here", condition_hint, choice->location);
        prove(left, *own, false);
        std::vector<std::string> texts;
        Conjuncts then = left;
        for (Conjunct& one : *own) {
            texts.push_back(one.text);
            then.push_back(std::move(one));
        }
        left.push_back({.text = "(" + and_of(texts) + ") IS NOT TRUE"});
        if (auto done = prove_values(reinterpret_cast<Node*>(branch->result), {{end + 1, at}}, weighs, then);
            !done)
            return done;
    }
    std::vector<TokenRange> otherwise;
    if (choice->defresult != nullptr) {
        const std::size_t end = find(at + 1, {"end"});
        if (end == 0) return error();
        otherwise.emplace_back(at + 1, end);
    }
    return prove_values(reinterpret_cast<Node*>(choice->defresult), otherwise, weighs, left);
}

// Whoever has NULL in a column is left out of an aggregate over it, and of a sum of products whoever has 0 in
// a factor.
Result<void> GroupProofs::prove_values(Node* values, const std::vector<TokenRange>& texts, Weighing weighs,
                                       const Conjuncts& chosen) {
    Conjuncts known;
    const auto add = [&](std::string text) {
        if (std::ranges::find(known, text, &Conjunct::text) == known.end())
            known.push_back({.text = std::move(text)});
    };
    std::vector<TokenRange> columns;
    for (const Node* node : columns_in(values)) {
        const auto* ref = reinterpret_cast<const ColumnRef*>(node);
        const auto& [begin, end] =
            columns.emplace_back(text_.token_at(ref->location), text_.end_of_reference(ref));
        if (!grouped_.may_be_null(ref)) continue;
        auto text = text_.print_again(begin, end);
        if (!text) return text.error();
        add(*text + " IS NOT NULL");
    }
    const bool multiplies = texts.size() > 1 || (weighs == Weighing::products && columns.size() > 1 &&
                                                 !grouped_.names_moments_only(values));
    for (const TokenRange& value : weighs == Weighing::no ? std::vector<TokenRange>() : texts) {
        auto factors = factors_in(text_.tokens(), value, columns, multiplies);
        if (!factors) return factors.error();
        for (const auto& [begin, end] : *factors) {
            auto text = text_.print_again(begin, end);
            if (!text) return text.error();
            add("(" + *text + ") <> 0");
        }
    }
    if (!known.empty()) prove(chosen, known, false);
    return {};
}

}  // namespace sql::edits
