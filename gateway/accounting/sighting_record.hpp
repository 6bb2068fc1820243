#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/accounting/ledger_name.hpp"

namespace gateway::accounting {

/// The time of day in milliseconds, which goes on over a restart.
using JournalTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One subject that was counted in one ledger, as the journal keeps it.
struct SightingRecord {
    LedgerNameView ledger;      // points into the bytes that it was read from
    std::uint64_t subject = 0;  // KeyHash
    JournalTime seen_at{};      // it counts from then on
};

/// Bytes of the longest record.
inline constexpr std::size_t longest_record = 6 + 2 + 8 + 8 + 2 + 2 * 255;

/// Appends the record to `bytes`: its length (2 bytes), CRC-32 (4) and contents, little-endian.
void append_record(const SightingRecord& record, std::string& bytes);

/// Takes the record off the front of `bytes`; nullopt, and `bytes` as they were, where none is whole and
/// sound.
[[nodiscard]] std::optional<SightingRecord> take_record(std::string_view& bytes);

}  // namespace gateway::accounting
