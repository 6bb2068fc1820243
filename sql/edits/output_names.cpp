#include "sql/edits/output_names.hpp"

#include <algorithm>

#include "sql/edits/select_places.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

class Names {
public:
    Names(const parse::Tokens& tokens, std::vector<TextChange>& changes)
        : tokens_(tokens), changes_(changes) {}

    void keep(Node* query) { walk(query, this); }

private:
    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Names*>(context);
        if (IsA(node, SelectStmt)) {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<SelectStmt*>(node)->targetList)
                self.name(static_cast<const ResTarget*>(lfirst(c)));
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }

    void name(const ResTarget* target) {
        if (target->name != nullptr || target->location < 0) return;
        const auto all = tokens_.all();
        const std::size_t first = tokens_.token_at(target->location);
        const std::size_t end = all[target_end(tokens_, first) - 1].end;
        const bool changed = std::ranges::any_of(changes_, [&](const TextChange& change) {
            return change.begin >= all[first].begin && change.end <= end;
        });
        const bool within_changed = std::ranges::any_of(changes_, [&](const TextChange& change) {
            return change.begin < all[first].begin && end < change.end;
        });
        if (!changed || within_changed) return;
        changes_.push_back({end, end, " AS " + print::quote_identifier(resolve::output_name(target))});
    }

    const parse::Tokens& tokens_;
    std::vector<TextChange>& changes_;
};

}  // namespace

void keep_output_names(const parse::Tokens& tokens, const SelectStmt* query,
                       std::vector<TextChange>& changes) {
    Names(tokens, changes).keep(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)));
}

}  // namespace sql::edits
