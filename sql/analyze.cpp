#include "sql/analyze.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>

#include "sql/edits/print_statement.hpp"
#include "sql/edits/row_filter_text.hpp"
#include "sql/lineage/facts_of.hpp"
#include "sql/own_settings.hpp"
#include "sql/parse/free_constants.hpp"
#include "sql/parse/lexed_text.hpp"

namespace sql {
namespace {

constexpr std::string_view reserved_prefix = "__tabir_";

// Hidden columns have such names: a client that could write them could name or shadow them.
Result<void> check_reserved_names(const parse::Tokens& tokens) {
    for (const parse::Token& token : tokens.all()) {
        if (token.kind != parse::TokenKind::identifier || !token.value.starts_with(reserved_prefix)) continue;
        return Error{.code = Errc::reserved_name,
                     .message = "names that begin with __tabir_ are reserved",
                     .hint = "Choose another name.",
                     .offset = token.begin};
    }
    return {};
}

/// It makes, drops or alters a temporary table, or sets search_path or for whom is asked.
bool changes_what_follows(const Facts& facts) {
    switch (facts.kind) {
        case StatementKind::create_temporary:
        case StatementKind::drop_temporary:
        case StatementKind::alter_temporary: return true;
        case StatementKind::show: return false;
        default: break;
    }
    return facts.setting && (facts.setting->name == "search_path" || facts.setting->name == "all" ||
                             is_own_setting(facts.setting->name));
}

/// What `work` gives. An exception that leaves it is a defect of ours, and refuses the statement.
template <class Work>
std::invoke_result_t<Work> refusing_defects(const Work& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& defect) {
        return Error{.code = Errc::verify_failed,
                     .message = std::string("the statement could not be rewritten: ") + defect.what()};
    }
}

}  // namespace

struct Analysis::State {
    const Catalog& catalog;
    NameContext names;
    parse::ParseTree tree;
    std::shared_ptr<const parse::LexedText> lexed;  // the tree's text
    std::vector<Facts> facts;
    std::optional<std::size_t> rest;
};

Analysis::Analysis(std::unique_ptr<State> state) : state_(std::move(state)) {}
Analysis::Analysis(Analysis&&) noexcept = default;
Analysis& Analysis::operator=(Analysis&&) noexcept = default;
Analysis::~Analysis() = default;

Result<Analysis> Analysis::of(std::string_view text, const Catalog& catalog, const NameContext& names) {
    return refusing_defects([&] { return made_of(text, catalog, names); });
}

Result<Analysis> Analysis::made_of(std::string_view text, const Catalog& catalog, const NameContext& names) {
    auto lexed = parse::LexedText::of(text);
    // What the parser says of a text that has no tokens is what PostgreSQL says of it.
    auto tree = lexed ? parse::ParseTree::of(**lexed) : parse::ParseTree::of(text);
    if (!tree) return tree.error();
    if (!lexed) return lexed.error();
    if (auto done = check_reserved_names((*lexed)->tokens()); !done) return done.error();
    auto state =
        std::unique_ptr<State>(new State{catalog, names, std::move(*tree), std::move(*lexed), {}, {}});
    for (const parse::Statement& statement : state->tree.statements()) {
        if (!state->facts.empty() && changes_what_follows(state->facts.back())) {
            state->rest = statement.begin;
            break;
        }
        auto facts = lineage::facts_of(statement, state->tree.memory(), catalog, state->names);
        if (!facts) {
            Error error = facts.error();
            error.behind = state->facts.empty() ? 0 : statement.begin;
            return error;
        }
        state->facts.push_back(std::move(*facts));
    }
    return Analysis(std::move(state));
}

std::span<const Facts> Analysis::statements() const { return state_->facts; }
std::optional<std::size_t> Analysis::rest() const { return state_->rest; }

Result<std::vector<WriteUse>> Analysis::writes_under(std::size_t index, const Treatment& treatment) const {
    return lineage::writes_under(state_->tree.statements()[index], state_->tree.memory(), state_->catalog,
                                 state_->names, treatment);
}

Result<PrintedStatement> Analysis::print(std::size_t index, const Treatment& treatment) const {
    const parse::Statement& statement = state_->tree.statements()[index];
    return refusing_defects([&] {
        return edits::print_statement(statement, state_->lexed->tokens(), state_->tree.memory(),
                                      state_->catalog, state_->names, treatment);
    });
}

std::vector<std::uint32_t> Analysis::free_constants(std::size_t index) const {
    const Facts& facts = state_->facts[index];
    const auto is_described = [&](const RelationUse& use) {
        const Relation* relation = state_->catalog.relation(use.relation);
        return relation == nullptr || is_system_schema(relation->schema);
    };
    const bool looks_at_values =
        facts.kind != StatementKind::select || facts.carries || facts.setting || !facts.writes.empty() ||
        std::ranges::any_of(facts.relations, is_described) ||
        std::ranges::any_of(facts.functions, [](const FunctionUse& use) { return use.danger.has_value(); });
    if (looks_at_values) return {};
    return parse::free_constants(state_->tree.statements()[index].node);
}

Result<void> check_row_filter(std::string_view filter, const Relation& relation, const Catalog& catalog) {
    parse::TreeMemory memory;
    auto printed = edits::print_row_filter(filter, relation, catalog, memory, "user");
    if (!printed) return printed.error();
    return {};
}

}  // namespace sql
