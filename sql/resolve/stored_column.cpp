#include "sql/resolve/stored_column.hpp"

namespace sql::resolve {
namespace {

constexpr int deepest_column = 16;

const Column* column_of_output(const Query& query, int output, int depth);

const Column* column_of_item(const FromItem& item, int index, int depth) {
    if (index < 0 || static_cast<std::size_t>(index) >= item.columns.size() || depth > deepest_column)
        return nullptr;
    const ItemColumn& column = item.columns[static_cast<std::size_t>(index)];
    if (column.attribute != nullptr) return column.attribute;
    if (column.origin != nullptr) return column_of_item(*column.origin, column.origin_column, depth + 1);
    return item.query == nullptr ? nullptr : column_of_output(*item.query, column.output, depth + 1);
}

const Column* column_of_output(const Query& query, int output, int depth) {
    if (depth > deepest_column) return nullptr;
    if (query.kind == Query::Kind::set_operation) {
        for (const Query* arm : {query.left, query.right}) {
            if (arm == nullptr) continue;  // of a recursive query that is asked about from within
            if (const Column* column = column_of_output(*arm, output, depth + 1)) return column;
        }
        return nullptr;
    }
    if (output < 0 || static_cast<std::size_t>(output) >= query.outputs.size()) return nullptr;
    const OutputColumn& from = query.outputs[static_cast<std::size_t>(output)];
    return from.item == nullptr ? nullptr : column_of_item(*from.item, from.column, depth + 1);
}

}  // namespace

const Column* stored_column(const FromItem& item, int index) { return column_of_item(item, index, 0); }
const Column* stored_column(const Query& query, int output) { return column_of_output(query, output, 0); }

}  // namespace sql::resolve
