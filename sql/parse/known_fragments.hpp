#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/parse/tree_memory.hpp"

namespace sql::parse {

/// Trees of texts that come again and again: masks, row filters, pins, masked sub-selects. What a text parses
/// to hangs on nothing else, so a kept tree is as good as a parse. Belongs to a thread.
///
/// Bounded: two generations of at most `room` bytes of text. What is used moves to the younger one; the older
/// one goes when that is full.
class KnownFragments {
public:
    static constexpr std::size_t room = 64UL * 1024;

    /// Those of the calling thread.
    [[nodiscard]] static KnownFragments& of_this_thread();

    /// The tree that was kept for `text`, good until the next call; nullptr if there is none.
    [[nodiscard]] const Node* find(std::string_view text);
    /// The same, and good as long as `borrower` lives. Nobody may change it.
    [[nodiscard]] const Node* lend(std::string_view text, TreeMemory& borrower);
    /// Keeps a copy of `tree`, which `text` was parsed to, unless it is too large. The copy, else `tree`.
    const Node* keep(std::string_view text, const Node* tree);

    /// Bytes of text of the trees that are kept.
    [[nodiscard]] std::size_t bytes() const { return young_.bytes + old_.bytes; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    struct Generation {
        std::shared_ptr<TreeMemory> memory;
        std::unordered_map<std::string, Node*, Hash, std::equal_to<>> by_text;
        std::size_t bytes = 0;
    };
    Generation young_;
    Generation old_;
};

}  // namespace sql::parse
