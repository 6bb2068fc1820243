#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "gateway/accounting/zeroed_memory.hpp"

namespace gateway::accounting {

/// Subjects by their KeyHash, in the order in which they came, and an index of four bytes for each slot. Who
/// reads a list again meets the same people in the same order, so the one behind the last that was found is
/// looked at first: the index, of which each access is another page of memory, is read for the others. Not
/// thread-safe, not even find().
class SightingTable {
public:
    struct Sighting {
        std::uint64_t key = 0;
        std::uint32_t moment = 0;   // of the last sighting
        std::uint32_t covered = 0;  // Ledger::cover()
    };

    SightingTable() = default;
    SightingTable(const SightingTable&) = delete;
    SightingTable& operator=(const SightingTable&) = delete;

    /// Before prefetch() of those that are looked up together.
    void expect_next() { expected_ = last_ + 1; }
    /// It will be looked up soon.
    void prefetch(std::uint64_t key) const {
        if (expected_ < size_ && sightings_[expected_].key == key)
            ++expected_;
        else if (!index_.empty())
            __builtin_prefetch(&index_[home_of(key)], 1);
    }

    /// nullptr: it is not in it. Valid until the next rebuild() or clear().
    [[nodiscard]] const Sighting* find(std::uint64_t key) const {
        return holds(key) ? &sightings_[last_] : nullptr;
    }
    [[nodiscard]] Sighting* find(std::uint64_t key) { return holds(key) ? &sightings_[last_] : nullptr; }

    /// add() has room for one more.
    [[nodiscard]] bool has_room() const { return size_ < sightings_.size(); }
    /// `sighting`, which is not in it.
    void add(const Sighting& sighting) {
        sightings_[size_] = sighting;
        put_in_index(size_++);
    }

    /// Keeps those of which keep() is true, at most `most`, and has room for at least a third more. keep()
    /// may change all but the key.
    template <class Keep>
    void rebuild(std::size_t most, Keep keep) {
        SightingTable anew(std::bit_ceil(2 * most + least));
        for_each([&](Sighting& sighting) {
            if (keep(sighting)) anew.sightings_[anew.size_++] = sighting;
        });
        for (std::size_t i = 0; i < anew.size_; ++i) {
            if (i + fetched_ahead < anew.size_)
                __builtin_prefetch(&anew.index_[anew.home_of(anew.sightings_[i + fetched_ahead].key)], 1);
            anew.put_in_index(i);
        }
        take(std::move(anew));
    }

    void clear() { take(SightingTable()); }

    template <class Visit>
    void for_each(Visit visit) {
        for (Sighting& sighting : sightings_.first(size_))
            visit(sighting);
    }
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Sighting& sighting : sightings_.first(size_))
            visit(sighting);
    }

    /// How many subjects.
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    static constexpr std::size_t least = 5;               // the smallest table has 8 slots
    static constexpr std::size_t most_slots = 1UL << 31;  // of 1.4 billion subjects
    static constexpr std::size_t fetched_ahead = 16;

    explicit SightingTable(std::size_t slots)
        : sightings_memory_(2 * slots / 3 * sizeof(Sighting)),
          sightings_(static_cast<Sighting*>(sightings_memory_.data()), 2 * slots / 3),
          index_memory_(slots * sizeof(Slot)),
          index_(static_cast<Slot*>(index_memory_.data()), slots),
          bits_(static_cast<unsigned>(std::countr_zero(slots))) {
        if (slots > most_slots) throw std::bad_alloc();
    }

    void take(SightingTable&& other) {
        sightings_memory_ = std::move(other.sightings_memory_);
        sightings_ = other.sightings_;
        index_memory_ = std::move(other.index_memory_);
        index_ = other.index_;
        bits_ = other.bits_;
        size_ = other.size_;
        last_ = 0;
        expected_ = 0;
    }

    /// 1 + where the subject stands, in bits_ bits, below the last bits of its key; 0: empty.
    using Slot = std::uint32_t;

    [[nodiscard]] std::size_t home_of(std::uint64_t key) const { return key >> (64 - bits_); }
    [[nodiscard]] Slot mark_of(std::uint64_t key) const { return static_cast<Slot>(key) << bits_; }
    [[nodiscard]] std::size_t place_of(Slot slot) const { return slot & (index_.size() - 1); }
    /// There is always an empty slot.
    [[nodiscard]] std::size_t next(std::size_t slot) const { return (slot + 1) & (index_.size() - 1); }

    void put_in_index(std::size_t place) {
        const std::uint64_t key = sightings_[place].key;
        std::size_t slot = home_of(key);
        while (index_[slot] != 0)
            slot = next(slot);
        index_[slot] = mark_of(key) | static_cast<Slot>(place + 1);
    }

    /// True: it stands at last_.
    [[nodiscard]] bool holds(std::uint64_t key) const {
        for (std::size_t place = last_; place < size_ && place < last_ + 2; ++place) {
            if (sightings_[place].key == key) {
                last_ = place;
                return true;
            }
        }
        if (index_.empty()) return false;
        const Slot mark = mark_of(key);
        for (std::size_t slot = home_of(key); index_[slot] != 0; slot = next(slot)) {
            const std::size_t place = place_of(index_[slot]) - 1;
            if ((index_[slot] ^ mark) >> bits_ == 0 && sightings_[place].key == key) {
                last_ = place;
                return true;
            }
        }
        return false;
    }

    ZeroedMemory sightings_memory_;
    std::span<Sighting> sightings_;  // room for all that the index takes
    ZeroedMemory index_memory_;
    std::span<Slot> index_;  // a power of two of them, of which a third is empty, or none
    unsigned bits_ = 0;      // the logarithm of their number
    std::size_t size_ = 0;
    mutable std::size_t last_ = 0;      // that was found
    mutable std::size_t expected_ = 0;  // the next to be looked up, if they come in order
};

}  // namespace gateway::accounting
