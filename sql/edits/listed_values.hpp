#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/parse/tokens.hpp"

struct ColumnRef;
struct List;
struct Node;

namespace sql::edits {

/// The rows of VALUES that a statement reads in FROM, or as a query of WITH, by what they are called there.
class ListedValues {
public:
    /// Both must outlive it.
    ListedValues(const parse::Tokens& tokens, Node* statement);

    /// What a column of them may be, as expressions: 'a'::text and $1 for `v.phone` of (VALUES ('a'), ($1))
    /// AS v(phone). nullopt: it is something else, or not all of it are literals of text and parameters.
    [[nodiscard]] std::optional<std::vector<std::string>> of(const ColumnRef* column) const;

private:
    struct Rows {
        std::vector<std::string_view> columns;
        const List* rows = nullptr;  // nullptr: several things are called so
    };

    static bool walk(Node* node, void* context);
    void add(std::string_view name, const List* columns, const List* rows);

    const parse::Tokens& tokens_;
    std::map<std::string_view, Rows> named_;
    std::multiset<std::string_view> with_queries_;
};

}  // namespace sql::edits
