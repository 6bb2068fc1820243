#pragma once

#include <functional>
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

    /// Before anybody asks: `ask` tells, on any thread, what does not work although sessions are served.
    void unless_degraded(std::function<std::optional<std::string>()> ask);

    /// nullopt: ready.
    [[nodiscard]] std::optional<std::string> obstacle() const;
    /// nullopt: all works.
    [[nodiscard]] std::optional<std::string> degraded() const {
        return degraded_ ? degraded_() : std::nullopt;
    }

private:
    mutable std::mutex mutex_;
    std::optional<std::string> obstacle_ = "starting";
    std::function<std::optional<std::string>()> degraded_;
};

}  // namespace gateway::http
