#include "sql/edits/paid_insert.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sql/edits/counted_relations.hpp"
#include "sql/edits/kept_rows.hpp"
#include "sql/parse/carried.hpp"
#include "sql/pins.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

// A sequence takes no number back, so nobody may be numbered before he is paid for. The rows of the query are
// read once, by one statement, since another one could find other people; until they are written each of
// their columns is an array in a setting of the transaction. There they are texts, which PostgreSQL promises
// to read as what they were.
namespace sql::edits {
namespace {

using resolve::Assignment;
using resolve::Modify;
using resolve::Resolution;

/// The words of INSERT INTO target (columns) OVERRIDING ..., as token indices.
struct InsertPlaces {
    std::size_t insert;
    std::size_t target_end;
    std::size_t columns_end;  // target_end, where none are named
    std::size_t source;
};

InsertPlaces places_of(const parse::Tokens& tokens, const InsertStmt* insert) {
    const auto all = tokens.all();
    std::size_t i = tokens.token_at(insert->relation->location) + 1;
    while (i + 1 < all.size() && all[i].is_op("."))
        i += 2;
    if (insert->relation->alias != nullptr) i += 2;
    std::size_t first = i;
    while (first > 0 && !all[first].is_keyword("insert"))
        --first;
    InsertPlaces places{.insert = first, .target_end = i, .columns_end = i, .source = i};
    if (insert->cols != nullptr) places.columns_end = tokens.closing(i) + 1;
    places.source = places.columns_end + (insert->override == OVERRIDING_NOT_SET ? 0 : 3);
    return places;
}

/// The columns that the query fills, by its own. Empty: not known.
std::vector<const Column*> filled_columns(const Modify& modify) {
    std::vector<const Column*> columns(modify.source->outputs.size(), nullptr);
    for (const Assignment& assignment : modify.assignments) {
        if (assignment.clause != Assignment::Clause::insert || assignment.is_part || assignment.output < 0 ||
            static_cast<std::size_t>(assignment.output) >= columns.size())
            return {};
        columns[static_cast<std::size_t>(assignment.output)] = assignment.column;
    }
    if (std::ranges::find(columns, nullptr) != columns.end()) return {};
    return columns;
}

/// Without its modifier, and not a domain: whether a value is too long or forbidden is for the INSERT to say.
std::string type_kept_as(const Column& column, const Catalog& catalog) {
    const Type* type = catalog.base_type(column.type);
    return type == nullptr ? std::string() : print::quote_qualified(type->schema, type->name);
}

std::string setting(std::size_t i) { return print::quote_string("tabir.kept_" + std::to_string(i + 1)); }

std::string calls_setting(std::size_t i, const std::string& value) {
    return "\"pg_catalog\".\"set_config\"(" + setting(i) + ", " + value + ", true)";
}

/// Puts the type of the column that it fills behind each parameter that is all of a column.
void add_types(const SelectStmt* select, const parse::Tokens& tokens, const std::vector<std::string>& types,
               print::EditList& edits) {
    if (select->op != SETOP_NONE) {
        add_types(select->larg, tokens, types, edits);
        add_types(select->rarg, tokens, types, edits);
        return;
    }
    for (int i = 0; i < list_length(select->targetList) && static_cast<std::size_t>(i) < types.size(); ++i) {
        const auto* target = static_cast<const ResTarget*>(list_nth(select->targetList, i));
        if (!IsA(target->val, ParamRef)) continue;
        const int location = reinterpret_cast<const ParamRef*>(target->val)->location;
        const parse::Token& parameter = tokens.all()[tokens.token_at(location)];
        edits.replace(parameter.begin, parameter.end,
                      std::string(parameter.value) + "::" + types[static_cast<std::size_t>(i)]);
    }
}

/// The statements of one such INSERT.
class PaidInsert {
public:
    PaidInsert(const Printing& in, const InsertStmt* insert, const Modify& modify)
        : in_(in), insert_(insert), places_(places_of(in.tokens, insert)), columns_(filled_columns(modify)) {
        for (const Column* column : columns_)
            types_.push_back(type_kept_as(*column, in.catalog));
    }

    [[nodiscard]] bool can_be_written() const {
        // A constant is read as its modifier says.
        const auto is_modified = [](const Column* column) {
            return column->type == type_oid::interval && column->typmod >= 0;
        };
        return !columns_.empty() && std::ranges::find(types_, std::string()) == types_.end() &&
               std::ranges::none_of(columns_, is_modified);
    }

    [[nodiscard]] std::optional<Result<PrintedStatement>> in_steps() const {
        auto rows = print_source();
        if (!rows) return std::nullopt;
        if (!*rows) return rows->error();
        if ((*rows)->columns.visible != columns_.size()) return std::nullopt;
        auto itself = print_paid_change(in_);
        if (!itself) return itself.error();
        auto written = print_written();
        if (!written) return written.error();
        if (auto done = keep_rows(in_, **rows, "SELECT " + kept(**rows), true); !done) return done.error();

        PrintedStatement printed = std::move((*rows)->printed);
        printed.spans = std::move(itself->spans);
        printed.entered.merge(itself->entered);
        printed.compared_masks = std::move(itself->compared_masks);
        printed.paid = PaidSteps{.own = std::move(itself->text),
                                 .runs = PaidSteps::Own::never,
                                 .before = {"SELECT " + emptied() + " WHERE " + reads_texts_as_written()},
                                 .behind = {std::move(written->text)}};
        return printed;
    }

private:
    [[nodiscard]] std::size_t begin_of(std::size_t token) const { return in_.tokens.all()[token].begin; }
    [[nodiscard]] std::string between(std::size_t begin, std::size_t end) const {
        return std::string(in_.tokens.text().substr(begin, end - begin));
    }

    [[nodiscard]] std::optional<Result<KeptRows>> print_source() const {
        print::EditList edits;
        add_types(reinterpret_cast<const SelectStmt*>(insert_->selectStmt), in_.tokens, types_, edits);
        auto text = print::print(in_.tokens, begin_of(places_.source), in_.statement.end, edits);
        if (!text) return std::nullopt;
        text->text.insert(0, between(in_.statement.begin, begin_of(places_.insert)));
        return print_kept_rows(in_, text->text, "this INSERT of a query");
    }

    /// The INSERT again, of the rows that were kept.
    [[nodiscard]] Result<PrintedStatement> print_written() const {
        std::vector<std::string> names;
        std::vector<std::string> kept_names;
        std::string values;
        std::string arrays;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            names.push_back(columns_[i]->name);
            kept_names.push_back("__tabir_c" + std::to_string(i + 1));
            const std::string separator = i == 0 ? "" : ", ";
            values +=
                separator + "\"__tabir_r\"." + print::quote_identifier(kept_names.back()) + "::" + types_[i];
            arrays += separator + "\"pg_catalog\".\"unnest\"(NULLIF(\"pg_catalog\".\"current_setting\"(" +
                      setting(i) + "), '')::\"pg_catalog\".\"text\"[])";
        }
        const auto all = in_.tokens.all();
        const std::string text =
            between(begin_of(places_.insert), all[places_.target_end - 1].end) + " (" + listed(names) + ") " +
            between(begin_of(places_.columns_end), begin_of(places_.source)) + " SELECT " + values +
            " FROM ROWS FROM (" + arrays + ") AS \"__tabir_r\" (" + listed(kept_names) + ")";
        Node* meant = nullptr;
        auto printed = print_in_other_words(
            in_, text, Error{.code = Errc::verify_failed, .message = "Tabir made an INSERT that is none"},
            meant);
        if (!printed) return printed;
        auto done = verify::verify_statement(in_.memory, printed->text, meant, in_.catalog, in_.treatment);
        if (!done) return done.error();
        return printed;
    }

    [[nodiscard]] std::string kept(const KeptRows& rows) const {
        const auto names = kept_columns(rows);
        std::string text;
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += (i == 0 ? "" : ", ") +
                    calls_setting(i, "\"pg_catalog\".\"array_agg\"((" + print::quote_identifier(names[i]) +
                                         "::" + types_[i] +
                                         ")::\"pg_catalog\".\"text\")::\"pg_catalog\".\"text\"");
        }
        return text + " FROM " + std::string(kept_rows_name);
    }

    /// Times and intervals are not, in other styles. The error is that of other settings that a statement
    /// hangs on.
    static std::string reads_texts_as_written() {
        const auto setting_of = [](std::string_view name) {
            return "\"pg_catalog\".\"current_setting\"('" + std::string(name) + "')";
        };
        return "(CASE WHEN \"pg_catalog\".\"starts_with\"(" + setting_of("DateStyle") + ", 'ISO') AND " +
               setting_of("IntervalStyle") +
               " OPERATOR(\"pg_catalog\".<>) 'sql_standard' THEN 'true' ELSE '" + settings_mark +
               "' END)::\"pg_catalog\".\"bool\"";
    }

    [[nodiscard]] std::string emptied() const {
        std::string text;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            text += (i == 0 ? "" : ", ") + calls_setting(i, "''");
        return text;
    }

    const Printing& in_;
    const InsertStmt* insert_;
    InsertPlaces places_;
    std::vector<const Column*> columns_;
    std::vector<std::string> types_;
};

bool inserts_rows_of_a_query(const Printing& in, const InsertStmt* insert) {
    return !in.treatment.counted.empty() && insert->selectStmt != nullptr &&
           insert->onConflictClause == nullptr && insert->returningList == nullptr &&
           reinterpret_cast<const SelectStmt*>(insert->selectStmt)->valuesLists == nullptr;
}

}  // namespace

std::optional<Result<PrintedStatement>> print_paid_insert(const Printing& in, const InsertStmt* insert) {
    if (!inserts_rows_of_a_query(in, insert)) return std::nullopt;
    Resolution text;
    const resolve::Surroundings surroundings{
        .catalog = &in.catalog, .names = &in.names, .treatment = &in.treatment};
    resolve::Resolver resolver(surroundings, in.memory, text);
    Node* copy = in.memory.copy(reinterpret_cast<const Node*>(insert));
    if (!resolver.statement(parse::query_of(in.memory, copy)) || text.modifies.size() != 1)
        return std::nullopt;
    const Modify& modify = text.modifies.front();
    const Relation& target = *modify.target->relation;
    const CountedRelations counted(text, in.treatment);
    const bool table = target.kind == RelationKind::table || target.kind == RelationKind::partitioned_table;
    if (!table || target.temporary() || modify.source == nullptr || !counted.read_by(*modify.source) ||
        (counted.has_subjects(*modify.target) && counted.compared_values(modify) > 0))
        return std::nullopt;
    const PaidInsert paid(in, insert, modify);
    if (!paid.can_be_written()) return std::nullopt;
    return paid.in_steps();
}

}  // namespace sql::edits
