#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "gateway/accounting/zeroed_memory.hpp"

namespace gateway::accounting {

/// Subjects by their KeyHash, each in 16 bytes, so that a lookup reads one line of memory most of the time.
/// The first bits of a key say where it stands (the next free slot, if that one is taken): subjects are in
/// the order of their keys, and a larger table is filled from a smaller one by walking through both.
class SightingTable {
public:
    struct Sighting {
        std::uint64_t key = 0;
        std::uint32_t moment = 0;   // of the last sighting; 0: an empty slot
        std::uint32_t covered = 0;  // Ledger::cover()
    };

    SightingTable() = default;
    SightingTable(const SightingTable&) = delete;
    SightingTable& operator=(const SightingTable&) = delete;

    /// Its slot will be read soon.
    void prefetch(std::uint64_t key) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[home_of(key)], 1);
    }

    /// nullptr: it is not in it. Valid until the next rebuild() or clear().
    [[nodiscard]] const Sighting* find(std::uint64_t key) const {
        if (slots_.empty()) return nullptr;
        const Sighting& found = slots_[place_of(key)];
        return found.moment != 0 ? &found : nullptr;
    }
    [[nodiscard]] Sighting* find(std::uint64_t key) {
        if (slots_.empty()) return nullptr;
        Sighting& found = slots_[place_of(key)];
        return found.moment != 0 ? &found : nullptr;
    }

    /// add() has room for one more.
    [[nodiscard]] bool has_room() const { return 3 * (size_ + 1) <= 2 * slots_.size(); }
    /// `sighting`, which is not in it.
    void add(const Sighting& sighting) {
        slots_[place_of(sighting.key)] = sighting;
        ++size_;
    }

    /// Keeps those of which keep() is true, at most `most`, and has room for at least a third more. keep()
    /// may change all but the key.
    template <class Keep>
    void rebuild(std::size_t most, Keep keep) {
        SightingTable anew(std::bit_ceil(2 * most + least));
        for_each([&](Sighting& sighting) {
            if (keep(sighting)) anew.add(sighting);
        });
        memory_ = std::move(anew.memory_);
        slots_ = anew.slots_;
        size_ = anew.size_;
    }

    void clear() {
        memory_ = {};
        slots_ = {};
        size_ = 0;
    }

    template <class Visit>
    void for_each(Visit visit) {
        for (Sighting& sighting : slots_) {
            if (sighting.moment != 0) visit(sighting);
        }
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Sighting& sighting : slots_) {
            if (sighting.moment != 0) visit(sighting);
        }
    }

    /// How many subjects.
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    static constexpr std::size_t least = 5;  // the smallest table has 8 slots

    explicit SightingTable(std::size_t capacity)
        : memory_(capacity * sizeof(Sighting)), slots_(static_cast<Sighting*>(memory_.data()), capacity) {}

    [[nodiscard]] std::size_t home_of(std::uint64_t key) const {
        return static_cast<std::size_t>(key >> (64 - std::countr_zero(slots_.size())));
    }
    /// Where it stands, or would: there is always an empty slot.
    [[nodiscard]] std::size_t place_of(std::uint64_t key) const {
        const Sighting* const slots = slots_.data();
        std::size_t place = home_of(key);
        while (slots[place].moment != 0 && slots[place].key != key)
            place = (place + 1) & (slots_.size() - 1);
        return place;
    }

    ZeroedMemory memory_;
    std::span<Sighting> slots_;  // a power of two of them, or none
    std::size_t size_ = 0;
};

}  // namespace gateway::accounting
