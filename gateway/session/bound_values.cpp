#include "gateway/session/bound_values.hpp"

#include <algorithm>
#include <charconv>

#include "sql/type_oids.hpp"

namespace gateway::session {
namespace {

constexpr std::string_view blanks = " \t\n\r\v\f";

bool is_text(sql::Oid type) {
    return type == sql::type_oid::text || type == sql::type_oid::bpchar || type == sql::type_oid::varchar;
}

std::int64_t big_endian(std::string_view bytes) {
    std::uint64_t value = (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes)
        value = (value << 8) | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
}

std::optional<std::string> integer_key(std::string_view value, wire::Format format) {
    if (format == wire::Format::binary) {
        if (value.size() != 2 && value.size() != 4 && value.size() != 8) return std::nullopt;
        return std::to_string(big_endian(value));
    }
    const auto first = value.find_first_not_of(blanks);
    if (first == std::string_view::npos) return std::nullopt;
    value = value.substr(first, value.find_last_not_of(blanks) - first + 1);
    if (value.starts_with('+')) value.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return std::to_string(number);
}

std::optional<std::string> uuid_key(std::string_view value, wire::Format format) {
    std::string digits;
    if (format == wire::Format::binary) {
        constexpr std::string_view hex = "0123456789abcdef";
        for (const char byte : value) {
            digits += hex[static_cast<unsigned char>(byte) >> 4];
            digits += hex[static_cast<unsigned char>(byte) & 15];
        }
    } else {
        for (const char c : value) {
            if (c == '-' || c == '{' || c == '}') continue;
            digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    if (digits.size() != 32 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
        return std::nullopt;
    for (const std::size_t dash : {20, 16, 12, 8})
        digits.insert(dash, "-");
    return digits;
}

}  // namespace

std::optional<std::string> key_of(std::string_view value, wire::Format format, sql::Oid type) {
    if (sql::type_oid::is_integer(type)) return integer_key(value, format);
    if (is_text(type)) return std::string(value);
    if (type == sql::type_oid::uuid) return uuid_key(value, format);
    return std::nullopt;
}

std::optional<accounting::Subject> asked_by_text(const sql::PrintedStatement& printed) {
    if (!printed.asked || printed.asked->parameter > 0) return std::nullopt;
    auto key = key_of(printed.asked->key, wire::Format::text, printed.asked->type);
    if (!key) return std::nullopt;
    return accounting::Subject{printed.asked->subject, std::move(*key)};
}

std::optional<std::uint64_t> array_elements(std::string_view value, wire::Format format) {
    if (format == wire::Format::text) {
        // Between two elements stands a comma. One inside of quotes only makes the count larger.
        const auto first = value.find_first_not_of(blanks);
        if (first == std::string_view::npos || (value[first] != '{' && value[first] != '['))
            return std::nullopt;
        return 1 + static_cast<std::uint64_t>(std::ranges::count(value, ','));
    }
    // array_send: dimensions, flags, element type; for each dimension its length and lower bound.
    constexpr std::size_t header = 12;
    constexpr std::int64_t most_dimensions = 6;
    if (value.size() < header) return std::nullopt;
    const auto dimensions = big_endian(value.substr(0, 4));
    if (dimensions < 0 || dimensions > most_dimensions ||
        value.size() < header + 8 * static_cast<std::size_t>(dimensions))
        return std::nullopt;
    std::uint64_t elements = dimensions == 0 ? 0 : 1;
    for (std::size_t i = 0; i < static_cast<std::size_t>(dimensions); ++i) {
        const auto length = big_endian(value.substr(header + 8 * i, 4));
        // Each element takes four bytes at least.
        if (length < 0 || static_cast<std::uint64_t>(length) > value.size() / 4) return std::nullopt;
        elements *= static_cast<std::uint64_t>(length);
    }
    return elements;
}

}  // namespace gateway::session
