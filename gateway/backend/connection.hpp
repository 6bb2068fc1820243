#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gateway/net/stream.hpp"

namespace gateway::backend {

/// Values that the server reports (ParameterStatus), in the server's order.
class ReportedParameters {
public:
    void set(std::string_view name, std::string_view value) {
        for (auto& [known, current] : values_) {
            if (known != name) continue;
            current = value;
            return;
        }
        values_.emplace_back(name, value);
    }
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& values() const { return values_; }

private:
    std::vector<std::pair<std::string, std::string>> values_;
};

/// What the server told about a session at log-in, kept up to date. A connection that is used again greets
/// its next client with the same words.
struct BackendFacts {
    ReportedParameters parameters;
    std::string notices_first;  // whole NoticeResponse messages, ahead of the parameters
    std::string notices_last;   // and behind the first of them
    bool superuser = false;     // as it logged in, whatever role the client takes later
    std::uint32_t process_id = 0;
    std::string cancel_key;  // empty: the server gave none, nothing can be cancelled
};

/// A logged-in connection to PostgreSQL.
struct Connection {
    net::Stream stream;
    BackendFacts facts;
    std::string early;  // came after ReadyForQuery in the same read: the session's first bytes
};

}  // namespace gateway::backend
