#include <algorithm>

#include "sql/edits/errors.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// A * shows hidden columns as well: then it is spelled out.
Result<void> Rewriter::expand_stars() {
    for (Query& query : found_.queries) {
        if (is_table_command(query)) continue;  // protect_table_command()
        for (const resolve::Star& star : query.stars) {
            bool hides = spelled_.contains(&query);
            if (star.item != nullptr)
                hides = hides || (has_hidden(*star.item) && !splits(*star.item)) || shows_masks(*star.item);
            else {
                for (const FromItem* item : query.from)
                    hides = hides || has_hidden(*item) || shows_masks(*item);
            }
            if (!hides) continue;
            if (auto done = expand_star(query, star); !done) return done;
        }
    }
    return {};
}

// What a statement changes stands in it as itself: each column that is not shown in clear becomes its mask.
Result<void> Rewriter::list_target(const FromItem& item, std::vector<std::string>& targets) {
    for (const resolve::ItemColumn& column : item.columns) {
        const std::string name = print::quote_identifier(column.name);
        std::string text = alias_of(item) + "." + name;
        if (column.shown != resolve::Shown::open) {
            auto mask = mask_of(item, column, text);
            if (!mask) return mask.error();
            text = "(" + *mask + ") AS " + name;
        }
        targets.push_back(std::move(text));
    }
    return {};
}

Result<void> Rewriter::list_columns(const FromItem& item, std::vector<std::string>& targets) {
    if (item.kind == FromItem::Kind::join && item.alias.empty()) return list_members(item, targets);
    if (item.use == FromItem::Use::target) return list_target(item, targets);
    const bool all = !spelled_.contains(item.level) && (!has_hidden(item) || splits(item));
    if (all || (item.open_ended && !has_hidden(item))) {
        targets.push_back(alias_of(item) + ".*");
        return {};
    }
    if (item.open_ended) {
        return Error{.code = Errc::not_maskable,
                     .message = "which columns * would show of \"" + item.alias + "\" is not known",
                     .hint = "Name the columns that you need."};
    }
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        std::string text = shown_after_grouping(item, i);
        if (aggregated_.contains({&item, static_cast<int>(i)}))
            text += " AS " + print::quote_identifier(item.columns[i].name);
        targets.push_back(std::move(text));
    }
    return {};
}

// The columns of a join, as a * inside of it would show them.
Result<void> Rewriter::list_members(const FromItem& join, std::vector<std::string>& targets) {
    const bool merges = std::ranges::any_of(
        join.columns, [](const resolve::ItemColumn& column) { return column.merged != nullptr; });
    if (!merges) {
        if (auto done = list_columns(*join.left, targets); !done) return done;
        return list_columns(*join.right, targets);
    }
    if (join.open_ended) {
        return Error{.code = Errc::not_maskable,
                     .message = "which columns * would show of this join is not known",
                     .hint = "Name the columns that you need, or the columns of the function."};
    }
    for (const resolve::ItemColumn& column : join.columns)
        targets.push_back(column_text(join, column));
    return {};
}

// What names a join's column from above.
std::string Rewriter::column_text(const FromItem& join, const resolve::ItemColumn& column) {
    const resolve::ItemColumn* inner = &column;
    const FromItem* holder = &join;
    // The names of a join with an alias of its own are those that its members have inside.
    do {
        if (inner->merged != nullptr) {
            const auto& source = inner->origin->columns[static_cast<std::size_t>(inner->origin_column)];
            return using_alias(*holder) + "." + print::quote_identifier(source.name);
        }
        holder = inner->origin;
        const auto index = static_cast<std::size_t>(inner->origin_column);
        inner = &holder->columns[index];
        if (holder->kind != FromItem::Kind::join || !holder->alias.empty()) {
            std::string text = shown_after_grouping(*holder, index);
            if (aggregated_.contains({holder, static_cast<int>(index)}))
                text += " AS " + print::quote_identifier(inner->name);
            return text;
        }
    } while (true);
}

Result<void> Rewriter::expand_star(Query& query, const resolve::Star& star) {
    std::vector<std::string> targets;
    if (star.item != nullptr) {
        if (auto done = list_columns(*star.item, targets); !done) return done;
    } else {
        for (const FromItem* item : query.from) {
            if (auto done = list_columns(*item, targets); !done) return done;
        }
    }
    if (targets.empty())
        return Error{.code = Errc::not_maskable,
                     .message = "* shows no columns here",
                     .hint = "Name the columns that you need."};
    std::string text;
    for (const std::string& target : targets)
        text += (text.empty() ? "" : ", ") + target;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text);
    if (!parsed) return not_made(parsed.error());

    List* longer = nullptr;
    for (int i = 0; i < list_length(query.node->targetList); ++i) {
        void* target = list_nth(query.node->targetList, i);
        if (target != star.target) {
            longer = shared_.memory.append(longer, target);
            continue;
        }
        for (int k = 0; k < list_length(parsed->select->targetList); ++k) {
            auto* column = static_cast<ResTarget*>(list_nth(parsed->select->targetList, k));
            column->location = star.target->location;  // places() looks for the client's text
            longer = shared_.memory.append(longer, column);
        }
    }
    query.node->targetList = longer;
    const auto* ref = reinterpret_cast<const ColumnRef*>(star.target->val);
    expanded_.insert(star.target->val);
    const std::size_t first = token_at(ref->location);
    // name.name.*: a dot between each. PostgreSQL takes a name behind it, and calls nothing so.
    const std::size_t behind = star.target->name != nullptr
                                   ? target_end(tokens_, first)
                                   : first + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1;
    replace_tokens(first, behind, std::move(text));
    return {};
}

}  // namespace sql::edits
