#include "sql/edits/open_paths.hpp"

#include "sql/document_paths.hpp"
#include "sql/edits/column_equalities.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// The masks of the document's paths; nullptr: it is no document with some.
const mask::Document* masks_of(const Node* document, const resolve::Resolution& text) {
    const auto named = place_of(text, document);
    if (!named) return nullptr;
    const Place place = in_table(*named);
    if (column_at(place).attribute == nullptr || place.first->treatment == nullptr) return nullptr;
    const auto& columns = place.first->treatment->columns;
    const auto found = columns.find(column_at(place).attribute->number);
    const auto* masked = found == columns.end() ? nullptr : std::get_if<Masked>(&found->second);
    return masked == nullptr ? nullptr : std::get_if<mask::Document>(&masked->mask);
}

struct Search {
    const resolve::Resolution& text;
    std::set<const Node*> found = {};

    static bool walk(Node* at, void* context) {
        if (at == nullptr) return false;
        auto& search = *static_cast<Search*>(context);
        if (const auto path = document_path(at)) {
            const auto* document = reinterpret_cast<const Node*>(path->document);
            const mask::Document* masks = masks_of(document, search.text);
            if (masks != nullptr && is_open_path(*path, *masks)) search.found.insert(document);
            return false;
        }
        return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
    }
};

}  // namespace

std::set<const Node*> read_by_open_paths(Node* node, const resolve::Resolution& text) {
    Search search{.text = text};
    Search::walk(node, &search);
    return std::move(search.found);
}

}  // namespace sql::edits
