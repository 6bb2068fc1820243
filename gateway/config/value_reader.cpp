#include "gateway/config/value_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gateway::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr std::array duration_units{Unit{"ms", 1}, Unit{"s", 1'000}, Unit{"min", 60'000},
                                    Unit{"h", 3'600'000}};
constexpr std::array size_units{Unit{"B", 1}, Unit{"KiB", 1'024}, Unit{"MiB", 1'024 * 1'024}};
constexpr std::uint64_t longest_duration = 7ull * 24 * 3'600'000;

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

template <std::size_t n>
std::optional<std::uint64_t> measure_of(std::string_view text, const std::array<Unit, n>& units) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = number_of(text.substr(0, digits));
    const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
    if (!number || unit == units.end() || *number > UINT64_MAX / unit->factor) return std::nullopt;
    return *number * unit->factor;
}

}  // namespace

void ReadingContext::mistake(const Node& node, std::string message) const {
    mistakes.push_back({file, node.line, node.column, std::move(message)});
}

MapReader::MapReader(const ReadingContext& context, const Node& node, std::string what,
                     std::initializer_list<std::string_view> keys)
    : context_(context), node_(node), what_(std::move(what)) {
    if (node.kind != Node::Kind::map) {
        context.mistake(node, fmt::format("{} must be a map of {}", what_, fmt::join(keys, ", ")));
    }
    for (const auto& [key, value] : node.entries) {
        if (std::ranges::find(keys, key.text) == keys.end()) {
            context.mistake(key, fmt::format("unknown key '{}' in {}; known are {}", key.text, what_,
                                             fmt::join(keys, ", ")));
        }
    }
}

const Node* MapReader::get(std::string_view key) const { return node_.find(key); }

const Node* MapReader::required(std::string_view key) const {
    const Node* value = get(key);
    if (value == nullptr && node_.kind == Node::Kind::map) {
        context_.mistake(node_, fmt::format("{} lacks '{}'", what_, key));
    }
    return value;
}

void MapReader::read(std::string_view key, std::string& target) const {
    if (const Node* value = get(key)) target = text_of(context_, *value, key).value_or(target);
}

void MapReader::read(std::string_view key, bool& target) const {
    const Node* value = get(key);
    if (value == nullptr) return;
    if (value->text == "true" || value->text == "false") {
        target = value->text == "true";
    } else {
        context_.mistake(*value, fmt::format("'{}' must be true or false", key));
    }
}

void MapReader::read(std::string_view key, std::chrono::milliseconds& target) const {
    const Node* value = get(key);
    if (value == nullptr) return;
    const auto read = measure_of(value->text, duration_units);
    if (read && *read <= longest_duration) {
        target = std::chrono::milliseconds(*read);
    } else {
        context_.mistake(*value,
                         fmt::format("'{}' must be a time such as 500ms, 5s, 2min or 1h, at most 168h", key));
    }
}

void MapReader::read_path(std::string_view key, std::string& target) const {
    const Node* value = get(key);
    if (value == nullptr) return;
    if (const auto path = text_of(context_, *value, key)) target = path_of(context_, *path);
}

void MapReader::read_count(std::string_view key, std::uint64_t smallest, std::uint64_t largest,
                           const std::function<void(std::uint64_t)>& take) const {
    const Node* value = get(key);
    if (value == nullptr) return;
    const auto read = number_of(value->text);
    if (read && *read >= smallest && *read <= largest) {
        take(*read);
    } else {
        context_.mistake(*value, fmt::format("'{}' must be a number from {} to {}", key, smallest, largest));
    }
}

void MapReader::read_bytes(std::string_view key, std::size_t smallest, std::size_t largest,
                           std::size_t& target) const {
    const Node* value = get(key);
    if (value == nullptr) return;
    const auto read = measure_of(value->text, size_units);
    if (read && *read >= smallest && *read <= largest) {
        target = *read;
    } else {
        context_.mistake(*value, fmt::format("'{}' must be a size such as 256KiB, from {}B to {}B", key,
                                             smallest, largest));
    }
}

std::optional<std::string> text_of(const ReadingContext& context, const Node& node, std::string_view what) {
    if (node.kind == Node::Kind::scalar && !node.text.empty()) return node.text;
    context.mistake(node, fmt::format("'{}' must be a text that is not empty", what));
    return std::nullopt;
}

std::string path_of(const ReadingContext& context, const std::string& path) {
    return (context.folder / path).lexically_normal().string();
}

std::optional<Endpoint> endpoint_of(const ReadingContext& context, const Node& node,
                                    std::optional<std::uint16_t> default_port) {
    constexpr std::string_view forms = "an address must read host:port, [IPv6]:port or /path/of/a/socket";
    const std::string& text = node.text;
    if (node.kind != Node::Kind::scalar || text.empty()) {
        context.mistake(node, std::string(forms));
        return std::nullopt;
    }
    if (text.front() == '/') {
        if (text.size() >= sizeof(sockaddr_un::sun_path)) {
            context.mistake(node, fmt::format("a socket's path must be shorter than {} bytes",
                                              sizeof(sockaddr_un::sun_path)));
            return std::nullopt;
        }
        return Endpoint{.socket_path = text};
    }

    std::string_view host = text;
    std::optional<std::uint64_t> port = default_port;
    const bool bracketed = text.front() == '[';
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (host_end != std::string::npos) {
        host = std::string_view(text).substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
        const std::string_view after = std::string_view(text).substr(bracketed ? host_end + 1 : host_end);
        if (!after.empty()) port = after.front() == ':' ? number_of(after.substr(1)) : std::nullopt;
    }
    const bool bad_host = host.empty() || (bracketed && host_end == std::string::npos) ||
                          host.find_first_of(bracketed ? " []" : " []:") != std::string_view::npos;
    if (bad_host || !port || *port > 65'535) {
        context.mistake(node, std::string(forms));
        return std::nullopt;
    }
    return Endpoint{.host = std::string(host), .port = static_cast<std::uint16_t>(*port)};
}

}  // namespace gateway::config
