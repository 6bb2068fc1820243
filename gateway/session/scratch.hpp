#pragma once

#include <cstddef>
#include <span>

namespace gateway::session {

inline constexpr std::size_t scratch_size = 64UL * 1024;
/// Then other sessions of the thread have their turn.
inline constexpr int reads_in_a_row = 8;

/// The I/O thread's buffer for reading: sessions that wait own none. What is in it is gone after the next
/// wait.
[[nodiscard]] std::span<char> scratch();

}  // namespace gateway::session
