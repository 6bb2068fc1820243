#pragma once

#include <set>
#include <utility>
#include <vector>

#include "sql/facts.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::lineage {

/// Follows what is assigned to a column back to the columns of relations that its values may come from. What
/// cannot be followed exactly is taken to come from everything that is named nearby.
class Flows {
public:
    Flows(const resolve::Surroundings& surroundings, parse::TreeMemory& memory,
          const resolve::Resolution& found)
        : in_(surroundings), memory_(memory), found_(found) {}

    [[nodiscard]] Result<std::vector<ColumnUse>> into(const resolve::Modify& modify,
                                                      const resolve::Assignment& assignment);

private:
    void expression(Node* node);
    void reference(const resolve::FromItem& item, int column);
    void relation_column(const resolve::FromItem& item, int column);
    void output(const resolve::Query& query, int index);
    void everything_in(const resolve::Query& query);
    static bool visit(Node* node, void* flows);

    const resolve::Surroundings& in_;
    parse::TreeMemory& memory_;
    const resolve::Resolution& found_;
    std::set<std::pair<Oid, AttributeNumber>> sources_;
    std::set<std::pair<const resolve::Query*, int>> seen_;
    std::set<const resolve::Query*> taken_whole_;
    std::optional<Error> error_;
};

}  // namespace sql::lineage
