#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// A * shows hidden columns as well: then it is spelled out.
Result<void> Rewriter::expand_stars() {
    for (Query& query : found_.queries) {
        for (const resolve::Star& star : query.stars) {
            bool hides = false;
            if (star.item != nullptr)
                hides = has_hidden(*star.item);
            else {
                for (const FromItem* item : query.from)
                    hides = hides || has_hidden(*item);
            }
            if (!hides) continue;
            if (auto done = expand_star(query, star); !done) return done;
        }
    }
    return {};
}

Result<void> Rewriter::list_columns(const FromItem& item, std::vector<std::string>& targets) {
    if (item.kind != FromItem::Kind::join) {
        if (item.open_ended && !has_hidden(item)) {
            targets.push_back(alias_of(item) + ".*");
            return {};
        }
        if (item.open_ended) {
            return Error{.code = Errc::unsupported,
                         .message = "* over \"" + item.alias + "\" is not supported here",
                         .hint = "Name the columns that you need."};
        }
        for (const resolve::ItemColumn& column : item.columns)
            targets.push_back(alias_of(item) + "." + print::quote_identifier(column.name));
        return {};
    }
    bool merges = false;
    for (const resolve::ItemColumn& column : item.columns)
        merges = merges || column.merged != nullptr;
    if (!item.alias.empty() || (merges && item.open_ended)) {
        return Error{.code = Errc::unsupported,
                     .message = "* over this join is not supported here",
                     .hint = "Name the columns that you need."};
    }
    if (!merges) {
        if (auto done = list_columns(*item.left, targets); !done) return done;
        return list_columns(*item.right, targets);
    }
    for (const resolve::ItemColumn& column : item.columns) {
        auto text = column_text(item, column);
        if (!text) return text.error();
        targets.push_back(*text);
    }
    return {};
}

// What names a join's column from above: its member, or for USING the member that is never NULL alone.
Result<std::string> Rewriter::column_text(const FromItem& join, const resolve::ItemColumn& column) {
    const auto member = [this](const FromItem& item, int index) -> Result<std::string> {
        const resolve::ItemColumn& c = item.columns[static_cast<std::size_t>(index)];
        if (item.kind == FromItem::Kind::join) return column_text(item, c);
        return alias_of(item) + "." + print::quote_identifier(c.name);
    };
    if (column.merged == nullptr) return member(*column.origin, column.origin_column);
    switch (join.join->jointype) {
        case JOIN_INNER:
        case JOIN_LEFT: return member(*column.origin, column.origin_column);
        case JOIN_RIGHT: return member(*column.merged, column.merged_column);
        default: break;  // FULL: neither side alone
    }
    auto left = member(*column.origin, column.origin_column);
    auto right = member(*column.merged, column.merged_column);
    if (!left) return left;
    if (!right) return right;
    if (left->find(" AS ") != std::string::npos || right->find(" AS ") != std::string::npos) {
        return Error{.code = Errc::unsupported,
                     .message = "* over nested FULL JOIN ... USING is not supported here",
                     .hint = "Name the columns that you need."};
    }
    return "COALESCE(" + *left + ", " + *right + ") AS " + print::quote_identifier(column.name);
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
        return Error{.code = Errc::unsupported,
                     .message = "* shows no columns here",
                     .hint = "Name the columns that you need."};
    std::string text;
    for (const std::string& target : targets)
        text += (text.empty() ? "" : ", ") + target;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text);
    if (!parsed)
        return Error{.code = Errc::verify_failed, .message = "Tabir made a target list that is none"};

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
    if (star.target->location < 0)
        return Error{.code = Errc::unsupported,
                     .message = "TABLE is not supported here",
                     .hint = "Write SELECT * FROM."};
    const auto* ref = reinterpret_cast<const ColumnRef*>(star.target->val);
    const std::size_t first = token_at(ref->location);
    // name.name.*: a dot between each.
    replace_tokens(first, first + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1,
                   std::move(text));
    return {};
}

}  // namespace sql::edits
