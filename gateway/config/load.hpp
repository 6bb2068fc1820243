#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/config/config.hpp"
#include "policies/errors.hpp"

namespace gateway::config {

using LoadedConfig = std::variant<Config, policies::Mistakes>;

/// Reads and checks the gateway's configuration file and the password files that it names; all mistakes at
/// once. Relative paths in it begin at the folder that holds the file. tabir.example.yaml documents every
/// key.
[[nodiscard]] LoadedConfig load_file(const std::string& path);

/// The same for text; `file` is its name in messages.
[[nodiscard]] LoadedConfig load_text(std::string_view text, const std::string& file,
                                     const std::filesystem::path& folder);

}  // namespace gateway::config
