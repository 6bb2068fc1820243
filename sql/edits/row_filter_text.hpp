#pragma once

#include <string>
#include <string_view>

#include "sql/analyze.hpp"
#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/pins.hpp"

struct Node;

namespace sql::resolve {
struct ChangedView;
}

namespace sql::edits {

/// A policy's row filter as it stands in the WHERE of the masked sub-select: names qualified, :user a string
/// constant. Its columns are those of the raw relation, which is called `alias` where the condition will
/// stand
/// ("": nothing else is there that could have such columns). Where it hangs on the session's time zone or
/// date style, it asks first that they are as the database has them. `through`: a view of the relation stands
/// there, and the columns are called as its own. Errors count bytes of `filter` with :user as written.
[[nodiscard]] Result<std::string> print_row_filter(std::string_view filter, const Relation& relation,
                                                   const Catalog& catalog, parse::TreeMemory& memory,
                                                   std::string_view user, std::string_view alias = {},
                                                   const resolve::ChangedView* through = nullptr);

/// A condition over one relation, whose columns stand in it raw. The tree is what the text parses to.
struct PrintedCondition {
    std::string text;
    Node* node = nullptr;
    PinnedSettings settings = {};
};

/// The WHERE of COPY ... FROM: over the rows that the client sends (sql/resolve/copied_table.hpp checks
/// that).
[[nodiscard]] Result<PrintedCondition> print_copy_condition(std::string_view condition,
                                                            const Relation& relation, const Catalog& catalog,
                                                            const NameContext& names,
                                                            parse::TreeMemory& memory);

}  // namespace sql::edits
