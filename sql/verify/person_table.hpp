#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/verify/grouped_from.hpp"

namespace sql::verify {

/// A query in FROM with rows about one person each, as sql/edits/person_tables.hpp has it.
struct PersonTable {
    struct Output {
        std::string name;
        bool not_null = false;
        SummedColumn summed{};  // where the query around it sums it
    };
    std::vector<const SelectStmt*> guarded;  // the masked sub-selects that it reads
    Person person;                           // without an alias
    std::vector<Output> outputs;
};

/// Reads such a query from the tree: nothing in it chooses rows, it shows keys of its groups and plain
/// aggregates of columns, and has a hidden output for each key of a person. nullopt: it is something else.
[[nodiscard]] std::optional<PersonTable> read_person_table(parse::TreeMemory& memory, const Catalog& catalog,
                                                           const Treatment& treatment,
                                                           const SelectStmt* select);

}  // namespace sql::verify
