#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gateway::accounting {

/// SipHash-2-4 (Aumasson and Bernstein, 2012) under a key that each process, or its journal, draws for
/// itself: people are told apart by 64 bits of it, and nobody outside can look for two that are not.
class KeyHash {
public:
    using Key = std::array<std::uint64_t, 2>;

    explicit KeyHash(Key key) : key_(key) {}
    [[nodiscard]] std::uint64_t operator()(std::string_view text) const;

    /// A key that nobody else has.
    [[nodiscard]] static Key random_key();

private:
    Key key_;
};

}  // namespace gateway::accounting
