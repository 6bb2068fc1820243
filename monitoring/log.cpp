#include "monitoring/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <iterator>
#include <memory>

#include "monitoring/json_text.hpp"

namespace monitoring {
namespace {

struct LevelName {
    Level level;
    std::string_view name;
    spdlog::level::level_enum spdlog;
};

constexpr std::array<LevelName, 4> levels{{
    {Level::debug, "debug", spdlog::level::debug},
    {Level::info, "info", spdlog::level::info},
    {Level::warning, "warn", spdlog::level::warn},
    {Level::error, "error", spdlog::level::err},
}};

// A level from outside the enum is an error: better one line too many than one too few.
const LevelName& names_of(Level level) {
    for (const auto& entry : levels) {
        if (entry.level == level) return entry;
    }
    return levels.back();
}

spdlog::logger& logger() {
    // Never destroyed: threads may still log while the program ends.
    static auto* const instance = [] {
        auto made =
            std::make_unique<spdlog::logger>("tabir", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::info);
        made->flush_on(spdlog::level::debug);
        return made.release();
    }();
    return *instance;
}

struct AppendValue {
    std::string& out;

    void operator()(std::string_view text) const { append_json_text(out, text); }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(double value) const {
        if (!std::isfinite(value)) {
            out += "null";  // JSON has no infinities
            return;
        }
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
    void operator()(std::int64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
    void operator()(std::uint64_t value) const { fmt::format_to(std::back_inserter(out), "{}", value); }
};

std::int64_t milliseconds_now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

std::string format_line(std::int64_t time, Level level, std::string_view event,
                        std::span<const Field> fields) {
    std::string line;
    line.reserve(160);
    const auto second = fmt::gmtime(static_cast<std::time_t>(time / 1000));
    fmt::format_to(std::back_inserter(line),
                   R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:03}Z","level":"{}","event":)", second, time % 1000,
                   names_of(level).name);
    append_json_text(line, event);
    for (const auto& field : fields) {
        line += ',';
        append_json_text(line, field.key);
        line += ':';
        std::visit(AppendValue{line}, field.value);
    }
    line += '}';
    return line;
}

void log(Level level, std::string_view event, std::initializer_list<Field> fields) noexcept {
    try {
        if (!logger().should_log(names_of(level).spdlog)) return;
        log_line(level, format_line(milliseconds_now(), level, event, {fields.begin(), fields.size()}));
    } catch (...) {
        // Out of memory while describing something else: the line is lost, the session is not.
        return;
    }
}

void log_line(Level level, std::string_view line) noexcept {
    try {
        logger().log(names_of(level).spdlog, spdlog::string_view_t(line.data(), line.size()));
    } catch (...) {
        return;  // as in log()
    }
}

void set_log_level(Level level) { logger().set_level(names_of(level).spdlog); }

std::optional<Level> level_of(std::string_view text) {
    for (const auto& entry : levels) {
        if (entry.name == text) return entry.level;
    }
    return std::nullopt;
}

}  // namespace monitoring
