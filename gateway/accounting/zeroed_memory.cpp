#include "gateway/accounting/zeroed_memory.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace gateway::accounting {
namespace {

constexpr std::size_t huge_page = 2UL * 1024 * 1024;
constexpr std::size_t cache_line = 64;

}  // namespace

ZeroedMemory::ZeroedMemory(std::size_t bytes) {
    if (bytes < huge_page) {
        const std::size_t lines = (bytes + cache_line - 1) / cache_line * cache_line;
        data_ = std::aligned_alloc(cache_line, lines);
        if (data_ == nullptr) throw std::bad_alloc();
        std::memset(data_, 0, lines);
        return;
    }
    std::size_t room = bytes + huge_page;
    mapped_ = room;
    mapping_ = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping_ == MAP_FAILED) {
        mapping_ = nullptr;
        throw std::bad_alloc();
    }
    data_ = mapping_;
    std::align(huge_page, bytes, data_, room);
    (void)::madvise(data_, bytes, MADV_HUGEPAGE);  // a wish: small pages do as well, slowly
}

ZeroedMemory::~ZeroedMemory() {
    if (mapping_ == nullptr) {
        std::free(data_);
    } else {
        ::munmap(mapping_, mapped_);
    }
}

}  // namespace gateway::accounting
