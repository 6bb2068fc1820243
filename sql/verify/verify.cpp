#include "sql/verify/verify.hpp"

#include "sql/parse/carried.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/parse/tree_depth.hpp"
#include "sql/verify/stand_ins.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// A client's tree (GuardLimits::tree_depth) with expanded views, filters and masks inside.
constexpr int printed_tree_depth = 1'500;

/// No byte of a text makes more than a level of the tree, but for a few around the whole.
bool may_be_too_deep(std::string_view printed) { return printed.size() > printed_tree_depth / 2; }

Result<Node*> only_statement(parse::TreeMemory& memory, std::string_view printed) {
    auto parsed = memory.parse(printed);
    if (!parsed) return defect("the printed text does not parse: " + parsed.error().message);
    if (list_length(*parsed) != 1) return defect("the printed text is not one statement");
    return static_cast<RawStmt*>(linitial(*parsed))->stmt;
}

/// Not with a constant that was searched for.
bool may_come_again(std::string_view text) { return text.find("\"__tabir_m") == std::string_view::npos; }

/// Between the brackets of FROM, where it will stand, the text is read as it is read alone. So nothing in it
/// reaches what stands behind it, as a comment without an end or a semicolon would.
bool stands_in_from(parse::TreeMemory& memory, const std::string& text, SelectStmt* alone) {
    auto* item = memory.make<RangeSubselect>(T_RangeSubselect);
    item->subquery = reinterpret_cast<Node*>(alone);
    item->alias = memory.make<Alias>(T_Alias);
    item->alias->aliasname = memory.string("proven");
    auto* meant = memory.make<SelectStmt>(T_SelectStmt);
    meant->fromClause = memory.append(nullptr, item);
    meant->limitOption = LIMIT_OPTION_COUNT;
    meant->op = SETOP_NONE;
    const auto read = only_statement(memory, "SELECT FROM (" + text + ") AS proven");
    return read && memory.equal(*read, reinterpret_cast<Node*>(meant));
}

Result<void> same(parse::TreeMemory& memory, const Node* statement, const Node* meant) {
    if (meant == nullptr || !memory.equal(statement, meant))
        return defect("the printed text means something else");
    return {};
}

/// The same with stand-ins. Says only yes: who hears no looks at the whole print.
bool is_proven(parse::TreeMemory& memory, std::string_view printed, const Node* meant, const Catalog& catalog,
               const Treatment& treatment, std::span<const MaskedPlace> masked) {
    // What changes rows, makes tables or carries a query is looked at by the columns of its sub-selects.
    if (meant == nullptr || nodeTag(meant) != T_SelectStmt) return false;
    auto stand_ins = StandIns::of(memory, printed, catalog, treatment, masked);
    if (!stand_ins) return false;
    const StandIns::InMeant in_meant(*stand_ins);
    const auto statement = only_statement(memory, stand_ins->text());
    return statement &&
           (!may_be_too_deep(stand_ins->text()) ||
            parse::check_tree_depth(memory, *statement, printed_tree_depth)) &&
           memory.equal(*statement, meant) &&
           Walk(memory, catalog, treatment, &*stand_ins).whole(*statement) && stand_ins->all_taken();
}

/// Proves each masked sub-select of a print that was verified as a whole, by its own text.
void remember(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
              std::span<const MaskedPlace> masked) {
    for (const MaskedPlace& place : masked) {
        if (place.select == nullptr || !may_come_again(place.select->text())) continue;
        SelectStmt* select = place.select->tree();
        if (stands_in_from(memory, place.select->text(), select) &&
            Walk(memory, catalog, treatment).is_masked(select, place.relation))
            place.select->prove(catalog, place.relation, treatment);
    }
}

}  // namespace

Error defect(std::string what) {
    return Error{.code = Errc::verify_failed,
                 .message = "the statement could not be rewritten safely: " + std::move(what),
                 .hint = "Please report it as a defect of Tabir, with the statement."};
}

Result<void> verify_statement(parse::TreeMemory& memory, std::string_view printed, const Node* meant,
                              const Catalog& catalog, const Treatment& treatment,
                              std::span<const MaskedPlace> masked) {
    if (is_proven(memory, printed, meant, catalog, treatment, masked)) return {};
    auto statement = only_statement(memory, printed);
    if (!statement) return statement.error();
    if (parse::ParseTree::is_walkable(*statement) &&
        !parse::check_tree_depth(memory, parse::innermost(*statement), printed_tree_depth))
        return defect("the printed text is too deep");
    if (auto equal = same(memory, *statement, meant); !equal) return equal;
    if (auto done = Walk(memory, catalog, treatment).whole(*statement); !done) return done;
    remember(memory, catalog, treatment, masked);
    return {};
}

Result<void> verify_framed(parse::TreeMemory& memory, std::string_view before, std::string_view query_text,
                           std::string_view behind, Node* query) {
    const auto around = [&](std::string_view inside) {
        return std::string(before).append(inside).append(behind);
    };
    const std::string printed = around(query_text);
    auto statement = only_statement(memory, printed);
    if (!statement) return statement.error();
    // The frame around the smallest query there is, in whose place the tree is put.
    const std::string empty = around("SELECT");
    auto meant = only_statement(memory, empty);
    if (!meant) return meant.error();
    if (nodeTag(*meant) != T_SelectStmt || reinterpret_cast<SelectStmt*>(*meant)->withClause == nullptr)
        return defect("what stands around a query is no WITH");
    auto* with = reinterpret_cast<SelectStmt*>(*meant)->withClause;
    static_cast<CommonTableExpr*>(linitial(with->ctes))->ctequery = query;
    return same(memory, *statement, *meant);
}

}  // namespace sql::verify
