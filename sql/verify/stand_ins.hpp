#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sql/parse/tree_memory.hpp"
#include "sql/verify/verify.hpp"

struct SelectStmt;

namespace sql::verify {

/// A print in which names stand for masked sub-selects that are proven.
///
/// Why it is enough to read that: each stand-in takes the place of exactly the bytes of a proven text,
/// between brackets of the print. If it is read at that place as the query of a sub-select in FROM, then the
/// lexer was between two tokens where it begins, and not in a string. From there a proven text, which was
/// read once between such brackets (verify.cpp), is read as it is alone, up to the bracket behind it. Whoever
/// walks the tree takes each by the place of its name in the text: a text that spells one itself has none
/// there.
class StandIns {
public:
    /// nullopt: one of `masked` is not proven, or not found in `printed`.
    [[nodiscard]] static std::optional<StandIns> of(parse::TreeMemory& memory, std::string_view printed,
                                                    const Catalog& catalog, const Treatment& treatment,
                                                    std::span<const MaskedPlace> masked);

    /// Puts them into the tree that is meant, and its own nodes back when it ends.
    class InMeant {
    public:
        explicit InMeant(const StandIns& stand_ins);
        InMeant(const InMeant&) = delete;
        InMeant& operator=(const InMeant&) = delete;
        ~InMeant();

    private:
        const StandIns& stand_ins_;
    };

    [[nodiscard]] const std::string& text() const { return text_; }
    /// True if `query` is a stand-in that was not taken before.
    [[nodiscard]] bool take(const Node* query);
    [[nodiscard]] bool all_taken() const;

private:
    struct One {
        RangeSubselect* place;  // in the tree that is meant
        Node* meant;            // what stands there
        int name;               // byte of the text where the stand-in's name begins
        bool taken = false;
    };
    StandIns(parse::TreeMemory& memory, const Node* tree) : memory_(&memory), tree_(tree) {}

    parse::TreeMemory* memory_;
    const Node* tree_;  // of a stand-in
    std::string text_;
    std::vector<One> ones_;
};

}  // namespace sql::verify
