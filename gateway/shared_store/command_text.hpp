#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace gateway::shared_store {

/// Appends a command as Redis reads it (RESP, "array of bulk strings").
void append_command(std::string& to, std::span<const std::string_view> words);
void append_command(std::string& to, std::initializer_list<std::string_view> words);

}  // namespace gateway::shared_store
