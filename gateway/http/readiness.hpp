#pragma once

#include <mutex>
#include <optional>
#include <string>

namespace gateway::http {

/// Whether new sessions should be sent here, and if not, why: what /readyz answers. Thread-safe; begins not
/// ready.
class Readiness {
public:
    void now_ready();
    /// `reason` is shown to whoever asks: "draining", "policy not loaded".
    void not_ready(std::string reason);

    /// nullopt: ready.
    [[nodiscard]] std::optional<std::string> obstacle() const;

private:
    mutable std::mutex mutex_;
    std::optional<std::string> obstacle_ = "starting";
};

}  // namespace gateway::http
