#include "gateway/session/scratch.hpp"

#include <array>

namespace gateway::session {

std::span<char> scratch() {
    thread_local std::array<char, scratch_size> buffer;
    return buffer;
}

}  // namespace gateway::session
