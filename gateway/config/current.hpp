#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace gateway::config {

/// A value that a reload replaces as a whole; whoever took it before keeps the old one. Thread-safe.
template <class T>
class Current {
public:
    explicit Current(std::shared_ptr<const T> value) : value_(std::move(value)) {}

    [[nodiscard]] std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    void replace(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_ = std::move(value);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

}  // namespace gateway::config
