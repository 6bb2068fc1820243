#include "sql/edits/constant_tables.hpp"

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/edits/constant_queries.hpp"
#include "sql/edits/output_names.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/parse/literals.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Of text, in bytes: what is named twice on each of many levels would double with each of them.
constexpr std::size_t most_put = 64 * 1024;

struct ConstantTable {
    const SelectStmt* around;
    const RangeSubselect* item;
    [[nodiscard]] const SelectStmt* inner() const {
        return reinterpret_cast<const SelectStmt*>(item->subquery);
    }
};

bool is_candidate(const Node* item) {
    if (!IsA(item, RangeSubselect)) return false;
    const auto* sub = reinterpret_cast<const RangeSubselect*>(item);
    const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
    return sub->alias != nullptr && inner->op == SETOP_NONE && inner->fromClause == nullptr &&
           inner->targetList != nullptr;
}

bool is_true(const Node* node) {
    const A_Const* constant = parse::literal(node);
    return constant != nullptr && !constant->isnull && IsA(&constant->val, Boolean) &&
           constant->val.boolval.boolval;
}

/// Each row of the others stands beside its row, and no outer join makes up another one for it.
void collect_from(const SelectStmt* around, const Node* item, bool crossed,
                  std::vector<ConstantTable>& found) {
    if (crossed && is_candidate(item))
        found.push_back({around, reinterpret_cast<const RangeSubselect*>(item)});
    if (!IsA(item, JoinExpr)) return;
    const auto* join = reinterpret_cast<const JoinExpr*>(item);
    if (join->alias != nullptr || join->isNatural || join->usingClause != nullptr) return;
    const bool cross = join->jointype == JOIN_INNER && (join->quals == nullptr || is_true(join->quals));
    if (join->jointype == JOIN_INNER || join->jointype == JOIN_LEFT)
        collect_from(around, join->larg, cross, found);
    if (join->jointype == JOIN_INNER || join->jointype == JOIN_RIGHT)
        collect_from(around, join->rarg, cross, found);
}

bool collect_constant_tables(Node* node, std::vector<ConstantTable>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const ListCell* c = nullptr;
        foreach (c, select->fromClause) {
            const bool has_target = select->targetList != nullptr && !resolve::is_table_command(select);
            if (has_target) collect_from(select, static_cast<const Node*>(lfirst(c)), true, *found);
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_constant_tables), found);
}

/// Where the query around names the table's columns.
class Uses {
public:
    Uses(const ConstantTable& table, const std::map<std::string, Constant, std::less<>>& values)
        : table_(table), values_(values) {}

    /// Below `node`. false: it is named where no value can stand for it.
    bool find(Node* node) { return !walk(node, this); }
    [[nodiscard]] const std::vector<const ColumnRef*>& found() const { return found_; }

private:
    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Uses*>(context);
        if (node == reinterpret_cast<const Node*>(self.table_.item)) return false;
        if (IsA(node, ColumnRef)) return self.meets(reinterpret_cast<ColumnRef*>(node));
        const bool deeper = IsA(node, SelectStmt);
        self.depth_ += deeper ? 1 : 0;
        const bool stopped = raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
        self.depth_ -= deeper ? 1 : 0;
        return stopped;
    }

    bool meets(const ColumnRef* ref) {
        const auto* first = static_cast<const Node*>(linitial(ref->fields));
        const auto* last = static_cast<const Node*>(llast(ref->fields));
        const int parts = list_length(ref->fields);
        if (IsA(first, A_Star)) return depth_ == 0;
        const bool by_alias = std::string_view(strVal(first)) == table_.item->alias->aliasname;
        if (parts == 1 ? !by_alias && !values_.contains(std::string_view(strVal(first))) : !by_alias)
            return false;
        // A row of it, or a query of its own, which may mean another table by that name.
        if (depth_ > 0 || parts > 2 || !IsA(last, String) ||
            !values_.contains(std::string_view(strVal(last))))
            return true;
        found_.push_back(ref);
        return false;
    }

    const ConstantTable& table_;
    const std::map<std::string, Constant, std::less<>>& values_;
    std::vector<const ColumnRef*> found_;
    int depth_ = 0;
};

/// Puts the values where the columns were named, and takes the table out of FROM.
class InPlace {
public:
    InPlace(const parse::Tokens& tokens, const ConstantTable& table)
        : tokens_(tokens), all_(tokens.all()), table_(table) {}

    std::optional<std::vector<TextChange>> made(const Catalog& catalog) {
        return take_values(catalog) && take_out() && put_values() ? std::optional(std::move(changes_))
                                                                  : std::nullopt;
    }

private:
    bool take_values(const Catalog& catalog) {
        const auto constants = constants_of(tokens_, table_.inner(), catalog);
        if (!constants) return false;
        const List* names = table_.item->alias->colnames;
        for (int i = 0; i < static_cast<int>(constants->size()); ++i) {
            const auto* target = static_cast<const ResTarget*>(list_nth(table_.inner()->targetList, i));
            const std::string name =
                i < list_length(names) ? strVal(list_nth(names, i)) : resolve::output_name(target);
            if (!values_.emplace(name, (*constants)[static_cast<std::size_t>(i)]).second) return false;
        }
        return true;
    }

    // (SELECT ...) AS p (a, b), with what joins it to the others.
    bool take_out() {
        const std::size_t target = first_target(tokens_, table_.inner());
        if (target < 3 || !all_[target - 1].is_keyword("select") || !all_[target - 2].is_op('('))
            return false;
        std::size_t first = target - 2;
        std::size_t behind = tokens_.closing(first) + 1;
        if (at(behind, "as")) ++behind;
        ++behind;
        if (table_.item->alias->colnames != nullptr) behind = tokens_.closing(behind) + 1;
        const SelectStmt* around = table_.around;
        const bool alone = list_length(around->fromClause) == 1 &&
                           linitial(around->fromClause) == reinterpret_cast<const Node*>(table_.item);
        if (alone) {
            if (around->whereClause != nullptr || !all_[first - 1].is_keyword("from")) return false;
            --first;
        } else if (all_[first - 1].is_op(',')) {
            --first;
        } else if (all_[first - 1].is_keyword("join") && all_[first - 2].is_keyword("cross")) {
            first -= 2;
        } else if (all_[first - 1].is_keyword("join") && at(behind, "on") && at(behind + 1, "true")) {
            first -= all_[first - 2].is_keyword("inner") ? 2 : 1;
            behind += 2;
        } else if (behind < all_.size() && all_[behind].is_op(',')) {
            ++behind;
        } else if (at(behind, "cross") && at(behind + 1, "join")) {
            behind += 2;
        } else {
            return false;
        }
        changes_.push_back({all_[first].begin, all_[behind - 1].end, " "});
        return true;
    }

    bool put_values() {
        const SelectStmt* around = table_.around;
        if (!put_into(reinterpret_cast<Node*>(around->targetList))) return false;
        keep_output_names(tokens_, around, changes_);
        return put_into(reinterpret_cast<Node*>(around->fromClause)) && put_into(around->whereClause) &&
               put_into_groups() && put_into(around->havingClause) &&
               put_into(reinterpret_cast<Node*>(around->windowClause)) &&
               put_into(reinterpret_cast<Node*>(around->sortClause), true) &&
               put_into(reinterpret_cast<Node*>(around->distinctClause), true) &&
               put_into(around->limitCount) && put_into(around->limitOffset) &&
               (around->withClause == nullptr || put_into(reinterpret_cast<Node*>(around->withClause->ctes)));
    }

    // GROUP BY p.since, c.city is GROUP BY c.city: all rows have one value of it.
    bool put_into_groups() {
        const List* groups = table_.around->groupClause;
        bool kept = false;
        const ListCell* c = nullptr;
        foreach (c, groups) {
            auto* key = static_cast<Node*>(lfirst(c));
            Uses uses(table_, values_);
            if (!uses.find(key)) return false;
            if (!IsA(key, ColumnRef) || uses.found().empty()) {
                kept = true;
                if (!put_into(key, true)) return false;
                continue;
            }
            const auto [first, last] = tokens_of(reinterpret_cast<const ColumnRef*>(key));
            const bool comma =
                kept ? all_[first - 1].is_op(',') : last + 1 < all_.size() && all_[last + 1].is_op(',');
            if (!comma) return false;
            changes_.push_back({all_[kept ? first - 1 : first].begin, all_[kept ? last : last + 1].end, " "});
        }
        return kept || groups == nullptr;
    }

    [[nodiscard]] std::pair<std::size_t, std::size_t> tokens_of(const ColumnRef* ref) const {
        const std::size_t first = tokens_.token_at(ref->location);
        return {first, first + 2 * static_cast<std::size_t>(list_length(ref->fields) - 1)};
    }

    // ORDER BY n: an output of that name comes before a column.
    [[nodiscard]] bool is_output(const ColumnRef* ref) const {
        return list_length(ref->fields) == 1 && is_order_key(table_.around, ref) &&
               is_output_name(table_.around, strVal(linitial(ref->fields)));
    }

    /// `keys`: of groups and orders, where a number by itself would be the place of an output.
    bool put_into(Node* part, bool keys = false) {
        Uses uses(table_, values_);
        if (!uses.find(part)) return false;
        for (const ColumnRef* ref : uses.found()) {
            if (is_output(ref)) continue;
            const auto& [value, plain] = values_.find(std::string_view(strVal(llast(ref->fields))))->second;
            constexpr std::size_t longest_int4 = 11;  // nine digits, and brackets
            if (keys && plain &&
                (value.size() > longest_int4 || value.find_first_not_of("(0123456789)") != std::string::npos))
                return false;
            const std::string text = keys && plain ? "(" + value + "::\"pg_catalog\".\"int4\")" : value;
            added_ += text.size();
            if (added_ > most_put) return false;
            const auto [first, last] = tokens_of(ref);
            changes_.push_back({all_[first].begin, all_[last].end, text});
        }
        return true;
    }

    [[nodiscard]] bool at(std::size_t i, std::string_view word) const {
        return i < all_.size() && all_[i].is_keyword(word);
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const ConstantTable& table_;
    std::map<std::string, Constant, std::less<>> values_;
    std::vector<TextChange> changes_;
    std::size_t added_ = 0;
};

}  // namespace

std::optional<std::string> with_constant_table_in_place(const parse::Tokens& tokens, std::size_t begin,
                                                        std::size_t end, const SelectStmt* query,
                                                        const Catalog& catalog) {
    std::vector<ConstantTable> tables;
    collect_constant_tables(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &tables);
    for (const ConstantTable& table : tables) {
        auto changes = InPlace(tokens, table).made(catalog);
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
