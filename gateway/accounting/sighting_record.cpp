#include "gateway/accounting/sighting_record.hpp"

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>
#include <cstring>

namespace gateway::accounting {
namespace {

constexpr std::size_t head_bytes = sizeof(std::uint16_t) + sizeof(std::uint32_t);
constexpr auto largest_of = static_cast<std::uint8_t>(Account::Of::role);
constexpr auto largest_what = static_cast<std::uint8_t>(policies::Counted::What::misses);

std::uint32_t checksum(std::string_view bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

template <class Number>
void put(Number number, std::string& bytes) {
    boost::endian::native_to_little_inplace(number);
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string_view text, std::string& bytes) {
    put(static_cast<std::uint8_t>(text.size()), bytes);
    bytes.append(text);
}

/// Reads the parts of a record whose checksum was right.
class PartReader {
public:
    explicit PartReader(std::string_view bytes) : rest_(bytes) {}

    template <class Number>
    Number number() {
        Number value{};
        if (!has(sizeof value)) return value;
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return boost::endian::little_to_native(value);
    }
    std::string_view text() {
        const std::size_t size = number<std::uint8_t>();
        if (!has(size)) return {};
        const auto value = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return value;
    }
    /// Everything was there, and nothing more.
    [[nodiscard]] bool well_read() const { return !short_ && rest_.empty(); }

private:
    bool has(std::size_t size) {
        short_ = short_ || rest_.size() < size;
        return !short_;
    }

    std::string_view rest_;
    bool short_ = false;
};

}  // namespace

void append_record(const SightingRecord& record, std::string& bytes) {
    std::string contents;
    put(static_cast<std::uint8_t>(record.ledger.of), contents);
    put(static_cast<std::uint8_t>(record.ledger.what), contents);
    put(record.subject, contents);
    put(static_cast<std::int64_t>(record.seen_at.time_since_epoch().count()), contents);
    put(record.ledger.account, contents);
    put(record.ledger.counted, contents);
    put(static_cast<std::uint16_t>(contents.size()), bytes);
    put(checksum(contents), bytes);
    bytes += contents;
}

std::optional<SightingRecord> take_record(std::string_view& bytes) {
    if (bytes.size() < head_bytes) return std::nullopt;
    PartReader lead(bytes.substr(0, head_bytes));
    const std::size_t size = lead.number<std::uint16_t>();
    const auto expected = lead.number<std::uint32_t>();
    if (size == 0 || bytes.size() - head_bytes < size) return std::nullopt;
    const std::string_view contents = bytes.substr(head_bytes, size);
    if (checksum(contents) != expected) return std::nullopt;
    PartReader parts(contents);
    const auto of = parts.number<std::uint8_t>();
    const auto what = parts.number<std::uint8_t>();
    SightingRecord record;
    record.subject = parts.number<std::uint64_t>();
    record.seen_at = JournalTime(std::chrono::milliseconds(parts.number<std::int64_t>()));
    record.ledger.account = parts.text();
    record.ledger.counted = parts.text();
    if (!parts.well_read() || of > largest_of || what > largest_what) return std::nullopt;
    record.ledger.of = static_cast<Account::Of>(of);
    record.ledger.what = static_cast<policies::Counted::What>(what);
    bytes.remove_prefix(head_bytes + size);
    return record;
}

}  // namespace gateway::accounting
