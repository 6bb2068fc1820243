#include "sql/verify/verify.hpp"

#include "sql/parse/carried.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/parse/tree_depth.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// A client's tree (GuardLimits::tree_depth) with expanded views, filters and masks inside.
constexpr int printed_tree_depth = 1'500;

Result<Node*> only_statement(parse::TreeMemory& memory, std::string_view printed) {
    auto parsed = memory.parse(printed);
    if (!parsed) return defect("the printed text does not parse: " + parsed.error().message);
    if (list_length(*parsed) != 1) return defect("the printed text is not one statement");
    return static_cast<RawStmt*>(linitial(*parsed))->stmt;
}

Result<void> same(parse::TreeMemory& memory, const Node* statement, const Node* meant) {
    if (meant == nullptr || !memory.equal(statement, meant))
        return defect("the printed text means something else");
    return {};
}

}  // namespace

Error defect(std::string what) {
    return Error{.code = Errc::verify_failed,
                 .message = "the statement could not be rewritten safely: " + std::move(what),
                 .hint = "Please report it as a defect of Tabir, with the statement."};
}

Result<void> verify_statement(parse::TreeMemory& memory, std::string_view printed, const Node* meant,
                              const Catalog& catalog, const Treatment& treatment) {
    auto statement = only_statement(memory, printed);
    if (!statement) return statement.error();
    if (parse::ParseTree::is_walkable(*statement) &&
        !parse::check_tree_depth(memory, parse::innermost(*statement), printed_tree_depth))
        return defect("the printed text is too deep");
    if (auto equal = same(memory, *statement, meant); !equal) return equal;
    return Walk(memory, catalog, treatment).whole(*statement);
}

}  // namespace sql::verify
