#include "gateway/http/readiness.hpp"

#include <utility>

namespace gateway::http {

void Readiness::now_ready() {
    const std::scoped_lock lock(mutex_);
    obstacle_.reset();
}

void Readiness::not_ready(std::string reason) {
    const std::scoped_lock lock(mutex_);
    obstacle_ = std::move(reason);
}

void Readiness::unless_degraded(std::function<std::optional<std::string>()> ask) {
    degraded_ = std::move(ask);
}

std::optional<std::string> Readiness::obstacle() const {
    const std::scoped_lock lock(mutex_);
    return obstacle_;
}

}  // namespace gateway::http
