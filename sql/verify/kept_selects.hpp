#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sql/verify/kept_select.hpp"

namespace sql::verify {

/// The masked sub-selects that statements use again and again, by what their makers find them by. Belongs to
/// a thread.
///
/// Bounded: two generations of at most `room` bytes of texts and keys. What is used moves to the younger one;
/// the older one goes when that is full.
class KeptSelects {
public:
    static constexpr std::size_t room = 128UL * 1024;

    /// Those of the calling thread.
    [[nodiscard]] static KeptSelects& of_this_thread();

    /// nullptr: there is none.
    [[nodiscard]] std::shared_ptr<const KeptSelect> find(std::string_view key);
    /// Unless it is too large. `held` lives as long: a key may hold its address.
    void keep(std::string_view key, std::shared_ptr<const KeptSelect> select,
              std::shared_ptr<const void> held = nullptr);
    /// Of a text that nothing else finds; made when there is none. nullptr: KeptSelect::of().
    [[nodiscard]] std::shared_ptr<const KeptSelect> of_text(const std::string& text);

    [[nodiscard]] std::size_t bytes() const { return young_.bytes + old_.bytes; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    };
    struct Kept {
        std::shared_ptr<const KeptSelect> select;
        std::shared_ptr<const void> held;
    };
    struct Generation {
        std::unordered_map<std::string, Kept, Hash, std::equal_to<>> by_key;
        std::size_t bytes = 0;
    };
    Generation young_;
    Generation old_;
};

}  // namespace sql::verify
