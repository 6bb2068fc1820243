#include <algorithm>
#include <iterator>

#include "sql/edits/rewriter.hpp"
#include "sql/parse/child_slots.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// In the tokens [first, last) at once, in the tree when everything else has been done to it.
Result<void> Rewriter::replace_expression(const Node* old, std::size_t first, std::size_t last,
                                          const std::string& text, const Query* written_in) {
    auto node = parse_expression(text);
    if (!node) return node.error();
    replace_tokens(first, last, text);
    replaced_[old] = *node;
    // A column may be named after what stood there, also that of a query around this one.
    for (; written_in != nullptr; written_in = written_in->parent)
        renamed_.insert(written_in);
    return {};
}

Result<void> Rewriter::put_nodes() {
    if (replaced_.empty()) return {};
    std::vector<std::pair<ResTarget*, std::string>> names;
    for (Query& query : found_.queries) {
        if (!renamed_.contains(&query)) continue;
        const ListCell* c = nullptr;
        foreach (c, query.node->targetList) {
            auto* target = static_cast<ResTarget*>(lfirst(c));
            const bool written = target->name == nullptr && target->location >= 0;
            if (written) names.emplace_back(target, resolve::output_name(target));
        }
    }
    std::vector<Node**> slots;
    for (const Query& query : found_.queries) {
        if (&query != found_.root && query.modify == nullptr) continue;
        parse::collect_child_slots(reinterpret_cast<Node*>(query.node), slots);
        if (query.modify != nullptr)
            std::ranges::copy(assigned_places(*query.modify), std::back_inserter(slots));
    }
    while (!slots.empty()) {
        Node** slot = slots.back();
        slots.pop_back();
        if (*slot == nullptr) continue;
        if (const auto found = replaced_.find(*slot); found != replaced_.end())
            *slot = found->second;
        else
            parse::collect_child_slots(*slot, slots);
    }
    for (auto& [target, name] : names) {
        if (resolve::output_name(target) == name) continue;
        keep_name(target, name);
    }
    return {};
}

void Rewriter::keep_name(ResTarget* target, const std::string& name) {
    target->name = shared_.memory.string(name);
    insert_at(target_end(tokens_, token_at(target->location)), "AS " + print::quote_identifier(name));
}

}  // namespace sql::edits
