#include <algorithm>

#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

int find_named(const std::vector<ItemColumn>& columns, const std::string& name, int& count) {
    int found = -1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name != name) continue;
        found = static_cast<int>(i);
        ++count;
    }
    return found;
}

bool has_treatment(const FromItem& item) {
    if (item.kind == FromItem::Kind::join) return has_treatment(*item.left) || has_treatment(*item.right);
    return item.treatment != nullptr || item.kind == FromItem::Kind::view;
}

void make_nullable(FromItem& item) {
    item.nullable = true;
    if (item.kind != FromItem::Kind::join) return;
    make_nullable(*item.left);
    make_nullable(*item.right);
}

/// A column that both sides hold, one of them out of sight: what NATURAL would then join is another thing.
const std::string* stripped_column(const FromItem& hiding, const FromItem& other) {
    for (const std::string& name : hiding.stripped) {
        int count = 0;
        const bool shared = find_named(other.columns, name, count) >= 0 ||
                            std::ranges::find(other.stripped, name) != other.stripped.end();
        if (shared) return &name;
    }
    return nullptr;
}

void hide_members(FromItem& join) {
    for (FromItem* member : {join.left, join.right}) {
        member->unreachable = true;
        if (member->kind == FromItem::Kind::join) hide_members(*member);
    }
}

}  // namespace

bool Resolver::join(Query& q, Node** slot, std::vector<NameEntry>& names, FromItem*& made) {
    auto* node = reinterpret_cast<JoinExpr*>(*slot);
    made = new_item(FromItem::Kind::join, q, node->alias);
    made->join = node;
    made->slot = slot;
    std::vector<NameEntry> members;
    if (!from_item(q, &node->larg, members, made->left)) return false;
    // LATERAL on the right side may see the left side.
    const std::size_t outside = q.names.size();
    q.names.insert(q.names.end(), members.begin(), members.end());
    q.index.forget();
    std::vector<NameEntry> right_members;
    const bool right_done = from_item(q, &node->rarg, right_members, made->right);
    q.names.resize(outside);
    q.index.forget();
    if (!right_done) return false;
    for (const NameEntry& entry : right_members) {
        const bool taken = entry.by_alias && !entry.item->alias.empty() &&
                           std::ranges::any_of(members, [&](const NameEntry& other) {
                               return other.by_alias && other.item->alias == entry.item->alias;
                           });
        if (taken)
            return fail(Errc::duplicate_alias,
                        "table name \"" + entry.item->alias + "\" specified more than once");
    }
    members.insert(members.end(), right_members.begin(), right_members.end());
    if (!join_columns(q, node, *made)) return false;

    // ON sees the members of this join only (and outer queries).
    std::vector<NameEntry> others = std::move(q.names);
    set_names(q, members);
    const bool on_done = condition(&node->quals, {.query = &q, .condition = true});
    set_names(q, std::move(others));
    if (!on_done) return false;

    if (node->alias != nullptr) {
        hide_members(*made);
        members.clear();
        // With hidden columns in it the join becomes a sub-select, which lists every column.
        mark_all(*made);
        if (!apply_column_aliases(*made, node->alias)) return false;
    } else {
        for (NameEntry& entry : members)
            entry.by_column = false;
    }
    names.insert(names.end(), members.begin(), members.end());
    names.push_back({made, node->alias != nullptr, true});
    return node->join_using_alias == nullptr || using_alias(q, node, *made, names);
}

bool Resolver::using_alias(Query& q, JoinExpr* node, FromItem& join, std::vector<NameEntry>& names) {
    FromItem* item = new_item(FromItem::Kind::merged, q, node->join_using_alias);
    for (const ItemColumn& column : join.columns) {
        if (column.merged != nullptr) item->columns.push_back(column);
    }
    const auto has_name = [&](const NameEntry& entry) {
        return entry.by_alias && entry.item->alias == item->alias;
    };
    if (std::ranges::any_of(names, has_name)) {
        return fail(Errc::duplicate_alias, "table name \"" + item->alias + "\" specified more than once");
    }
    names.push_back({item, true, false});
    return true;
}

bool Resolver::join_columns(Query&, JoinExpr* node, FromItem& item) {
    item.open_ended = item.left->open_ended || item.right->open_ended;
    std::vector<std::string> shared;
    if (node->isNatural) {
        if (item.open_ended) {
            // Which columns it joins is not known: that is harmless where none is masked.
            if (!has_treatment(*item.left) && !has_treatment(*item.right)) return true;
            return fail(Errc::unsupported, "which columns this NATURAL JOIN would compare is not known",
                        "Name the columns of the join: JOIN ... USING (...).");
        }
        for (const auto& [hiding, other] :
             {std::pair(item.left, item.right), std::pair(item.right, item.left)}) {
            if (const std::string* name = stripped_column(*hiding, *other)) {
                return fail(Errc::not_maskable,
                            "NATURAL JOIN would compare column \"" + *name + "\", which is not shown",
                            "Name the columns of the join: JOIN ... USING (...).");
            }
        }
        for (const ItemColumn& column : item.left->columns) {
            int count = 0;
            if (find_named(item.right->columns, column.name, count) >= 0) shared.push_back(column.name);
        }
    }
    for (const FromItem* side : {item.left, item.right})
        item.stripped.insert(item.stripped.end(), side->stripped.begin(), side->stripped.end());
    if (node->jointype == JOIN_LEFT || node->jointype == JOIN_FULL) make_nullable(*item.right);
    if (node->jointype == JOIN_RIGHT || node->jointype == JOIN_FULL) make_nullable(*item.left);
    const ListCell* c = nullptr;
    foreach (c, node->usingClause)
        shared.emplace_back(string_value(lfirst(c)));

    for (const std::string& name : shared) {
        if (!using_column(name.c_str(), item)) return false;
    }
    for (FromItem* side : {item.left, item.right}) {
        for (std::size_t i = 0; i < side->columns.size(); ++i) {
            const ItemColumn& column = side->columns[i];
            if (std::ranges::find(shared, column.name) != shared.end()) continue;
            item.columns.push_back({.name = column.name,
                                    .attribute = column.attribute,
                                    .origin = side,
                                    .origin_column = static_cast<int>(i),
                                    .shown = column.shown});
        }
    }
    return true;
}

bool Resolver::using_column(const char* name, FromItem& item) {
    int left_count = 0;
    int right_count = 0;
    const int left = find_named(item.left->columns, name, left_count);
    const int right = find_named(item.right->columns, name, right_count);
    const auto complain = [&](const char* side) {
        return fail(Errc::undefined_column, "column \"" + std::string(name) +
                                                "\" specified in USING clause does not exist in " + side +
                                                " table");
    };
    if (left_count > 1 || right_count > 1) {
        return fail(Errc::ambiguous_column,
                    "common column name \"" + std::string(name) + "\" appears more than once in a table");
    }
    if (left < 0 && !item.left->open_ended) return complain("left");
    if (right < 0 && !item.right->open_ended) return complain("right");
    if (left < 0 || right < 0) {
        return fail(Errc::unsupported,
                    "whether the function in this JOIN ... USING has a column \"" + std::string(name) +
                        "\" is not known",
                    "Name the function's columns: f(...) AS alias (column, ...).");
    }
    // A masked column is compared by its mask, as in ON; only in the text of a view can one be stripped.
    const Shown how = std::max(item.left->columns[static_cast<std::size_t>(left)].shown,
                               item.right->columns[static_cast<std::size_t>(right)].shown);
    if (how == Shown::stripped) {
        return fail(Errc::not_maskable,
                    "column \"" + std::string(name) + "\" is not shown and cannot join tables",
                    "Join on a column that is shown.");
    }
    meet_joined(*item.left, left, *item.right, right);
    item.columns.push_back({.name = name,
                            .origin = item.left,
                            .origin_column = left,
                            .merged = item.right,
                            .merged_column = right,
                            .shown = how});
    mark(item, static_cast<int>(item.columns.size()) - 1);
    return true;
}

}  // namespace sql::resolve
