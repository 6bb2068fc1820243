#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "sql/catalog.hpp"
#include "sql/treatment.hpp"

namespace sql::verify {

/// Texts of masked sub-selects that check_masked_select() accepted on this thread, each with all that its
/// answer hangs on: the catalog, the relation's treatment, which kinds of subject are counted. So a text is
/// as good as proven where all of that is the same. Filled by verify_statement alone.
///
/// Bounded: two generations of at most `room` bytes. What is used moves to the younger one; the older one
/// goes when that is full.
class ProvenSelects {
public:
    static constexpr std::size_t room = 256UL * 1024;

    /// Those of the calling thread.
    [[nodiscard]] static ProvenSelects& of_this_thread();

    /// What the answer about a sub-select of `relation` hangs on, in a form that differs for all that
    /// differs. Empty: its texts are not kept, because more matters (groups, temporary tables).
    [[nodiscard]] static std::string circumstances(const Catalog& catalog, Oid relation,
                                                   const Treatment& treatment);

    [[nodiscard]] bool contain(const std::string& circumstances, std::string_view text);
    void add(const std::string& circumstances, std::string_view text);

    [[nodiscard]] std::size_t bytes() const { return young_.bytes + old_.bytes; }

private:
    struct Generation {
        std::unordered_set<std::string> keys;
        std::size_t bytes = 0;
    };
    void keep(std::string key);

    Generation young_;
    Generation old_;
};

}  // namespace sql::verify
