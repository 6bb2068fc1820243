#include "sql/edits/wrappers.hpp"

#include <algorithm>

#include "sql/edits/print_temporary.hpp"
#include "sql/parse/explain_options.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

Error unsupported(std::string what, std::string hint) {
    return Error{.code = Errc::unsupported, .message = std::move(what), .hint = std::move(hint)};
}

bool is_query(const Node* statement) {
    return IsA(statement, SelectStmt) || IsA(statement, InsertStmt) || IsA(statement, UpdateStmt) ||
           IsA(statement, DeleteStmt) || IsA(statement, MergeStmt);
}

/// The wrappers of one statement, outermost first.
class Wrapping {
public:
    Wrapping(const parse::Statement& statement, const parse::Tokens& tokens, Shared& shared,
             Rewriter& rewriter)
        : all_(tokens),
          tokens_(tokens.within(statement.begin, statement.end)),
          shared_(shared),
          rewriter_(rewriter) {}

    [[nodiscard]] Result<void> adapt(Node* statement) {
        switch (nodeTag(statement)) {
            case T_SelectStmt:
            case T_ExecuteStmt:
            case T_CallStmt:
            case T_InsertStmt:
            case T_UpdateStmt:
            case T_DeleteStmt:
            case T_MergeStmt: return {};
            case T_DeclareCursorStmt: return declare(reinterpret_cast<DeclareCursorStmt*>(statement));
            case T_PrepareStmt: return prepare(reinterpret_cast<PrepareStmt*>(statement));
            case T_ExplainStmt: return explain(reinterpret_cast<ExplainStmt*>(statement));
            case T_CopyStmt: return copy(reinterpret_cast<CopyStmt*>(statement));
            case T_CreateTableAsStmt:
                return adapt_create_as(reinterpret_cast<CreateTableAsStmt*>(statement), all_, shared_,
                                       rewriter_.edits());
            case T_CreateStmt:
                return adapt_create(reinterpret_cast<CreateStmt*>(statement), all_, shared_,
                                    rewriter_.edits());
            case T_IndexStmt:
                return adapt_index(reinterpret_cast<IndexStmt*>(statement), all_, shared_, rewriter_.edits());
            default:
                return unsupported("this statement around a query is not supported yet",
                                   "Send the query by itself.");
        }
    }

private:
    // PostgreSQL lets a cursor without SCROLL go back where its plan can. The keys' joins can take that away.
    Result<void> declare(DeclareCursorStmt* cursor) {
        const int decided = CURSOR_OPT_SCROLL | CURSOR_OPT_NO_SCROLL;
        if (shared_.treatment.relations.empty() || (cursor->options & decided) != 0 || shared_.locks_rows)
            return {};
        const auto* word = std::find_if(tokens_.data() + 2, tokens_.data() + tokens_.size(),
                                        [](const parse::Token& token) { return token.is_keyword("cursor"); });
        cursor->options |= CURSOR_OPT_SCROLL;
        rewriter_.edits().insert_before(word->begin, "SCROLL");
        return {};
    }

    Result<void> prepare(PrepareStmt* prepare) {
        if (!shared_.searched_arrays.empty()) {
            return Error{.code = Errc::not_countable,
                         .message =
                             "the values that = ANY with a parameter searches for cannot be counted in "
                             "PREPARE",
                         .hint = "Bind the array by your driver's own prepared statements."};
        }
        const auto& wanted = rewriter_.parameter_types();
        if (wanted.empty() || list_length(prepare->argtypes) >= wanted.back().first) return {};
        if (prepare->argtypes != nullptr)
            return unsupported("parameters of which only some have a type are not supported here",
                               "Give every parameter of PREPARE a type, or none.");
        std::string text = "(";
        for (int number = 1; number <= wanted.back().first; ++number) {
            const auto found = std::ranges::find(wanted, number, &std::pair<int, Oid>::first);
            const Type* type = found == wanted.end() ? nullptr : shared_.catalog.type(found->second);
            const std::string schema = type == nullptr ? "pg_catalog" : type->schema;
            const std::string name = type == nullptr ? "unknown" : type->name;
            text += (number == 1 ? "" : ", ") + print::quote_qualified(schema, name);
            auto* node = shared_.memory.make<TypeName>(T_TypeName);
            node->names = shared_.memory.append(nullptr, shared_.memory.string_node(schema));
            node->names = shared_.memory.append(node->names, shared_.memory.string_node(name));
            node->typemod = -1;
            node->location = -1;
            prepare->argtypes = shared_.memory.append(prepare->argtypes, node);
        }
        rewriter_.edits().insert_behind(tokens_[1].end, text + ")");
        return {};
    }

    Result<void> explain(ExplainStmt* explain) {
        const bool of_prepared = IsA(explain->query, ExecuteStmt);
        if (!of_prepared && !IsA(explain->query, DeclareCursorStmt) && !is_query(explain->query))
            return unsupported("EXPLAIN of this statement is not supported yet",
                               "Explain the query by itself.");
        if (shared_.treatment.relations.empty() && !of_prepared) return {};
        const parse::ExplainOptions options = parse::explain_options(explain);
        if (options.runs && !shared_.treatment.run_plans) {
            return unsupported(
                "EXPLAIN ANALYZE and its kind over protected tables tell how many rows there are",
                "Use plain EXPLAIN.");
        }
        if (shared_.searched_values > 0 || !shared_.searched_arrays.empty()) {
            return unsupported(
                "a plan for an exact search over protected tables could tell of the searched value",
                "Explain the statement without the search.");
        }
        print_options(explain->options != nullptr);
        auto* costs = shared_.memory.make<DefElem>(T_DefElem);
        costs->defname = shared_.memory.string("costs");
        costs->arg = shared_.memory.string_node("off");
        costs->location = -1;
        explain->options = shared_.memory.append(explain->options, costs);
        return {};
    }

    void print_options(bool has_options) {
        print::EditList& edits = rewriter_.edits();
        if (!has_options) {
            edits.insert_behind(tokens_[0].end, "(COSTS OFF)");
        } else if (tokens_[1].is_op("(")) {
            std::size_t depth = 0;
            const auto closing = std::ranges::find_if(tokens_.subspan(1), [&](const parse::Token& token) {
                if (token.is_op("(")) ++depth;
                return token.is_op(")") && --depth == 0;
            });
            edits.insert_before(closing->begin, ", COSTS OFF");
        } else {
            // The old spelling takes no other option: EXPLAIN ANALYZE VERBOSE.
            std::size_t last = 1;
            std::string words = tokens_[1].is_keyword("verbose") ? "VERBOSE" : "ANALYZE";
            if (words == "ANALYZE" && tokens_[2].is_keyword("verbose")) {
                last = 2;
                words += ", VERBOSE";
            }
            edits.replace(tokens_[1].begin, tokens_[last].end, "(" + words + ", COSTS OFF)");
        }
    }

    static Result<void> copy(const CopyStmt* copy) {
        if (copy->filename != nullptr || copy->is_program) {
            return unsupported("COPY to a file or a program of the server is not permitted",
                               "Use COPY ... TO STDOUT; in psql, \\copy.");
        }
        return {};
    }

    const parse::Tokens& all_;
    std::span<const parse::Token> tokens_;  // of the statement
    Shared& shared_;
    Rewriter& rewriter_;
};

}  // namespace

bool shows_rows_of_its_query(const Node* statement) {
    return !IsA(statement, ExplainStmt) && !IsA(statement, ExecuteStmt) && !IsA(statement, CallStmt) &&
           !IsA(statement, CreateStmt) && !IsA(statement, IndexStmt);
}

Result<void> adapt_wrapper(const parse::Statement& statement, Node* meant, const parse::Tokens& tokens,
                           Shared& shared, Rewriter& rewriter) {
    return Wrapping(statement, tokens, shared, rewriter).adapt(meant);
}

}  // namespace sql::edits
