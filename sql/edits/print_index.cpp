#include <algorithm>
#include <array>

#include "sql/edits/errors.hpp"
#include "sql/edits/print_temporary.hpp"
#include "sql/parse/own_expression.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr std::string_view catalog_schema = "pg_catalog";

bool is_built_in_method(std::string_view name) {
    static constexpr std::array<std::string_view, 6> methods = {"btree", "hash", "gin",
                                                                "gist",  "brin", "spgist"};
    return std::ranges::find(methods, name) != methods.end();
}

/// CREATE INDEX, as tokens and tree.
class IndexEdits {
public:
    IndexEdits(IndexStmt* index, const parse::Tokens& tokens, Shared& shared, print::EditList& edits)
        : index_(index), tokens_(tokens), shared_(shared), edits_(edits) {}

    [[nodiscard]] Result<void> make() {
        if (index_->concurrent || index_->options != nullptr || index_->tableSpace != nullptr ||
            !is_built_in_method(index_->accessMethod))
            return unsupported(
                "this form of CREATE INDEX is not supported for a temporary table",
                "Write CREATE [UNIQUE] INDEX [name] ON table [USING btree] (columns) [WHERE ...].");
        if (auto done = check_expressions(); !done) return done;
        if (auto done = rename(); !done) return done;
        return qualify_classes();
    }

private:
    Result<void> check_expressions() {
        bool own =
            index_->whereClause == nullptr || parse::is_own_expression(shared_.memory, index_->whereClause);
        for (const List* elements : {index_->indexParams, index_->indexIncludingParams}) {
            for (int i = 0; i < list_length(elements); ++i) {
                const auto* element = static_cast<const IndexElem*>(list_nth(elements, i));
                if (element->opclassopts != nullptr)
                    return unsupported("options of an operator class are not supported for a temporary table",
                                       "Leave the options out.");
                if (element->expr != nullptr)
                    own = own && parse::is_own_expression(shared_.memory, element->expr);
            }
        }
        if (own) return {};
        return unsupported("an index of a temporary table is made of its columns, by their bare names",
                           "Leave the table's name and sub-queries out.");
    }

    // Names of indexes are found where the database looks for tables, so they are not the client's either.
    Result<void> rename() {
        const auto all = tokens_.all();
        const std::size_t table = tokens_.token_at(index_->relation->location);
        if (index_->idxname != nullptr) {
            std::size_t on = table;
            while (on > 0 && !all[on].is_keyword("on"))
                --on;
            auto stored = stored_name_of(index_->idxname);
            if (!stored) {
                Error error = stored.error();
                error.offset = all[on - 1].begin;
                return error;
            }
            edits_.replace(all[on - 1].begin, all[on - 1].end, print::quote_identifier(*stored));
            index_->idxname = shared_.memory.string(*stored);
        }
        auto found = resolve::relation_named(index_->relation, shared_.catalog, shared_.names);
        if (!found) return found.error();
        const std::size_t last = table + (index_->relation->schemaname != nullptr ? 2 : 0);
        edits_.replace(all[table].begin, all[last].end, printed_name(**found));
        index_->relation->schemaname = shared_.memory.string(temporary_schema);
        index_->relation->relname = shared_.memory.string((*found)->stored_name);
        elements_ = last + 1;
        while (elements_ < all.size() && !all[elements_].is_op("("))
            ++elements_;
        return {};
    }

    // Operator classes are those of pg_catalog, whatever a schema of the path holds.
    Result<void> qualify_classes() {
        const auto all = tokens_.all();
        std::size_t begin = elements_ + 1;
        for (int i = 0; i < list_length(index_->indexParams); ++i) {
            std::size_t end = begin;
            while (!all[end].is_op(",") && !all[end].is_op(")"))
                end = tokens_.past(end);
            auto* element = static_cast<IndexElem*>(list_nth(index_->indexParams, i));
            if (element->opclass != nullptr) {
                if (auto done = qualify_class(element, end); !done) return done;
            }
            begin = end + 1;
        }
        return {};
    }

    Result<void> qualify_class(IndexElem* element, std::size_t end) {
        const auto all = tokens_.all();
        if (list_length(element->opclass) == 2 && strVal(linitial(element->opclass)) == catalog_schema)
            return {};
        if (list_length(element->opclass) != 1)
            return unsupported("this operator class may not be used", "Those of pg_catalog may be used.");
        if (element->nulls_ordering != SORTBY_NULLS_DEFAULT) end -= 2;
        if (element->ordering != SORTBY_DEFAULT) --end;
        edits_.insert_before(all[end - 1].begin, "\"pg_catalog\".");
        List* longer = shared_.memory.append(nullptr, shared_.memory.string_node(catalog_schema));
        element->opclass = shared_.memory.append(longer, linitial(element->opclass));
        return {};
    }

    IndexStmt* index_;
    const parse::Tokens& tokens_;
    Shared& shared_;
    print::EditList& edits_;
    std::size_t elements_ = 0;  // the bracket before them
};

}  // namespace

Result<void> adapt_index(IndexStmt* index, const parse::Tokens& tokens, Shared& shared,
                         print::EditList& edits) {
    return IndexEdits(index, tokens, shared, edits).make();
}

Result<PrintedStatement> print_analyze(const Printing& in, VacuumStmt* meant) {
    PrintedStatement result;
    result.text = "ANALYZE ";
    meant->options = nullptr;  // what it would say on the way
    for (int i = 0; i < list_length(meant->rels); ++i) {
        auto* one = static_cast<VacuumRelation*>(list_nth(meant->rels, i));
        auto found = resolve::relation_named(one->relation, in.catalog, in.names);
        if (!found) return found.error();
        if (!(*found)->temporary())
            return unsupported("only temporary tables of this session can be analyzed", "");
        result.text += (i == 0 ? "" : ", ") + printed_name(**found);
        for (int k = 0; k < list_length(one->va_cols); ++k)
            result.text +=
                (k == 0 ? " (" : ", ") + print::quote_identifier(strVal(list_nth(one->va_cols, k)));
        if (one->va_cols != nullptr) result.text += ")";
        one->relation->schemaname = in.memory.string(temporary_schema);
        one->relation->relname = in.memory.string((*found)->stored_name);
        one->relation->inh = true;
    }
    return result;
}

}  // namespace sql::edits
