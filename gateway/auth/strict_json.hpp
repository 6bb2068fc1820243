#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

namespace gateway::auth {

/// A JSON object (RFC 8259) of tokens and key files. nullopt where two readers could see different things in
/// it: a member that stands twice on any level (RFC 7519, section 4), text that is not UTF-8; or where it is
/// nested deeper than any token is.
[[nodiscard]] std::optional<boost::json::object> strict_json_object(std::string_view text);

/// The member, if it is there and a string; nullptr otherwise.
[[nodiscard]] const boost::json::string* string_member(const boost::json::object& object,
                                                       std::string_view name);

}  // namespace gateway::auth
