#include <algorithm>
#include <array>

#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

// Keys that the client sees anyway, in a plain column of the answer: they are counted there.
namespace sql::edits {
namespace {

/// Values that both formats of the protocol spell in one way.
bool is_read_in_both_formats(Oid type) {
    constexpr std::array types = {type_oid::int8, type_oid::int2,    type_oid::int4,
                                  type_oid::text, type_oid::varchar, type_oid::uuid};
    return std::ranges::find(types, type) != types.end();
}

}  // namespace

// Asked before carry_keys(): what is left out here gets no hidden column.
Result<std::vector<HiddenColumn>> Rewriter::take_shown_keys() {
    std::vector<HiddenColumn> shown;
    Query& root = *found_.root;
    if (shared_.treatment.counted.empty() || root.kind != Query::Kind::select || root.modify != nullptr ||
        root.open_ended || is_distinct(root))
        return shown;
    if (auto keys = expressions_of(root); !keys) return keys.error();
    auto& keys = expressions_.at(&root);
    if (unskipped_.at(&root) != keys.size()) return shown;  // they are copied for the rows that OFFSET skips
    std::erase_if(keys, [&](const KeyExpression& key) {
        const auto output = std::ranges::find_if(
            root.outputs, [&](const resolve::OutputColumn& column) { return shows_key(column, key); });
        if (output == root.outputs.end()) return false;
        const Oid type = output->item->columns[static_cast<std::size_t>(output->column)].attribute->type;
        const auto place = static_cast<std::size_t>(output - root.outputs.begin());
        shown.push_back({.subject = key.subject, .shown_at = ShownKey{place, type}});
        return true;
    });
    unskipped_.at(&root) = keys.size();
    return shown;
}

bool Rewriter::shows_key(const resolve::OutputColumn& output, const KeyExpression& key) const {
    if (key.array_depth > 0 || key.searched || output.item == nullptr || output.column < 0 ||
        output.item->kind != FromItem::Kind::relation || output.shown != resolve::Shown::open)
        return false;
    const resolve::ItemColumn& column = output.item->columns[static_cast<std::size_t>(output.column)];
    return column.attribute != nullptr && is_read_in_both_formats(column.attribute->type) &&
           key.expression == alias_of(*output.item) + "." + print::quote_identifier(column.name) + "::text";
}

}  // namespace sql::edits
