#include "sql/edits/print_select.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <vector>

#include "sql/edits/compared_masks.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/print_temporary.hpp"
#include "sql/edits/read_in_clear.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/wrappers.hpp"
#include "sql/parameter_types.hpp"
#include "sql/parse/carried.hpp"
#include "sql/parse/explain_options.hpp"
#include "sql/patterns.hpp"
#include "sql/type_oids.hpp"
#include "sql/verify/no_rows.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

Error resolver_error(const resolve::Resolver& resolver) {
    Error error = resolver.error();
    if (!error.offset && resolver.error_location() >= 0)
        error.offset = static_cast<std::size_t>(resolver.error_location());
    return error;
}

/// Not so in CREATE TABLE ... WITH NO DATA, whose query is not run, and CREATE INDEX, which holds none.
bool reads_rows(const Node* statement) {
    if (IsA(statement, CreateTableAsStmt))
        return !reinterpret_cast<const CreateTableAsStmt*>(statement)->into->skipData;
    return !IsA(statement, IndexStmt) && !parse::only_explains(statement);
}

// Who is kept must have been paid for: what comes here was not printed as a table that is (paid_table.hpp).
Error stores_people() {
    return Error{
        .code = Errc::not_countable,
        .message = "people who are counted cannot be kept in a temporary table",
        .hint = "Keep rows of other tables there, and join it to the people's tables when they are shown."};
}

PrintedColumns columns_shown(const resolve::Query& root, const std::vector<KeyColumn>& keys) {
    PrintedColumns columns{.visible = root.outputs.size(), .hidden = {}, .known = !root.open_ended};
    for (const KeyColumn& key : keys)
        columns.hidden.push_back(key.name);
    return columns;
}

/// There are rows of which the role is shown nothing, or not without a price.
bool hides_rows(const resolve::Resolution& text, const Treatment& treatment) {
    return std::ranges::any_of(text.items, [&](const resolve::FromItem& item) {
        return item.treatment != nullptr && (item.treatment->row_filter || treatment.aggregates_only ||
                                             !counted_subjects(treatment, item.treatment).empty());
    });
}

/// How each parameter is used: the type that it is cast to, or nullptr.
struct ParameterCasts {
    std::map<int, std::vector<const TypeName*>> casts = {};

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& found = static_cast<ParameterCasts*>(context)->casts;
        if (IsA(node, ParamRef)) found[reinterpret_cast<ParamRef*>(node)->number].push_back(nullptr);
        if (IsA(node, TypeCast) && IsA(reinterpret_cast<TypeCast*>(node)->arg, ParamRef)) {
            const auto* cast = reinterpret_cast<TypeCast*>(node);
            found[reinterpret_cast<ParamRef*>(cast->arg)->number].push_back(cast->typeName);
            return false;
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }
};

bool declares_types(const Node* statement) {
    return IsA(statement, PrepareStmt) &&
           reinterpret_cast<const PrepareStmt*>(statement)->argtypes != nullptr;
}

/// Of a query or change: PostgreSQL's walker knows no other statements, and ends the process.
ParameterCasts parameter_casts(Node* query) {
    ParameterCasts uses;
    if (IsA(query, SelectStmt) || IsA(query, InsertStmt) || IsA(query, UpdateStmt) ||
        IsA(query, DeleteStmt) || IsA(query, MergeStmt))
        ParameterCasts::walk(query, &uses);
    return uses;
}

/// A parameter is of the type that its first use gives it; its other casts may fail then.
bool gives_parameters_two_types(const Printing& in, Node* query) {
    const auto is_parameter = [](const parse::Token& token) {
        return token.kind == parse::TokenKind::parameter;
    };
    if (std::ranges::none_of(in.tokens.all(), is_parameter)) return false;
    const ParameterCasts uses = parameter_casts(query);
    return std::ranges::any_of(uses.casts, [&](const auto& one) {
        const auto& types = one.second;
        return std::ranges::any_of(types, [&](const TypeName* type) {
            if (type == nullptr || types.front() == nullptr) return type != types.front();
            return !in.memory.equal(reinterpret_cast<const Node*>(type),
                                    reinterpret_cast<const Node*>(types.front()));
        });
    });
}

/// Where its type may come from.
bool is_used_elsewhere(const Printing& in, int parameter) {
    const std::string written = "$" + std::to_string(parameter);
    return std::ranges::count_if(in.tokens.all(), [&](const parse::Token& token) {
               return token.kind == parse::TokenKind::parameter && token.value == written;
           }) > 1;
}

bool has_row_filter(const resolve::Resolution& text) {
    return std::ranges::any_of(text.items, [](const resolve::FromItem& item) {
        return item.treatment != nullptr && item.treatment->row_filter;
    });
}

/// The casts of parameters to times: PostgreSQL works them out when it meets a row, by the session's
/// settings.
std::vector<std::pair<int, Oid>> time_casts(Node* query) {
    constexpr std::array<std::pair<std::string_view, Oid>, 6> types = {
        {{"date", type_oid::date},
         {"time", type_oid::time},
         {"timestamp", type_oid::timestamp},
         {"timestamptz", type_oid::timestamptz},
         {"interval", type_oid::interval},
         {"timetz", type_oid::timetz}}};
    std::vector<std::pair<int, Oid>> found;
    for (const auto& [number, casts] : parameter_casts(query).casts) {
        for (const TypeName* type : casts) {
            const auto* time = type == nullptr
                                   ? types.end()
                                   : std::ranges::find(types, resolve::string_value(llast(type->names)),
                                                       &std::pair<std::string_view, Oid>::first);
            if (time != types.end()) found.emplace_back(number, time->second);
        }
    }
    return found;
}

bool resolve_parameter_types(resolve::Resolver& resolver, Node* statement) {
    if (!IsA(statement, PrepareStmt)) return true;
    return resolver.type_names(reinterpret_cast<PrepareStmt*>(statement)->argtypes);
}

/// PREPARE with a type of parameters that turns the values of a column into others, and fails on some.
bool declares_converting_parameter(const Node* statement) {
    if (!IsA(statement, PrepareStmt)) return false;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<const PrepareStmt*>(statement)->argtypes) {
        const auto* names = static_cast<const TypeName*>(lfirst(c))->names;
        if (converts_others(resolve::string_value(llast(names)))) return true;
    }
    return false;
}

bool asks_for_no_rows(const Treatment& treatment, Node* meant) {
    Node* query = parse::innermost(meant);
    return treatment.aggregates_only && !IsA(meant, CreateTableAsStmt) && IsA(query, SelectStmt) &&
           verify::shows_no_rows(reinterpret_cast<SelectStmt*>(query));
}

}  // namespace

Result<PrintedStatement> print_select(const Printing& in, Node* meant) {
    NameContext names = in.names;
    names.declares_parameters = names.declares_parameters || declares_types(meant) ||
                                gives_parameters_two_types(in, parse::innermost(meant));
    const resolve::Surroundings surroundings{
        .catalog = &in.catalog, .names = &names, .treatment = &in.treatment};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, in.memory, resolution);
    if (!resolve_parameter_types(resolver, meant) || !resolver.statement(parse::query_of(in.memory, meant)))
        return resolver_error(resolver);

    if (in.treatment.aggregates_only) {
        const auto casts = time_casts(parse::innermost(meant));
        if (names.declares_parameters && !casts.empty())
            return not_aggregated("a parameter of another type may not be cast to a time here",
                                  "Declare no type for it, or the one that it is cast to.", -1);
        resolution.cast_parameters.insert(resolution.cast_parameters.end(), casts.begin(), casts.end());
    }
    Shared shared{.catalog = in.catalog,
                  .names = in.names,
                  .treatment = in.treatment,
                  .memory = in.memory,
                  .pins = reads_rows(meant),
                  .leak_safe = resolution.leak_safe,
                  .locks_rows = resolution.locks_rows,
                  .shows_no_rows = asks_for_no_rows(in.treatment, meant),
                  .paid = in.paid,
                  .read_in_parts = IsA(meant, DeclareCursorStmt)};
    PrintedStatement result;
    result.compared_masks = compared_masks(resolution);
    Rewriter rewriter(shared, in.tokens, in.statement.begin, in.statement.end, resolution);
    if (auto done = rewriter.flatten_set_operations(); !done) return done.error();
    std::vector<KeyColumn> keys;
    const bool stores = IsA(meant, CreateTableAsStmt);
    const bool stores_nothing = stores && (reinterpret_cast<CreateTableAsStmt*>(meant)->into->skipData ||
                                           rewriter.asked().tells_nothing());
    std::vector<HiddenColumn> shown_keys;
    if (in.paid) {
        if (auto done = rewriter.check_changes(); !done) return done.error();
    } else if (shows_rows_of_its_query(meant) && !stores_nothing) {
        if (in.answers) {
            auto shown = rewriter.take_shown_keys();
            if (!shown) return shown.error();
            shown_keys = std::move(*shown);
        }
        auto carried = rewriter.carry_keys();
        if (!carried) return carried.error();
        keys = std::move(*carried);
        result.asked = rewriter.asked().asked_person();
        result.empty_answers = (!keys.empty() || !shown_keys.empty()) && !rewriter.asked().tells_nothing();
    }
    if (stores && !keys.empty()) return stores_people();
    // The rows of another statement are counted as they are shown, and by then its change has been made.
    if (!keys.empty() && !resolution.modifies.empty() && parse::innermost(meant) != meant) {
        return Error{.code = Errc::not_countable,
                     .message = "people whom a change within another statement reaches cannot be counted",
                     .hint = "Send the statement that changes rows by itself."};
    }
    if (auto done = rewriter.run(); !done) return done.error();
    if (shared.reads_protected && declares_converting_parameter(meant)) {
        return Error{.code = Errc::unsupported,
                     .message = converting_parameter_message,
                     .hint = converting_parameter_hint};
    }
    if (auto done = adapt_wrapper(in.statement, meant, in.tokens, shared, rewriter); !done)
        return done.error();
    if (stores && reads_rows(meant) && !in.treatment.counted.empty() &&
        (shared.searched_values > 0 || !shared.searched_arrays.empty()))
        return stores_people();
    auto printed = rewriter.printed();
    if (!printed) return printed.error();

    if (in.masked != nullptr) *in.masked = rewriter.masked();
    if (in.columns != nullptr) *in.columns = columns_shown(*resolution.root, keys);
    result.text = std::move(printed->text);
    result.spans = std::move(printed->spans);
    result.in_clear = read_in_clear(resolution);
    for (const KeyColumn& key : keys)
        result.hidden.push_back({key.subject, key.array_depth, key.searched});
    std::ranges::move(shown_keys, std::back_inserter(result.hidden));
    result.parameter_types = rewriter.parameter_types();
    if (hides_rows(resolution, in.treatment)) {
        if (resolution.fails_on_samples) return *resolution.fails_on_samples;
        result.pattern_parameters = std::move(resolution.pattern_parameters);
        for (PatternParameter& pattern : result.pattern_parameters)
            pattern.array = pattern.array || is_used_elsewhere(in, pattern.number);
    }
    if (has_row_filter(resolution) || in.treatment.aggregates_only)
        result.cast_parameters = std::move(resolution.cast_parameters);
    result.reads_protected = shared.reads_protected;
    result.searched_values = shared.searched_values;
    result.finds_each_once = shared.finds_each_once;
    result.hides_rows = shared.hides_rows;
    result.holds_keys = shared.holds_keys;
    result.shows_ranks = shared.shows_ranks;
    result.groups_left_out_below = shared.groups_left_out_below;
    result.searched_arrays = shared.searched_arrays;
    if (IsA(meant, ExplainStmt)) {
        // What fails when it is planned tells of values, too.
        for (const resolve::FromItem& item : resolution.items)
            shared.entered.merge(counted_subjects(in.treatment, item.treatment));
    }
    result.entered = std::move(shared.entered);
    return result;
}

Result<PrintedStatement> print_in_other_words(const Printing& printing, std::string_view text,
                                              const Error& refusal, Node*& meant) {
    const char* kept = printing.memory.string(text);
    auto parsed = printing.memory.parse(kept);
    auto tokens = parse::Tokens::of(printing.memory, kept);
    if (!parsed || list_length(*parsed) != 1 || !tokens) return refusal;
    meant = static_cast<RawStmt*>(linitial(*parsed))->stmt;
    const parse::Statement statement{meant, 0, text.size()};
    const Printing again{statement,          *tokens, printing.memory, printing.catalog, printing.names,
                         printing.treatment, nullptr, printing.columns};
    auto printed = IsA(meant, CreateTableAsStmt)
                       ? print_create_as(again, reinterpret_cast<CreateTableAsStmt*>(meant))
                       : print_select(again, meant);
    if (!printed) {
        Error error = printed.error();
        error.offset.reset();
        return error;
    }
    printed->spans.clear();
    return printed;
}

}  // namespace sql::edits
