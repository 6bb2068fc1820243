#include "sql/edits/asked_first.hpp"

#include <algorithm>
#include <set>

#include "sql/edits/counted_relations.hpp"
#include "sql/edits/kept_rows.hpp"
#include "sql/edits/modify_places.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/functions.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/carried.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

// Whom such a change will reach is asked for first: a MERGE by the outer join that it makes of its source and
// its target, in which a row of the source that finds nobody is a miss, and an UPDATE by its own condition.
// That both find the same people they must read the same: what somebody else can change meanwhile could make
// the change tell of people who were not asked for.
namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Modify;
using resolve::Resolution;

bool reads_other_rows(const Resolution& text, const FromItem& target) {
    return std::ranges::any_of(text.items, [&](const FromItem& item) {
        if (item.sample != nullptr) return true;  // other rows each time
        const bool stored = item.kind == FromItem::Kind::relation || item.kind == FromItem::Kind::view;
        return &item != &target && stored && (item.relation == nullptr || !item.relation->temporary());
    });
}

/// The query that asks for the people: pieces of the client's text, one behind the other. What it leaves out
/// may give other values each time, and have parameters of its own.
class QuestionText {
public:
    explicit QuestionText(const Printing& in) : in_(in) {}

    /// What stands before token `end`: WITH and its queries.
    void add_before(std::size_t end) { add(in_.statement.begin, in_.tokens.all()[end].begin); }
    /// The tokens between two others.
    void add_between(std::size_t first, std::size_t last) {
        add(in_.tokens.all()[first].end,
            last < in_.tokens.all().size() ? in_.tokens.all()[last].begin : in_.statement.end);
    }
    void add(std::string_view words) { text_ += words; }

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool has(std::size_t byte) const {
        return std::ranges::any_of(
            parts_, [&](const auto& part) { return byte >= part.first && byte < part.second; });
    }

private:
    void add(std::size_t begin, std::size_t end) {
        text_ += in_.tokens.text().substr(begin, end - begin);
        parts_.emplace_back(begin, end);
    }

    const Printing& in_;
    std::string text_;
    std::vector<std::pair<std::size_t, std::size_t>> parts_;
};

std::optional<QuestionText> question_of(const Printing& in, const Modify& modify) {
    QuestionText question(in);
    if (modify.kind == Modify::Kind::merge) {
        const auto places = merge_places(in.tokens, modify);
        if (!places) return std::nullopt;
        question.add_before(places->into - 1);
        question.add("SELECT 1 FROM ");
        question.add_between(places->source, places->on);
        question.add(" LEFT JOIN ");
        question.add_between(places->into, places->source);
        question.add(" ON ");
        question.add_between(places->on, places->when);
        return question;
    }
    const auto* update = reinterpret_cast<const UpdateStmt*>(modify.node);
    const auto places = update_places(in.tokens, modify);
    if (!places || update->fromClause != nullptr) return std::nullopt;
    question.add_before(places->update);
    question.add("SELECT 1 FROM ");
    question.add_between(places->update, places->set);
    if (!places->condition.written) return question;
    question.add(" WHERE ");
    question.add_between(places->condition.begin - 1, places->condition.end);
    return question;
}

bool gives_other_values(const Resolution& text, const QuestionText& question) {
    return std::ranges::any_of(text.functions, [&](const resolve::FunctionMention& function) {
        const bool stays = is_safe_builtin(function.schema, function.name) &&
                           !is_volatile_function(function.name) &&
                           !is_one_of(function.name, "statement_timestamp", "pg_conf_load_time");
        return !stays && question.has(static_cast<std::size_t>(std::max(function.location, 0)));
    });
}

/// Parameters of the change that the question has not.
std::vector<int> parameters_left_out(const Printing& in, const QuestionText& question) {
    std::set<int> asked;
    std::set<int> all;
    for (const parse::Token& token : in.tokens.within(in.statement.begin, in.statement.end)) {
        if (token.kind != parse::TokenKind::parameter) continue;
        const int number = std::stoi(std::string(token.value.substr(1)));
        all.insert(number);
        if (question.has(token.begin)) asked.insert(number);
    }
    std::vector<int> left_out;
    std::ranges::set_difference(all, asked, std::back_inserter(left_out));
    return left_out;
}

}  // namespace

std::optional<Result<PrintedStatement>> print_asked_first(const Printing& in) {
    if (in.treatment.counted.empty()) return std::nullopt;
    Resolution text;
    const resolve::Surroundings surroundings{
        .catalog = &in.catalog, .names = &in.names, .treatment = &in.treatment};
    resolve::Resolver resolver(surroundings, in.memory, text);
    Node* copy = in.memory.copy(in.statement.node);
    if (!resolver.statement(parse::query_of(in.memory, copy)) || text.modifies.size() != 1)
        return std::nullopt;
    const Modify& modify = text.modifies.front();
    if (modify.returns || !CountedRelations(text, in.treatment).contains(*modify.target) ||
        reads_other_rows(text, *modify.target))
        return std::nullopt;
    const auto question = question_of(in, modify);
    if (!question || gives_other_values(text, *question)) return std::nullopt;

    auto rows = print_kept_rows(in, question->text(), "this change");
    if (!rows) return std::nullopt;
    if (!*rows) return rows->error();
    auto itself = print_paid_change(in);
    if (!itself) return itself.error();
    if (auto done = keep_rows(in, **rows, "", false); !done) return done.error();

    PrintedStatement printed = std::move((*rows)->printed);
    printed.spans = std::move(itself->spans);
    printed.searched_values += itself->searched_values;
    printed.finds_each_once = printed.finds_each_once && itself->finds_each_once;
    std::ranges::move(itself->searched_arrays, std::back_inserter(printed.searched_arrays));
    printed.entered.merge(itself->entered);
    printed.in_clear.merge(itself->in_clear);
    printed.compared_masks = std::move(itself->compared_masks);
    printed.paid = PaidSteps{.own = std::move(itself->text),
                             .runs = PaidSteps::Own::last,
                             .before = {},
                             .behind = {},
                             .unread = parameters_left_out(in, *question)};
    return printed;
}

}  // namespace sql::edits
