#include "gateway/config/secret_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace gateway::config {
namespace {

constexpr std::size_t longest_password = 10'000;  // bytes, as much as PostgreSQL's log-in takes
constexpr std::size_t longest_secret = 10'000;

// One line end at the end is the editor's, not the secret's.
void drop_line_end(std::string& text) {
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

bool everybody_may_read(const std::string& path) {
    std::error_code error;
    const auto rights = std::filesystem::status(path, error).permissions();
    return error || (rights & std::filesystem::perms::others_read) != std::filesystem::perms::none;
}

}  // namespace

std::optional<std::string> bytes_of(const std::string& path, std::size_t limit) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
    std::ifstream stream(path, std::ios::binary);
    std::string bytes(limit + 1, '\0');
    if (!stream) return std::nullopt;
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (stream.bad()) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

std::string password_of(const ReadingContext& context, const MapReader& reader, std::string_view key) {
    std::string path;
    reader.read_path(key, path);
    if (path.empty()) return {};
    const Node& place = *reader.get(key);
    auto password = bytes_of(path, longest_password);
    if (!password) {
        context.mistake(place, fmt::format("cannot read the password file {}", path));
        return {};
    }
    drop_line_end(*password);
    if (password->empty() || password->size() > longest_password ||
        password->find_first_of(std::string_view("\0\n", 2)) != std::string::npos) {
        context.mistake(place,
                        fmt::format("the password file {} must hold one line, not empty, of at most {} bytes",
                                    path, longest_password));
        return {};
    }
    return *std::move(password);
}

std::string secret_of(const ReadingContext& context, const MapReader& reader, std::string_view key,
                      std::size_t shortest) {
    std::string path;
    reader.read_path(key, path);
    if (path.empty()) return {};
    const Node& place = *reader.get(key);
    auto secret = bytes_of(path, longest_secret);
    if (!secret) {
        context.mistake(place, fmt::format("cannot read the secret file {}", path));
        return {};
    }
    drop_line_end(*secret);
    if (secret->size() < shortest || secret->size() > longest_secret) {
        context.mistake(place, fmt::format("the secret file {} must hold {} to {} bytes, drawn at random: "
                                           "openssl rand -hex {}",
                                           path, shortest, longest_secret, shortest));
        return {};
    }
    if (everybody_may_read(path)) {
        context.mistake(place, fmt::format("everybody may read the secret file {}; chmod 400 it", path));
        return {};
    }
    return *std::move(secret);
}

}  // namespace gateway::config
