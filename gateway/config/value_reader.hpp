#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/config/yaml_tree.hpp"

namespace gateway::config {

/// What every reader of values needs: the place for mistakes, and where relative paths begin.
struct ReadingContext {
    const std::string& file;
    const std::filesystem::path& folder;
    policies::Mistakes& mistakes;

    void mistake(const Node& node, std::string message) const;
};

/// The entries of one map. Keys that are not known are mistakes, found by the constructor; a missing entry
/// leaves the target as it is, so that the defaults of config.hpp hold.
class MapReader {
public:
    /// `what` names the map in messages: "a server".
    MapReader(const ReadingContext& context, const Node& node, std::string what,
              std::initializer_list<std::string_view> keys);

    /// The entry's value, nullptr when it is missing; `required` makes that a mistake.
    [[nodiscard]] const Node* get(std::string_view key) const;
    [[nodiscard]] const Node* required(std::string_view key) const;

    void read(std::string_view key, std::string& target) const;
    void read(std::string_view key, bool& target) const;
    void read(std::string_view key, std::chrono::milliseconds& target) const;  // 500ms, 5s, 2min, 1h
    void read_path(std::string_view key, std::string& target) const;
    void read_count(std::string_view key, std::uint64_t smallest, std::uint64_t largest,
                    const std::function<void(std::uint64_t)>& take) const;
    void read_bytes(std::string_view key, std::size_t smallest, std::size_t largest,
                    std::size_t& target) const;

private:
    const ReadingContext& context_;
    const Node& node_;
    std::string what_;
};

/// A scalar that is not empty; a mistake and nullopt otherwise. `what` names it in messages.
[[nodiscard]] std::optional<std::string> text_of(const ReadingContext& context, const Node& node,
                                                 std::string_view what);

/// The path, made absolute from the configuration's folder.
[[nodiscard]] std::string path_of(const ReadingContext& context, const std::string& path);

/// host:port, [IPv6]:port or /a/socket/path. Without default_port the port must be written.
[[nodiscard]] std::optional<Endpoint> endpoint_of(const ReadingContext& context, const Node& node,
                                                  std::optional<std::uint16_t> default_port);

}  // namespace gateway::config
