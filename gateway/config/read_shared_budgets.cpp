#include "gateway/config/read_shared_budgets.hpp"

#include <fmt/format.h>

#include "gateway/config/secret_file.hpp"

namespace gateway::config {
namespace {

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint32_t most_databases = 1'000'000;
constexpr std::size_t shortest_secret = 32;  // bytes
constexpr std::chrono::milliseconds shortest_lease{1'000};
constexpr std::chrono::milliseconds longest_lease{60'000};

void read_redis(const ReadingContext& context, const MapReader& reader, SharedBudgets& shared) {
    const Node* address = reader.required("redis");
    if (address == nullptr) return;
    shared.redis = endpoint_of(context, *address, redis_port).value_or(Endpoint{});
    if (shared.redis.port == 0 && !shared.redis.host.empty())
        context.mistake(*address, "the port of Redis cannot be 0");
}

void read_redis_tls(const ReadingContext& context, const MapReader& reader, SharedBudgets& shared) {
    const Node* tls = reader.get("tls");
    if (tls == nullptr) {
        const bool known = !shared.redis.host.empty();
        if (known && !shared.redis.is_loopback()) {
            context.mistake(
                *reader.get("redis"),
                fmt::format("{} is another machine, but there is no 'tls'; name the roots of its "
                            "certificate: tls: {{ ca_file: ... }}, or write tls: off to talk in clear",
                            shared.redis.text()));
        }
        return;
    }
    if (tls->kind == Node::Kind::scalar && tls->text == "off") return;
    if (!shared.redis.socket_path.empty()) context.mistake(*tls, "Redis has no TLS on a Unix socket");
    const MapReader files(context, *tls, "tls of shared_budgets", {"ca_file", "certificate", "key"});
    RedisTls read;
    (void)files.required("ca_file");
    files.read_path("ca_file", read.ca_file);
    files.read_path("certificate", read.certificate_file);
    files.read_path("key", read.key_file);
    if (read.certificate_file.empty() != read.key_file.empty())
        context.mistake(*tls, "'certificate' and 'key' belong together");
    shared.tls = std::move(read);
}

}  // namespace

std::optional<SharedBudgets> read_shared_budgets(const ReadingContext& context, const MapReader& root) {
    const Node* section = root.get("shared_budgets");
    if (section == nullptr) return std::nullopt;
    const MapReader reader(context, *section, "shared_budgets",
                           {"redis", "tls", "user", "password_file", "database", "secret_file", "lease"});
    SharedBudgets shared;
    read_redis(context, reader, shared);
    read_redis_tls(context, reader, shared);
    reader.read("user", shared.user);
    shared.password = password_of(context, reader, "password_file");
    if (const Node* user = reader.get("user"); user != nullptr && reader.get("password_file") == nullptr)
        context.mistake(*user, "a user of Redis logs in by a password: 'password_file' is missing");
    reader.read_count("database", 0, most_databases,
                      [&](std::uint64_t number) { shared.database = static_cast<std::uint32_t>(number); });
    (void)reader.required("secret_file");
    shared.secret = secret_of(context, reader, "secret_file", shortest_secret);
    reader.read("lease", shared.lease);
    if (shared.lease < shortest_lease || shared.lease > longest_lease)
        context.mistake(*reader.get("lease"), "'lease' must be from 1s to 60s");
    return shared;
}

}  // namespace gateway::config
