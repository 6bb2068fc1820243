#include "gateway/wire/message_types.hpp"

#include <algorithm>
#include <string_view>

namespace gateway::wire {

namespace {

constexpr std::string_view frontend_types = "BCDEFHPQSXcdfp";
constexpr std::string_view backend_types = "123ACDEGHIKNRSTVWZcdnstv";

// PQ_SMALL_MESSAGE_LIMIT and PG_MAX_AUTH_TOKEN_LENGTH of PostgreSQL 15.
constexpr std::size_t small_message = 10'000;
constexpr std::size_t auth_token = 65'535;

}  // namespace

bool is_known_type(Peer peer, char type) {
    return (peer == Peer::frontend ? frontend_types : backend_types).find(type) != std::string_view::npos;
}

BodyLimit body_limit_of(Peer peer, char type, BodyLimit limit) {
    if (peer == Peer::backend) return limit;
    if (std::string_view{"CDEHSXcf"}.find(type) != std::string_view::npos) {
        return BodyLimit{std::min(limit.bytes, small_message)};
    }
    if (type == frontend_type::password) return BodyLimit{std::min(limit.bytes, auth_token)};
    return limit;
}

}  // namespace gateway::wire
