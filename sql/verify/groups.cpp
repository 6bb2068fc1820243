#include "sql/verify/groups.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sql/verify/masked_select.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

using Conditions = std::vector<Node*>;

// Their result hangs on everybody whose row they take.
constexpr std::array<std::string_view, 21> summaries = {
    "count",     "sum",       "avg",        "stddev",         "stddev_pop", "stddev_samp",
    "variance",  "var_pop",   "var_samp",   "corr",           "covar_pop",  "covar_samp",
    "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2",    "regr_slope",
    "regr_sxx",  "regr_sxy",  "regr_syy"};

/// What is known of a masked sub-select in FROM by its output columns.
struct Person {
    std::string alias;
    std::vector<std::set<std::string, std::less<>>> keys = {};  // of each subject: the columns that hold it
    std::set<std::string, std::less<>> masked = {};
};

/// count(DISTINCT key) FILTER (WHERE conditions), compared in HAVING.
struct Guard {
    const FuncCall* count = nullptr;
    Conditions conditions = {};
    bool at_least = false;  // otherwise: nobody or enough
    bool used = false;
};

void flatten(Node* condition, Conditions& into) {
    if (condition == nullptr) return;
    if (nodeTag(condition) != T_BoolExpr ||
        reinterpret_cast<const BoolExpr*>(condition)->boolop != AND_EXPR) {
        into.push_back(condition);
        return;
    }
    const List* args = reinterpret_cast<const BoolExpr*>(condition)->args;
    for (int i = 0; i < list_length(args); ++i)
        flatten(static_cast<Node*>(list_nth(args, i)), into);
}

std::optional<int> integer(const Node* node) {
    if (node == nullptr || nodeTag(node) != T_A_Const) return std::nullopt;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (constant->isnull || nodeTag(&constant->val) != T_Integer) return std::nullopt;
    return constant->val.ival.ival;
}

bool is_operator(const A_Expr* expr, A_Expr_Kind kind, std::string_view name) {
    return expr->kind == kind && list_length(expr->name) == 1 && strVal(linitial(expr->name)) == name;
}

std::vector<Node*> every(Node* root, const auto& wanted) {
    struct Context {
        const decltype(wanted)& is_wanted;
        std::vector<Node*> found = {};
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            auto& self = *static_cast<Context*>(context);
            if (self.is_wanted(at)) self.found.push_back(at);
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context{wanted};
    Context::walk(root, &context);
    return context.found;
}

std::vector<Node*> columns_in(Node* root) {
    return every(root, [](const Node* node) { return nodeTag(node) == T_ColumnRef; });
}

bool equates_columns(const Node* condition) {
    if (nodeTag(condition) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    return is_operator(expr, AEXPR_OP, "=") && expr->lexpr != nullptr && expr->rexpr != nullptr &&
           nodeTag(expr->lexpr) == T_ColumnRef && nodeTag(expr->rexpr) == T_ColumnRef;
}

class Groups {
public:
    Groups(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
           const SelectStmt* select)
        : memory_(memory), catalog_(catalog), treatment_(treatment), select_(select) {}

    Result<std::vector<const SelectStmt*>> check() {
        for (int i = 0; i < list_length(select_->fromClause); ++i) {
            if (auto done = item(static_cast<Node*>(list_nth(select_->fromClause, i))); !done)
                return done.error();
        }
        if (guarded_.empty()) return guarded_;
        if (!only_tables_)
            return defect("people are joined to what is no table, for a role that sees only aggregates");
        if (auto done = plain_parts(); !done) return done.error();
        read_guards();
        // Any of them may be the one that the conditions of all aggregates are written in.
        for (const Guard& guard : guards_) {
            if (guard.at_least && holds_for(guard.conditions)) return guarded_;
        }
        // Relations that tell of nobody have no key to be counted by.
        const bool nobody =
            std::ranges::all_of(people_, [](const Person& person) { return person.keys.empty(); });
        if (nobody && holds_for({})) return guarded_;
        return defect("a group may hold fewer people than min_group");
    }

private:
    Result<void> item(Node* node) {
        switch (nodeTag(node)) {
            case T_RangeVar:
                only_tables_ = only_tables_ && reinterpret_cast<const RangeVar*>(node)->schemaname != nullptr;
                return {};
            case T_RangeTableSample: return item(reinterpret_cast<const RangeTableSample*>(node)->relation);
            case T_JoinExpr: {
                const auto* join = reinterpret_cast<const JoinExpr*>(node);
                joined_.push_back(join->quals);
                for (int i = 0; i < list_length(join->usingClause); ++i)
                    merged_.insert(strVal(list_nth(join->usingClause, i)));
                if (auto done = item(join->larg); !done) return done;
                return item(join->rarg);
            }
            case T_RangeSubselect: return sub_select(reinterpret_cast<const RangeSubselect*>(node));
            default: only_tables_ = false; return {};
        }
    }

    Result<void> sub_select(const RangeSubselect* sub) {
        const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
        const RangeVar* name = read_relation(inner);
        const Relation* relation = name == nullptr || name->schemaname == nullptr
                                       ? nullptr
                                       : catalog_.relation(name->schemaname, name->relname);
        const auto treated = std::ranges::find_if(treatment_.relations, [&](const RelationTreatment& one) {
            return relation != nullptr && one.relation == relation->oid;
        });
        if (treated == treatment_.relations.end()) {
            only_tables_ = false;
            return {};
        }
        if (sub->alias == nullptr || sub->lateral) return defect("people without a name to count them by");
        guarded_.push_back(inner);
        Person person{.alias = sub->alias->aliasname};
        person.keys.resize(treated->subjects.size());
        for (int i = 0; i < list_length(inner->targetList); ++i) {
            const auto* target = static_cast<const ResTarget*>(list_nth(inner->targetList, i));
            const bool plain = target->val != nullptr && nodeTag(target->val) == T_ColumnRef;
            const std::string raw =
                plain ? strVal(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields)) : "";
            std::string shown = target->name != nullptr ? target->name : raw;
            if (target->name != nullptr && !shown.starts_with("__tabir_")) person.masked.insert(shown);
            const bool is_masked = person.masked.contains(shown);
            if (i < list_length(sub->alias->colnames)) shown = strVal(list_nth(sub->alias->colnames, i));
            if (is_masked) masked_.insert(shown);
            const Column* column = plain ? relation->column(raw) : nullptr;
            for (std::size_t k = 0; column != nullptr && k < person.keys.size(); ++k) {
                if (treated->subjects[k].column == column->number) person.keys[k].insert(shown);
            }
        }
        people_.push_back(std::move(person));
        return {};
    }

    // Nothing in the query could show or choose single rows.
    Result<void> plain_parts() const {
        for (Node* quals : joined_) {
            Conditions conditions;
            flatten(quals, conditions);
            if (!std::ranges::all_of(conditions, equates_columns))
                return defect("people are joined by more than equal columns");
        }
        for (const std::string& name : merged_) {
            if (masked_.contains(name)) return defect("people are joined by a masked column");
        }
        Conditions where;
        flatten(select_->whereClause, where);
        std::erase_if(where, [this](const Node* one) { return pinned_by(memory_, catalog_, one); });
        if (!std::ranges::all_of(where, equates_columns))
            return defect("a condition chooses people before they are counted");
        // In a query that groups, windows are made of its groups: of those that HAVING leaves.
        const bool groups = select_->groupClause != nullptr || select_->havingClause != nullptr;
        const auto chooses = [&](const Node* node) {
            return nodeTag(node) == T_SubLink || (!groups && is_window(node));
        };
        for (Node* part : parts()) {
            if (!every(part, chooses).empty()) return defect("a sub-query or window over people");
        }
        return {};
    }

    [[nodiscard]] std::vector<Node*> parts() const {
        return {reinterpret_cast<Node*>(select_->targetList),
                reinterpret_cast<Node*>(select_->groupClause),
                select_->havingClause,
                reinterpret_cast<Node*>(select_->sortClause),
                reinterpret_cast<Node*>(select_->distinctClause),
                reinterpret_cast<Node*>(select_->windowClause)};
    }

    void read_guards() {
        Conditions having;
        if (select_->havingClause != nullptr && nodeTag(select_->havingClause) == T_BoolExpr &&
            reinterpret_cast<const BoolExpr*>(select_->havingClause)->boolop == AND_EXPR) {
            const List* args = reinterpret_cast<const BoolExpr*>(select_->havingClause)->args;
            for (int i = 0; i < list_length(args); ++i)
                having.push_back(static_cast<Node*>(list_nth(args, i)));
        } else if (select_->havingClause != nullptr) {
            having.push_back(select_->havingClause);
        }
        for (Node* condition : having) {
            if (auto guard = as_guard(condition))
                guards_.push_back(std::move(*guard));
            else
                others_.push_back(condition);
        }
    }

    [[nodiscard]] std::optional<Guard> as_guard(const Node* condition) const {
        if (nodeTag(condition) != T_A_Expr) return std::nullopt;
        const auto* expr = reinterpret_cast<const A_Expr*>(condition);
        const int enough = treatment_.aggregates_only->min_group;
        Guard guard;
        if (is_operator(expr, AEXPR_OP, ">=")) {
            guard.at_least = true;
            if (integer(expr->rexpr).value_or(0) < enough) return std::nullopt;
        } else {
            if (expr->kind != AEXPR_NOT_BETWEEN) return std::nullopt;
            const auto* bounds = reinterpret_cast<const List*>(expr->rexpr);
            if (integer(static_cast<const Node*>(linitial(bounds))) != 1 ||
                integer(static_cast<const Node*>(lsecond(bounds))).value_or(0) < enough - 1)
                return std::nullopt;
        }
        if (expr->lexpr == nullptr || nodeTag(expr->lexpr) != T_FuncCall) return std::nullopt;
        guard.count = reinterpret_cast<const FuncCall*>(expr->lexpr);
        if (name_of(guard.count) != "count" || !guard.count->agg_distinct ||
            list_length(guard.count->args) != 1 || guard.count->over != nullptr)
            return std::nullopt;
        flatten(guard.count->agg_filter, guard.conditions);
        return guard;
    }

    // Every key is counted among those whom `common` chooses, all aggregates are over them alone, and each of
    // the conditions leaves out nobody or enough.
    bool holds_for(const Conditions& common) {
        for (Guard& guard : guards_)
            guard.used = false;
        if (!are_harmless(common) || !has_guards(common, common, true)) return false;
        for (Node* part :
             {reinterpret_cast<Node*>(select_->targetList), reinterpret_cast<Node*>(select_->sortClause),
              reinterpret_cast<Node*>(select_->windowClause)}) {
            if (!aggregates_are_proven(part, common)) return false;
        }
        for (Node* condition : others_) {
            if (!aggregates_are_proven(condition, common)) return false;
        }
        // What looks like a proof and proves nothing is the client's.
        for (bool more = true; more;) {
            more = false;
            for (Guard& guard : guards_) {
                if (guard.used || !call_is_proven(guard.count, common)) continue;
                guard.used = true;
                more = true;
            }
        }
        return std::ranges::all_of(guards_, &Guard::used);
    }

    bool aggregates_are_proven(Node* part, const Conditions& common) {
        const auto calls = every(part, [](const Node* node) { return nodeTag(node) == T_FuncCall; });
        return std::ranges::all_of(calls, [&](const Node* call) {
            return call_is_proven(reinterpret_cast<const FuncCall*>(call), common);
        });
    }

    bool call_is_proven(const FuncCall* call, const Conditions& common) {
        if (is_window(reinterpret_cast<const Node*>(call)))
            return true;  // what is in it is looked at by itself
        if (!is_aggregate(call)) return call->agg_filter == nullptr && !call->agg_star;
        if (!is_summary(call) || call->agg_order != nullptr || call->func_variadic) return false;
        Conditions all;
        flatten(call->agg_filter, all);
        Conditions own = all;
        for (const Node* condition : common) {
            const auto same =
                std::ranges::find_if(own, [&](const Node* one) { return memory_.equal(one, condition); });
            if (same == own.end()) return false;
            own.erase(same);
        }
        return (own.empty() || (are_harmless(own) && has_guards(all, own, false))) &&
               choice_is_proven(call, all);
    }

    // A CASE in an aggregate shows two choices among the `chosen`, as two FILTERs would.
    bool choice_is_proven(const FuncCall* call, const Conditions& chosen) {
        const CaseExpr* choice = choice_in(call);
        if (choice == nullptr) return true;
        Conditions own;
        flatten(reinterpret_cast<Node*>(only_when(choice)->expr), own);
        Conditions all = chosen;
        all.insert(all.end(), own.begin(), own.end());
        return are_harmless(own) && has_guards(all, own, false);
    }

    static const CaseWhen* only_when(const CaseExpr* choice) {
        return static_cast<const CaseWhen*>(linitial(choice->args));
    }

    // CASE WHEN condition THEN x [ELSE y] END as the only argument.
    static const CaseExpr* choice_in(const FuncCall* call) {
        if (list_length(call->args) != 1) return nullptr;
        const auto* argument = static_cast<const Node*>(linitial(call->args));
        if (nodeTag(argument) != T_CaseExpr) return nullptr;
        const auto* choice = reinterpret_cast<const CaseExpr*>(argument);
        return choice->arg == nullptr && list_length(choice->args) == 1 ? choice : nullptr;
    }

    // `chosen` as a whole, and each of `conditions` among them.
    bool has_guards(const Conditions& chosen, const Conditions& conditions, bool at_least) {
        const bool none_to_hide = treatment_.aggregates_only->min_group <= 1;
        std::vector<Guard*> found;
        for (const Person& person : people_) {
            for (std::size_t k = 0; k < person.keys.size(); ++k) {
                if (at_least || !none_to_hide) found.push_back(guard(person, k, chosen, nullptr, at_least));
                for (const Node* condition : conditions) {
                    if (!none_to_hide) found.push_back(guard(person, k, chosen, condition, false));
                }
            }
        }
        if (std::ranges::find(found, nullptr) != found.end()) return false;
        for (Guard* one : found)
            one->used = true;
        return true;
    }

    // Over the `chosen`; with `negated`: over those whom it alone leaves out.
    Guard* guard(const Person& person, std::size_t key, const Conditions& chosen, const Node* negated,
                 bool at_least) {
        const auto fits = [&](const Guard& one) {
            if (one.at_least != at_least || one.conditions.size() != chosen.size() ||
                !counts(one.count, person, key))
                return false;
            return std::ranges::all_of(chosen, [&](const Node* condition) {
                const bool is_negated = negated != nullptr && memory_.equal(condition, negated);
                return std::ranges::any_of(one.conditions, [&](const Node* own) {
                    return is_negated ? negates(own, negated) : memory_.equal(own, condition);
                });
            });
        };
        const auto found = std::ranges::find_if(guards_, fits);
        return found == guards_.end() ? nullptr : &*found;
    }

    [[nodiscard]] bool negates(const Node* one, const Node* condition) const {
        if (nodeTag(one) != T_BooleanTest) return false;
        const auto* test = reinterpret_cast<const BooleanTest*>(one);
        return test->booltesttype == IS_NOT_TRUE &&
               memory_.equal(reinterpret_cast<const Node*>(test->arg), condition);
    }

    static bool counts(const FuncCall* call, const Person& person, std::size_t key) {
        const auto* argument = static_cast<const Node*>(linitial(call->args));
        if (nodeTag(argument) != T_ColumnRef) return false;
        const List* fields = reinterpret_cast<const ColumnRef*>(argument)->fields;
        return list_length(fields) == 2 && nodeTag(linitial(fields)) == T_String &&
               nodeTag(lsecond(fields)) == T_String && strVal(linitial(fields)) == person.alias &&
               person.keys[key].contains(std::string_view(strVal(lsecond(fields))));
    }

    // Each names one column at most: not a key of a person, not a mask, nothing hidden.
    [[nodiscard]] bool are_harmless(const Conditions& conditions) const {
        return std::ranges::all_of(conditions, [&](Node* condition) {
            std::set<std::string> names;
            for (const Node* node : columns_in(condition)) {
                const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
                if (nodeTag(llast(fields)) != T_String) return false;
                const std::string name = strVal(llast(fields));
                const bool personal = std::ranges::any_of(people_, [&](const Person& person) {
                    const bool reaches = list_length(fields) == 1 || strVal(linitial(fields)) == person.alias;
                    return reaches && (person.masked.contains(name) ||
                                       std::ranges::any_of(person.keys, [&](const auto& key) {
                                           return key.contains(std::string_view(name));
                                       }));
                });
                if (personal || name.starts_with("__tabir_")) return false;
                names.insert(name);
            }
            return names.size() <= 1;
        });
    }

    static bool is_window(const Node* node) {
        return nodeTag(node) == T_FuncCall && reinterpret_cast<const FuncCall*>(node)->over != nullptr;
    }

    [[nodiscard]] static std::string_view name_of(const FuncCall* call) {
        const List* name = call->funcname;
        const bool built_in =
            list_length(name) == 1 || std::string_view(strVal(linitial(name))) == "pg_catalog";
        return built_in ? strVal(llast(name)) : std::string_view{};
    }

    [[nodiscard]] bool is_aggregate(const FuncCall* call) const {
        const List* name = call->funcname;
        const std::string_view schema = list_length(name) == 1 ? "pg_catalog" : strVal(linitial(name));
        const auto functions = catalog_.functions(schema, strVal(llast(name)));
        return std::ranges::any_of(functions, [](const Function* one) { return one->kind == 'a'; });
    }

    // min and max show one person's value, if not of a key of the group.
    [[nodiscard]] bool is_summary(const FuncCall* call) const {
        const std::string_view name = name_of(call);
        if ((name == "min" || name == "max") && list_length(call->args) == 1)
            return is_grouped(static_cast<const Node*>(linitial(call->args)));
        if (std::ranges::find(summaries, name) == summaries.end()) return false;
        const auto is_plain = [](const Node* node) {
            switch (nodeTag(node)) {
                case T_List:
                case T_ColumnRef:
                case T_A_Const:
                case T_String:
                case T_Integer:
                case T_Float:
                case T_CoalesceExpr:
                case T_TypeCast:
                case T_TypeName: return true;
                case T_A_Expr: {
                    const auto* expr = reinterpret_cast<const A_Expr*>(node);
                    return is_operator(expr, AEXPR_OP, "+") || is_operator(expr, AEXPR_OP, "-") ||
                           is_operator(expr, AEXPR_OP, "*") || is_operator(expr, AEXPR_OP, "/");
                }
                default: return false;  // what could single out a value
            }
        };
        const auto all_plain = [&](Node* root) {
            return every(root, [&](const Node* node) { return !is_plain(node); }).empty();
        };
        if (const CaseExpr* choice = choice_in(call)) {
            return all_plain(reinterpret_cast<Node*>(only_when(choice)->result)) &&
                   all_plain(reinterpret_cast<Node*>(choice->defresult));
        }
        return all_plain(reinterpret_cast<Node*>(call->args));
    }

    [[nodiscard]] bool is_grouped(const Node* argument) const {
        if (nodeTag(argument) != T_ColumnRef) return false;
        const auto same = every(reinterpret_cast<Node*>(select_->groupClause), [&](const Node* key) {
            if (nodeTag(key) != T_ColumnRef) return false;
            // city and c.city are the same key.
            const List* left = reinterpret_cast<const ColumnRef*>(key)->fields;
            const List* right = reinterpret_cast<const ColumnRef*>(argument)->fields;
            return memory_.equal(key, argument) || (list_length(left) != list_length(right) &&
                                                    memory_.equal(static_cast<const Node*>(llast(left)),
                                                                  static_cast<const Node*>(llast(right))));
        });
        return !same.empty();
    }

    parse::TreeMemory& memory_;
    const Catalog& catalog_;
    const Treatment& treatment_;
    const SelectStmt* select_;
    std::vector<const SelectStmt*> guarded_;
    std::vector<Person> people_;
    std::vector<Node*> joined_;
    std::set<std::string> merged_;  // named by USING
    std::set<std::string> masked_;  // what masked columns are called where tables are joined
    std::vector<Guard> guards_;
    Conditions others_;  // of HAVING
    bool only_tables_ = true;
};

}  // namespace

Result<std::vector<const SelectStmt*>> check_groups(parse::TreeMemory& memory, const Catalog& catalog,
                                                    const Treatment& treatment, const SelectStmt* select) {
    return Groups(memory, catalog, treatment, select).check();
}

}  // namespace sql::verify
