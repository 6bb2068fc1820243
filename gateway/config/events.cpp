#include "gateway/config/events.hpp"

#include <algorithm>

namespace gateway::config {
namespace {

constexpr std::chrono::milliseconds shortest_timeout{100};
constexpr std::chrono::milliseconds longest_timeout{60'000};

/// The host of a URL behind "http://", without its port.
std::string_view host_in(std::string_view rest) {
    rest = rest.substr(0, rest.find_first_of("/?#"));
    if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
    return rest.substr(0, rest.find(':'));
}

bool is_own_host(std::string_view host) {
    const bool number = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host == "localhost" || host == "[::1]" || (number && host.starts_with("127."));
}

void check_url(const ReadingContext& context, const Node& node, const std::string& url, bool allow_http) {
    constexpr std::string_view plain = "http://";
    constexpr std::string_view secure = "https://";
    const std::string_view text = url;
    const bool is_plain = text.starts_with(plain);
    const auto rest = text.substr(is_plain ? plain.size() : std::min(secure.size(), text.size()));
    const bool visible = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    if ((!is_plain && !text.starts_with(secure)) || host_in(rest).empty() || !visible ||
        text.find_first_of("@\\") != std::string_view::npos) {
        context.mistake(node, "'url' must be https://host:port/path, without a user or password");
    } else if (is_plain && !allow_http && !is_own_host(host_in(rest))) {
        context.mistake(node,
                        "events would go to another machine in clear; write https://, or allow_http: true");
    }
}

}  // namespace

void read_events(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* events = root.get("events");
    if (events == nullptr) return;
    const MapReader outer(context, *events, "events", {"webhook"});
    const Node* webhook = outer.required("webhook");
    if (webhook == nullptr) return;
    const MapReader reader(context, *webhook, "events.webhook",
                           {"url", "secret_file", "ca_file", "timeout", "retries", "queue", "allow_http"});
    events::WebhookSettings read;
    bool allow_http = false;
    reader.read("allow_http", allow_http);
    reader.read("url", read.url);
    if (const Node* url = reader.required("url")) check_url(context, *url, read.url, allow_http);
    reader.read_path("secret_file", read.secret_file);
    reader.read_path("ca_file", read.ca_file);
    reader.read("timeout", read.timeout);
    if (read.timeout < shortest_timeout || read.timeout > longest_timeout)
        context.mistake(*reader.get("timeout"), "'timeout' must be from 100ms to 1min");
    reader.read_count("retries", 0, 100, [&](std::uint64_t count) { read.retries = count; });
    reader.read_count("queue", 1, 100'000, [&](std::uint64_t count) { read.queue = count; });
    config.webhook = std::move(read);
}

}  // namespace gateway::config
