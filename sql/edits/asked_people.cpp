#include "sql/edits/asked_people.hpp"

#include <algorithm>
#include <array>

#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/type_oids.hpp"
#include "sql/verify/no_rows.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Two values that are equal are the same key. With other types 'a' may equal 'A', or a number its neighbour.
bool equals_only_itself(const Place& place) {
    constexpr std::array keys = {type_oid::int8, type_oid::int2, type_oid::int4, type_oid::uuid};
    constexpr std::array texts = {type_oid::text, type_oid::varchar};
    constexpr std::array<Oid, 3> deterministic = {100, 950, 951};  // default, C, POSIX
    const Column* column = place.first->columns[static_cast<std::size_t>(place.second)].attribute;
    if (column == nullptr) return false;
    return std::ranges::find(keys, column->type) != keys.end() ||
           (std::ranges::find(texts, column->type) != texts.end() &&
            std::ranges::find(deterministic, column->collation) != deterministic.end());
}

}  // namespace

// Every row that a query reads of people is one of those whose key equals one of `known`.
bool AskedPeople::reads_only(const Query& query, const std::set<Place>& known) const {
    if (query.kind != Query::Kind::select) return !counted_.read_by(query);
    if (!std::ranges::all_of(query.sub_queries,
                             [&](const Query* inner) { return reads_only(*inner, known); }))
        return false;
    return std::ranges::all_of(query.leaves, [&](const FromItem* item) { return reads_only(*item, known); });
}

bool AskedPeople::reads_only(const FromItem& side, const std::set<Place>& known) const {
    switch (side.kind) {
        case FromItem::Kind::relation: return !counted_.contains(side) || is_key_of(side, known);
        case FromItem::Kind::subselect: return reads_only(*side.query, known);
        case FromItem::Kind::cte: return !counted_.read_by(*side.query);
        case FromItem::Kind::view: return false;
        case FromItem::Kind::function:
        case FromItem::Kind::merged: return true;
        case FromItem::Kind::join: return reads_only(*side.left, known) && reads_only(*side.right, known);
    }
    return false;
}

bool AskedPeople::is_key_of(const FromItem& relation, const std::set<Place>& known) {
    return std::ranges::all_of(relation.treatment->subjects, [&](const SubjectKey& subject) {
        return std::ranges::any_of(known, [&](const Place& place) {
            if (place.first != &relation || place.second < 0) return false;
            // What equals a mask is not the key.
            const resolve::ItemColumn& column = relation.columns[static_cast<std::size_t>(place.second)];
            return column.attribute != nullptr && column.attribute->number == subject.column &&
                   column.shown == resolve::Shown::open;
        });
    });
}

// What the conditions of a query say, and those of the queries in it: each of the rows that it reads itself.
// What stands around is not chosen by it, as NOT EXISTS shows.
Equalities AskedPeople::equalities_inside(const Query& query) const {
    Equalities all;
    for (const Query& one : text_.queries) {
        if (!resolve::is_inside(&one, query)) continue;
        const auto chooses = [&](const Place& place) { return resolve::is_inside(place.first->level, one); };
        for (const auto& [from, to] : equalities_of(text_, one).columns) {
            if (chooses(to)) all.columns.emplace_back(from, to);
        }
        for (const auto& [place, value] : equalities_of(text_, one).values) {
            if (chooses(place)) all.values.emplace_back(place, value);
        }
    }
    return all;
}

std::optional<Place> AskedPeople::place_asked_for(const Query& inner, const Query& holder,
                                                  const Equalities& equalities) const {
    for (const auto& [from, to] : equalities.columns) {
        const FromItem& item = *from.first;
        if (item.level != &holder || item.unreachable) continue;
        if (reads_only(inner, equal_to({from}, equalities))) return from;
    }
    return std::nullopt;
}

// The column of `holder` that says whom a sub-query asks about, if it can ask about nobody else.
std::optional<std::string> AskedPeople::person_asked_for(const Query& inner, const Query& holder) const {
    const auto place = place_asked_for(inner, holder, equalities_inside(inner));
    if (!place) return std::nullopt;
    const FromItem& item = *place->first;
    return print::quote_identifier(item.alias) + "." +
           print::quote_identifier(item.columns[static_cast<std::size_t>(place->second)].name) + "::text";
}

// The column of a relation that a sub-select or a WITH query passes on: every row of it carries its keys.
std::optional<Place> AskedPeople::origin_of(Place place) {
    while (place.first->kind == FromItem::Kind::subselect || place.first->kind == FromItem::Kind::cte) {
        const FromItem& item = *place.first;
        const int output = item.columns[static_cast<std::size_t>(place.second)].output;
        if (item.query->kind != Query::Kind::select || output < 0) return std::nullopt;
        const resolve::OutputColumn& column = item.query->outputs[static_cast<std::size_t>(output)];
        if (column.item == nullptr || column.column < 0) return std::nullopt;
        place = {column.item, column.column};
    }
    if (place.first->kind != FromItem::Kind::relation) return std::nullopt;
    return place;
}

bool AskedPeople::asks_about_its_row(const Query& inner, const Query& holder) const {
    if (holder.kind != Query::Kind::select || holder.modify != nullptr) return false;
    // Who was found by an exact search is told by the search.
    const bool searches = std::ranges::any_of(text_.searches, [&](const resolve::Search& search) {
        return resolve::is_inside(search.named()->level, inner);
    });
    if (searches) return false;
    Equalities same = equalities_inside(inner);
    std::erase_if(same.columns, [](const auto& both) {
        const auto from = origin_of(both.first);
        const auto to = origin_of(both.second);
        return !from || !to || !equals_only_itself(*from) || !equals_only_itself(*to);
    });
    const auto place = place_asked_for(inner, holder, same);
    const auto origin = place ? origin_of(*place) : std::nullopt;
    if (!origin || !counted_.contains(*origin->first)) return false;
    const resolve::ItemColumn& column = origin->first->columns[static_cast<std::size_t>(origin->second)];
    if (column.shown != resolve::Shown::open) return false;
    std::set<std::string> carried;
    for (const SubjectKey& subject : origin->first->treatment->subjects) {
        if (subject.column == column.attribute->number) carried.insert(subject.kind);
    }
    return std::ranges::all_of(text_.items, [&](const FromItem& item) {
        return item.kind != FromItem::Kind::relation || !resolve::is_inside(item.level, inner) ||
               std::ranges::includes(carried, counted_.subjects_of(item));
    });
}

// The outer joins that may leave a FROM item empty; and with one of them, the column that says whose rows it
// then has not found.
Absence AskedPeople::absence_of(const FromItem& item) const {
    Absence absence;
    const auto look = [&](const auto& self, const FromItem& join) -> void {
        if (join.kind != FromItem::Kind::join || &join == &item) return;
        // Inside of a join with an alias the joins around it are not seen; it may be left empty as a whole.
        if (!join.alias.empty()) absence.joins.clear();
        const bool on_left = is_member(&item, *join.left);
        const JoinType type = join.join->jointype;
        if (type == JOIN_FULL || type == (on_left ? JOIN_RIGHT : JOIN_LEFT)) absence.joins.push_back(&join);
        self(self, on_left ? *join.left : *join.right);
    };
    for (const FromItem* root : item.level->from) {
        if (is_member(&item, *root)) look(look, *root);
    }
    if (absence.joins.size() != 1 || absence.joins[0]->join->jointype == JOIN_FULL) return absence;
    const FromItem& join = *absence.joins[0];
    const FromItem& empty_side = join.join->jointype == JOIN_LEFT ? *join.right : *join.left;
    Equalities equalities;
    collect_equalities(text_, join, equalities);
    for (const auto& [from, to] : equalities.columns) {
        const FromItem& other = *from.first;
        if (other.level != item.level || other.unreachable || is_member(&other, empty_side) ||
            !reads_only(empty_side, equal_to({from}, equalities)))
            continue;
        absence.person = print::quote_identifier(other.alias) + "." +
                         print::quote_identifier(other.columns[static_cast<std::size_t>(from.second)].name) +
                         "::text";
        return absence;
    }
    if (item.kind == FromItem::Kind::subselect && item.subselect->lateral)
        absence.person = person_asked_for(*item.query, *item.level);
    return absence;
}

bool AskedPeople::is_correlated(const Query& query) const {
    return std::ranges::any_of(text_.bound, [&](const auto& entry) {
        return resolve::is_inside(entry.second.written_in, query) &&
               !resolve::is_inside(entry.second.item->level, query);
    });
}

// Every row that the text reads of people, on whatever level, is one person's, and the text says whose.
std::optional<AskedPerson> AskedPeople::asked_person() const {
    const Equalities all = equalities_inside(*text_.root);
    const auto same = [&](const Node* left, const Node* right) {
        return memory_.equal(without_casts(left), without_casts(right));
    };
    for (const auto& [place, value] : all.values) {
        std::set<Place> known;
        for (const auto& [other, other_value] : all.values) {
            if (same(value, other_value)) known.insert(other);
        }
        known = equal_to(std::move(known), all);
        std::optional<AskedPerson> asked;
        const bool only = std::ranges::all_of(text_.items, [&](const FromItem& item) {
            if (item.kind == FromItem::Kind::view) return false;
            if (item.kind != FromItem::Kind::relation || !counted_.contains(item)) return true;
            const SubjectKey& subject = item.treatment->subjects.front();
            asked = AskedPerson{.subject = subject.kind, .type = item.relation->column(subject.column)->type};
            return item.treatment->subjects.size() == 1 && is_key_of(item, known);
        });
        if (!only || !asked) continue;
        const Node* plain = without_casts(value);
        if (IsA(plain, ParamRef)) {
            asked->parameter = reinterpret_cast<const ParamRef*>(plain)->number;
            return asked;
        }
        const auto* constant = reinterpret_cast<const A_Const*>(plain);
        switch (nodeTag(&constant->val)) {
            case T_Integer: asked->key = std::to_string(constant->val.ival.ival); return asked;
            case T_Float: asked->key = constant->val.fval.fval; return asked;
            case T_String: asked->key = constant->val.sval.sval; return asked;
            default: return std::nullopt;  // no key is a truth value or a bit string
        }
    }
    return std::nullopt;
}

bool AskedPeople::tells_nothing() const { return verify::shows_no_rows(text_.root->node); }

}  // namespace sql::edits
