#include "sql/verify/groups.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sql/resolve/resolver.hpp"
#include "sql/verify/every_node.hpp"
#include "sql/verify/factors.hpp"
#include "sql/verify/group_conditions.hpp"
#include "sql/verify/grouped_from.hpp"
#include "sql/verify/guards.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/summary.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

class Groups {
public:
    Groups(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
           const SelectStmt* select)
        : memory_(memory),
          catalog_(catalog),
          treatment_(treatment),
          select_(select),
          from_(memory, catalog, treatment, select) {}

    Result<std::vector<const SelectStmt*>> check() {
        if (auto done = from_.read(); !done) return done.error();
        if (from_.guarded.empty()) return from_.guarded;
        if (!from_.only_tables)
            return defect("people are joined to what is no table, for a role that sees only aggregates");
        if (auto done = plain_parts(); !done) return done.error();
        if (!names_own_columns()) return defect("people are chosen by a column of the query around them");
        guards_.emplace(memory_, select_->havingClause, treatment_.aggregates_only->min_group);
        tells_who_is_absent_ = counts_different() && !(from_.is_one_item() && from_.people.size() == 1 &&
                                                       from_.people.front().has_one_row);
        const bool nobody = tells_of_nobody();
        // Any of them may be the one that the conditions of all aggregates are written in.
        for (const Guard& guard : guards_->all()) {
            if (guard.less != nullptr || (needs_people() && !guard.at_least)) continue;
            if (!holds_for(guard.conditions, guard.at_least)) continue;
            if (guards_->come_first() || nobody) return from_.guarded;
            return defect("a condition may be asked of groups before they are proven");
        }
        if (nobody && holds_for({}, true)) return from_.guarded;
        return defect("a group may hold fewer people than min_group");
    }

private:
    // Without GROUP BY there is a row also where nobody is chosen.
    [[nodiscard]] bool needs_people() const {
        return select_->groupClause != nullptr || treatment_.aggregates_only->min_group <= 1;
    }

    // Such relations have no key to be counted by.
    [[nodiscard]] bool tells_of_nobody() const {
        return std::ranges::all_of(from_.people, [](const Person& person) { return person.keys.empty(); });
    }

    // Nothing in the query could show or choose single rows.
    Result<void> plain_parts() const {
        for (Node* quals : from_.joined) {
            Conditions conditions;
            flatten(quals, conditions);
            if (!std::ranges::all_of(conditions, equates_columns))
                return defect("people are joined by more than equal columns");
        }
        for (const std::string& name : from_.merged) {
            if (from_.masked.contains(name)) return defect("people are joined by a masked column");
        }
        Conditions where;
        flatten(select_->whereClause, where);
        std::erase_if(where, [this](const Node* one) { return pinned_by(memory_, catalog_, one); });
        const auto may_choose = [&](Node* one) {
            return equates_columns(one) || (tells_of_nobody() && are_harmless(from_, {one}));
        };
        if (!std::ranges::all_of(where, may_choose))
            return defect("a condition chooses people before they are counted");
        // In a query that groups, windows are made of its groups: of those that HAVING leaves.
        const bool groups = select_->groupClause != nullptr || select_->havingClause != nullptr;
        // What a sub-query beside groups reads of people is groups, too: it is a level of its own.
        const auto chooses = [&](const Node* node) {
            return (nodeTag(node) == T_SubLink &&
                    !is_value_or_list(reinterpret_cast<const SubLink*>(node))) ||
                   (!groups && is_window(node));
        };
        const auto is_sub_query = [](const Node* node) { return nodeTag(node) == T_SubLink; };
        for (Node* part : parts()) {
            const bool beside = part == reinterpret_cast<Node*>(select_->targetList) ||
                                part == select_->havingClause ||
                                part == reinterpret_cast<Node*>(select_->sortClause);
            if (!every_outside_sub_queries(part, chooses).empty() ||
                (!(beside && groups) && !every(part, is_sub_query).empty()))
                return defect("a sub-query or window over people");
            for (Node* sub_query : every_outside_sub_queries(part, is_sub_query)) {
                if (auto done = stands_by_itself(sub_query); !done) return done;
            }
        }
        return {};
    }

    static bool is_value_or_list(const SubLink* link) {
        return link->subLinkType == EXPR_SUBLINK ||
               (link->subLinkType == ANY_SUBLINK && link->operName == nullptr);
    }

    // An aggregate over columns of this level would be one of this level, wherever it is written.
    [[nodiscard]] Result<void> stands_by_itself(Node* sub_query) const {
        for (Node* node : every(sub_query, [](const Node* one) { return nodeTag(one) == T_SelectStmt; })) {
            const auto* select = reinterpret_cast<const SelectStmt*>(node);
            Groups level(memory_, catalog_, treatment_, select);
            if (auto done = level.from_.read(); !done) return done;
            if (select->op != SETOP_NONE || select->valuesLists != nullptr || !level.from_.all_known ||
                !level.names_own_columns())
                return defect("a sub-query beside groups names columns around it");
        }
        return {};
    }

    // Every column is one of FROM; or, as a key of groups or of their order, what the target list calls an
    // output.
    [[nodiscard]] bool names_own_columns() const {
        std::vector<Node*> all = parts();
        all.insert(all.end(), from_.joined.begin(), from_.joined.end());
        all.push_back(select_->whereClause);
        return std::ranges::all_of(all, [&](Node* part) {
            const bool of_outputs = part == reinterpret_cast<Node*>(select_->groupClause) ||
                                    part == reinterpret_cast<Node*>(select_->sortClause);
            return std::ranges::all_of(columns_in(part), [&](const Node* node) {
                const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
                return nodeTag(llast(fields)) != T_String || from_.names.holds(fields) ||
                       (of_outputs && names_output(fields));
            });
        });
    }

    [[nodiscard]] bool names_output(const List* fields) const {
        for (int i = 0; list_length(fields) == 1 && i < list_length(select_->targetList); ++i) {
            const auto* target = static_cast<const ResTarget*>(list_nth(select_->targetList, i));
            if (resolve::output_name(target) == strVal(llast(fields))) return true;
        }
        return false;
    }

    [[nodiscard]] std::vector<Node*> parts() const {
        return {reinterpret_cast<Node*>(select_->targetList),
                reinterpret_cast<Node*>(select_->groupClause),
                select_->havingClause,
                reinterpret_cast<Node*>(select_->sortClause),
                reinterpret_cast<Node*>(select_->distinctClause),
                reinterpret_cast<Node*>(select_->windowClause)};
    }

    // Every key is counted among those whom `common` chooses, all aggregates are over them alone, and each of
    // the conditions leaves out nobody or enough.
    bool holds_for(const Conditions& common, bool at_least) {
        for (Guard& guard : guards_->all())
            guard.used = false;
        if (!are_harmless(from_, common) || !has_guards(common, common, at_least)) return false;
        for (Node* part :
             {reinterpret_cast<Node*>(select_->targetList), reinterpret_cast<Node*>(select_->sortClause),
              reinterpret_cast<Node*>(select_->windowClause)}) {
            if (!aggregates_are_proven(part, common)) return false;
        }
        for (Node* condition : guards_->others()) {
            if (!aggregates_are_proven(condition, common)) return false;
        }
        // What looks like a proof and proves nothing is the client's.
        for (bool more = true; more;) {
            more = false;
            for (Guard& guard : guards_->all()) {
                if (guard.used || !call_is_proven(guard.count, common) ||
                    (guard.less != nullptr && !call_is_proven(guard.less, common)))
                    continue;
                guard.used = true;
                more = true;
            }
        }
        return std::ranges::all_of(guards_->all(), &Guard::used);
    }

    /// Somewhere but in the proofs.
    [[nodiscard]] bool counts_different() const {
        std::vector<Node*> places = guards_->others();
        for (Node* part :
             {reinterpret_cast<Node*>(select_->targetList), reinterpret_cast<Node*>(select_->sortClause),
              reinterpret_cast<Node*>(select_->windowClause)})
            places.push_back(part);
        return std::ranges::any_of(places, [](Node* place) {
            return !every_outside_sub_queries(place, [](const Node* node) {
                        return nodeTag(node) == T_FuncCall &&
                               reinterpret_cast<const FuncCall*>(node)->agg_distinct;
                    }).empty();
        });
    }

    static bool is_count(const FuncCall* call) {
        return std::string_view(strVal(llast(call->funcname))) == "count";
    }

    /// What is summed of keys tells which ones they are.
    [[nodiscard]] bool names_people(const FuncCall* call) const {
        const auto columns = columns_in(reinterpret_cast<Node*>(call->args));
        return std::ranges::any_of(columns, [&](const Node* node) {
            const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
            return nodeTag(llast(fields)) == T_String && from_.names_a_key(fields);
        });
    }

    bool aggregates_are_proven(Node* part, const Conditions& common) {
        const auto calls =
            every_outside_sub_queries(part, [](const Node* node) { return nodeTag(node) == T_FuncCall; });
        return std::ranges::all_of(calls, [&](const Node* call) {
            return call_is_proven(reinterpret_cast<const FuncCall*>(call), common);
        });
    }

    bool call_is_proven(const FuncCall* call, const Conditions& common) {
        if (is_window(reinterpret_cast<const Node*>(call)))
            return true;  // what is in it is looked at by itself
        if (!is_aggregate(catalog_, call)) return call->agg_filter == nullptr && !call->agg_star;
        if (!is_summary(memory_, call, select_, from_.names) || call->agg_order != nullptr ||
            call->func_variadic || (!is_count(call) && !is_extreme(call) && names_people(call)))
            return false;
        Conditions all;
        flatten(call->agg_filter, all);
        Conditions own = all;
        for (const Node* condition : common) {
            const auto same =
                std::ranges::find_if(own, [&](const Node* one) { return memory_.equal(one, condition); });
            if (same == own.end()) return false;
            own.erase(same);
        }
        return (own.empty() || (are_harmless(from_, own) && has_guards(all, own, false))) &&
               values_are_proven(call, all);
    }

    // Whoever has NULL in a column is left out of an aggregate over it. A CASE in one shows choices among the
    // `chosen`, as FILTERs would: each branch of those whom the ones before it left.
    bool values_are_proven(const FuncCall* call, const Conditions& chosen) {
        if (is_extreme(call)) return true;  // of a key, which all of the group share
        const CaseExpr* choice = choice_in(call);
        const Weighing weighs = weighing_of(strVal(llast(call->funcname)));
        if (choice == nullptr)
            return weights_are_counted(reinterpret_cast<Node*>(call->args), weighs, chosen);
        Conditions left = chosen;
        std::deque<BooleanTest> negations;
        for (const CaseWhen* branch : branches_of(choice)) {
            Conditions own;
            flatten(reinterpret_cast<Node*>(branch->expr), own);
            Conditions then = left;
            then.insert(then.end(), own.begin(), own.end());
            if (!are_harmless(from_, own) || !has_guards(then, own, false) ||
                !weights_are_counted(reinterpret_cast<Node*>(branch->result), weighs, then))
                return false;
            BooleanTest& is_not = negations.emplace_back();
            is_not.xpr.type = T_BooleanTest;
            is_not.arg = branch->expr;
            is_not.booltesttype = IS_NOT_TRUE;
            left.push_back(reinterpret_cast<Node*>(&is_not));
        }
        return weights_are_counted(reinterpret_cast<Node*>(choice->defresult), weighs, left);
    }

    // Those who have a value in each column, and where it `weighs`, something else than 0 in each factor.
    bool weights_are_counted(Node* values, Weighing weighs, Conditions chosen) {
        std::deque<NullTest> tests;
        for (Node* node : columns_in(values)) {
            const auto is_same = [&](const NullTest& one) {
                return memory_.equal(reinterpret_cast<Node*>(one.arg), node);
            };
            if (!may_be_null(reinterpret_cast<const ColumnRef*>(node)) || std::ranges::any_of(tests, is_same))
                continue;
            NullTest& test = tests.emplace_back();
            test.xpr.type = T_NullTest;
            test.arg = reinterpret_cast<Expr*>(node);
            test.nulltesttype = IS_NOT_NULL;
        }
        Conditions own;
        for (NullTest& test : tests)
            own.push_back(reinterpret_cast<Node*>(&test));
        const bool moments_only = std::ranges::all_of(columns_in(values), [this](const Node* node) {
            return from_.names.summed(reinterpret_cast<const ColumnRef*>(node)->fields).is_moment;
        });
        if (weighs == Weighing::products && moments_only) weighs = Weighing::sums;
        const auto factors = factors_in(values, weighs);
        if (!factors) return false;
        for (Node* factor : *factors) {
            Node* test = is_not_zero(memory_, factor);
            if (std::ranges::none_of(own, [&](const Node* one) { return memory_.equal(one, test); }))
                own.push_back(test);
        }
        if (own.empty()) return true;
        chosen.insert(chosen.end(), own.begin(), own.end());
        return has_guards(chosen, own, false);
    }

    [[nodiscard]] bool may_be_null(const ColumnRef* ref) const {
        return from_.outer || nodeTag(llast(ref->fields)) != T_String || !from_.names.never_null(ref->fields);
    }

    // `chosen` as a whole, and each of `conditions` among them, and all of these together.
    bool has_guards(const Conditions& chosen, const Conditions& conditions, bool at_least) {
        const bool none_to_hide = treatment_.aggregates_only->min_group <= 1;
        std::vector<Guard*> found;
        for (const Person& person : from_.people) {
            for (std::size_t k = 0; k < person.keys.size(); ++k) {
                const auto its_key = [&](const FuncCall* call) { return counts(call, person, k); };
                if (at_least || !none_to_hide) found.push_back(guards_->find(its_key, chosen, {}, at_least));
                if (none_to_hide) continue;
                for (Node* condition : conditions)
                    found.push_back(guards_->find(its_key, chosen, {condition}, false));
                if (conditions.size() > 1) found.push_back(guards_->find(its_key, chosen, conditions, false));
                for (Node* condition : conditions) {
                    if (tells_who_is_absent_)
                        found.push_back(guards_->find_absent(its_key, chosen, {condition}));
                }
                if (tells_who_is_absent_ && conditions.size() > 1)
                    found.push_back(guards_->find_absent(its_key, chosen, conditions));
                for (Node* condition : conditions) {
                    const auto sides = sides_are_guarded(its_key, chosen, condition);
                    found.insert(found.end(), sides.begin(), sides.end());
                }
            }
        }
        if (std::ranges::find(found, nullptr) != found.end()) return false;
        for (Guard* one : found)
            one->used = true;
        return true;
    }

    // Of a OR b: for whom a alone holds, or b alone, or both. Of two columns all of that must be there.
    std::vector<Guard*> sides_are_guarded(const Guards::Counts& its_key, const Conditions& chosen,
                                          Node* condition) {
        const auto sides = sides_of(condition);
        std::vector<Guard*> found;
        if (sides.empty()) return found;
        Conditions both = chosen;
        const auto same =
            std::ranges::find_if(both, [&](const Node* one) { return memory_.equal(one, condition); });
        if (same != both.end()) both.erase(same);
        for (Node* side : sides) {
            Conditions own;
            flatten(side, own);
            Conditions more = chosen;
            more.insert(more.end(), own.begin(), own.end());
            found.push_back(guards_->find(its_key, more, own, false));
            both.insert(both.end(), own.begin(), own.end());
        }
        found.push_back(guards_->find(its_key, both, {}, false));
        if (names_one_column(condition)) std::erase(found, nullptr);
        return found;
    }

    static bool counts(const FuncCall* call, const Person& person, std::size_t key) {
        const auto* argument = static_cast<const Node*>(linitial(call->args));
        if (nodeTag(argument) != T_ColumnRef) return false;
        const List* fields = reinterpret_cast<const ColumnRef*>(argument)->fields;
        return list_length(fields) == 2 && nodeTag(linitial(fields)) == T_String &&
               nodeTag(lsecond(fields)) == T_String && strVal(linitial(fields)) == person.alias &&
               person.keys[key].contains(std::string_view(strVal(lsecond(fields))));
    }

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Treatment& treatment_;
    const SelectStmt* select_;
    GroupedFrom from_;
    std::optional<Guards> guards_;
    bool tells_who_is_absent_ = false;  // it counts different values, of people who may have several rows
};

}  // namespace

Result<std::vector<const SelectStmt*>> check_groups(parse::TreeMemory& memory, const Catalog& catalog,
                                                    const Treatment& treatment, const SelectStmt* select) {
    return Groups(memory, catalog, treatment, select).check();
}

}  // namespace sql::verify
