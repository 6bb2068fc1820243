#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sql/analyze.hpp"
#include "sql/edits/column_equalities.hpp"
#include "sql/edits/counted_relations.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// How a FROM item may become a row of NULLs, and whom such a row tells of.
struct Absence {
    std::vector<const resolve::FromItem*> joins;
    std::optional<std::string> person;  // an expression of the key
};

/// Whom a statement asks about, even where no row of theirs is shown: "no row with id = 4711 fits" tells of
/// 4711.
class AskedPeople {
public:
    /// All three must outlive it.
    AskedPeople(const resolve::Resolution& text, const CountedRelations& counted, parse::TreeMemory& memory)
        : text_(text), counted_(counted), memory_(memory) {}

    /// The only person whom the whole text asks about, by a constant or a parameter.
    [[nodiscard]] std::optional<AskedPerson> asked_person() const;
    /// No row can come of it, whatever the tables hold: LIMIT 0, WHERE false.
    [[nodiscard]] bool tells_nothing() const;

    /// Every row that a query reads of people is one of those whose key equals one of `known`.
    [[nodiscard]] bool reads_only(const resolve::Query& query, const std::set<Place>& known) const;
    /// The column of `holder` that says whom a sub-query asks about, if it can ask about nobody else.
    [[nodiscard]] std::optional<std::string> person_asked_for(const resolve::Query& inner,
                                                              const resolve::Query& holder) const;
    /// A sub-query reads nobody but the person of whose row it is asked, and that row carries his key
    /// already.
    [[nodiscard]] bool asks_about_its_row(const resolve::Query& inner, const resolve::Query& holder) const;
    /// The outer joins that may leave a FROM item empty; and with one of them, the column that says whose
    /// rows it then has not found.
    [[nodiscard]] Absence absence_of(const resolve::FromItem& item) const;
    /// The query reads columns of one that stands around it.
    [[nodiscard]] bool is_correlated(const resolve::Query& query) const;

private:
    using Query = resolve::Query;
    using FromItem = resolve::FromItem;

    [[nodiscard]] bool reads_only(const FromItem& side, const std::set<Place>& known) const;
    [[nodiscard]] std::optional<Place> place_asked_for(const Query& inner, const Query& holder,
                                                       const Equalities& equalities) const;
    [[nodiscard]] Equalities equalities_inside(const Query& query) const;
    [[nodiscard]] static std::optional<Place> origin_of(Place place);
    [[nodiscard]] static bool is_key_of(const FromItem& relation, const std::set<Place>& known);

    const resolve::Resolution& text_;
    const CountedRelations& counted_;
    parse::TreeMemory& memory_;
};

}  // namespace sql::edits
