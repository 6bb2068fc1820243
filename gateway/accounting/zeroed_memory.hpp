#pragma once

#include <cstddef>
#include <utility>

namespace gateway::accounting {

/// Bytes that are zero at first. Much of it lies in huge pages where the system has them, because what is
/// read in no order misses the address cache of small ones at each access, which not even a prefetch hides.
class ZeroedMemory {
public:
    ZeroedMemory() = default;
    /// Throws std::bad_alloc.
    explicit ZeroedMemory(std::size_t bytes);
    ~ZeroedMemory();
    ZeroedMemory(ZeroedMemory&& other) noexcept { swap(other); }
    ZeroedMemory& operator=(ZeroedMemory&& other) noexcept {
        ZeroedMemory(std::move(other)).swap(*this);
        return *this;
    }
    ZeroedMemory(const ZeroedMemory&) = delete;
    ZeroedMemory& operator=(const ZeroedMemory&) = delete;

    /// Aligned for any object, and to cache lines.
    [[nodiscard]] void* data() const { return data_; }

private:
    void swap(ZeroedMemory& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(mapping_, other.mapping_);
        std::swap(mapped_, other.mapped_);
    }

    void* data_ = nullptr;
    void* mapping_ = nullptr;  // around data_; nullptr: it is on the heap
    std::size_t mapped_ = 0;
};

}  // namespace gateway::accounting
