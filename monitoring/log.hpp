#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace monitoring {

enum class Level { debug, info, warning, error };

/// One key with its value. Keys and event names are constants of ours; values may be a client's text (they
/// are escaped), but never a password, a literal of a statement or a value of a row.
struct Field {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, bool v) : key(k), value(v) {}
    Field(std::string_view k, double v) : key(k), value(v) {}
    template <std::signed_integral T>
    Field(std::string_view k, T v) : key(k), value(static_cast<std::int64_t>(v)) {}
    template <std::unsigned_integral T>
    Field(std::string_view k, T v) : key(k), value(static_cast<std::uint64_t>(v)) {}
};

/// Writes one JSON object and a line feed to stderr:
///   {"time":"2024-05-01T12:00:00.123Z","level":"info","event":"session_opened","session":17,"role":"support"}
/// Control characters, line separators, bidirectional marks and bytes that are not UTF-8 are escaped, so that
/// nobody can forge a line or drive a terminal; text over 1 KiB is cut. Thread-safe; never throws.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {}) noexcept;

/// Lines below this level are not written; info at the start.
void set_log_level(Level level);
/// "debug", "info", "warn" or "error".
[[nodiscard]] std::optional<Level> level_of(std::string_view text);

/// The line that log() would write, without its line feed. `time` is in milliseconds since 1970 (UTC).
[[nodiscard]] std::string format_line(std::int64_t time, Level level, std::string_view event,
                                      std::span<const Field> fields);
/// Writes such a line, for who tells the same to others, too. Thread-safe; never throws.
void log_line(Level level, std::string_view line) noexcept;

}  // namespace monitoring
