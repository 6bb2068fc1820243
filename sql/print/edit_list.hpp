#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sql/print/printed.hpp"

namespace sql::print {

/// What to say differently in a text. Offsets are bytes of that text: edits begin at the begin of a token and
/// end at the end of one. Edits do not nest: whoever replaces a range prints what shall stand there first,
/// with its own list. print() refuses what breaks these rules.
class EditList {
public:
    struct Replacement {
        std::size_t begin;
        std::size_t end;
        Printed by;
    };
    /// What an insertion begins: clauses at one place come out in this order, whoever put them in first.
    /// wrapping: the end of a sub-select around the query that ends there. An INSERT goes on behind it.
    enum class Clause { none, where, group_by, having, wrapping, returning };
    struct Insertion {
        std::size_t at;
        bool behind;  // belongs to the token that ends at `at`, not to the one that begins there
        Printed what;
        Clause clause = Clause::none;
    };

    /// An empty text deletes.
    void replace(std::size_t begin, std::size_t end, Printed by);
    void replace(std::size_t begin, std::size_t end, std::string by) {
        replace(begin, end, Printed{std::move(by)});
    }
    /// Takes back the edits within a range, so that it may be replaced as a whole.
    void take_back(std::size_t begin, std::size_t end);
    /// In front of the token that begins at `at`. Several at one place come out in the order of the calls.
    void insert_before(std::size_t at, Printed what) { insert(at, false, std::move(what)); }
    void insert_before(std::size_t at, std::string what) { insert(at, false, Printed{std::move(what)}); }
    /// Behind the token that ends at `at`; comes out ahead of what is inserted before the next token.
    void insert_behind(std::size_t at, Printed what) { insert(at, true, std::move(what)); }
    void insert_behind(std::size_t at, std::string what, Clause clause = Clause::none) {
        insert(at, true, Printed{std::move(what)}, clause);
    }

    [[nodiscard]] bool empty() const { return replacements_.empty() && insertions_.empty(); }
    /// Those that touch, or belong to, the bytes [begin, end), ascending by place.
    [[nodiscard]] std::vector<const Replacement*> replacements(std::size_t begin, std::size_t end) const;
    [[nodiscard]] std::vector<const Insertion*> insertions(std::size_t begin, std::size_t end) const;

private:
    void insert(std::size_t at, bool behind, Printed what, Clause clause = Clause::none);

    std::vector<Replacement> replacements_;
    std::vector<Insertion> insertions_;
};

}  // namespace sql::print
