#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.hpp"

struct ColumnRef;
struct List;
struct Node;
struct SelectStmt;
struct WithClause;

namespace sql::verify {

/// The names that one query's FROM gives: aliases, and the columns that surely stand behind them.
struct NamedItem {
    std::string alias;
    std::vector<std::string> columns;  // those that are known
};

/// A query around a place in the tree, and what is around that.
struct Level {
    const Level* outer = nullptr;
    std::vector<NamedItem> items = {};
    std::map<std::string, std::vector<std::string>, std::less<>> ctes = {};

    [[nodiscard]] bool has_alias(std::string_view alias) const;
    [[nodiscard]] bool has_column(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>* cte(std::string_view name) const;
};

/// Adds what WITH names.
void add_ctes(const WithClause* with, const Catalog& catalog, Level& level);
/// Adds what FROM names. `level.ctes` must be there.
void add_from(const List* from, const Catalog& catalog, Level& level);

}  // namespace sql::verify
