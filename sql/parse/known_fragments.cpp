#include "sql/parse/known_fragments.hpp"

#include <utility>

namespace sql::parse {

KnownFragments& KnownFragments::of_this_thread() {
    static thread_local KnownFragments known;
    return known;
}

const Node* KnownFragments::find(std::string_view text) {
    if (const auto young = young_.by_text.find(text); young != young_.by_text.end()) return young->second;
    const auto old = old_.by_text.find(text);
    return old == old_.by_text.end() ? nullptr : keep(text, old->second);
}

const Node* KnownFragments::lend(std::string_view text, TreeMemory& borrower) {
    const Node* found = find(text);
    if (found != nullptr) borrower.borrow(young_.memory);  // where find() leaves what it finds
    return found;
}

const Node* KnownFragments::keep(std::string_view text, const Node* tree) {
    if (text.size() > room / 8) return tree;
    // What is older than the young stays alive until the tree is copied: it may be from there.
    Generation oldest;
    if (young_.bytes + text.size() > room) {
        oldest = std::exchange(old_, std::exchange(young_, {}));
    }
    if (young_.memory == nullptr) young_.memory = std::make_shared<TreeMemory>();
    const auto [kept, fresh] = young_.by_text.emplace(text, nullptr);
    if (fresh) {
        kept->second = young_.memory->copy(tree);
        young_.bytes += text.size();
    }
    return kept->second;
}

}  // namespace sql::parse
