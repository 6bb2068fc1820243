#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "gateway/backend/server.hpp"
#include "gateway/net/io_threads.hpp"

namespace gateway::backend {

/// Whom a CancelRequest reaches: one back-end session of one server.
struct CancelTarget {
    std::shared_ptr<const Server> server;
    std::uint32_t process_id = 0;
    std::string key;                          // the server's own
    std::atomic<int> under_way{0};            // requests that the server has not answered yet
    std::atomic<std::uint64_t> asked_for{0};  // requests of the client's that it has had
};

/// One request to cancel that its server has not answered yet, from the moment that it is owed. While it
/// lives the connection is not handed on, and the process does not end.
class PendingCancel {
public:
    PendingCancel(net::IoThread& thread, std::shared_ptr<CancelTarget> target);
    PendingCancel(PendingCancel&& other) noexcept = default;
    PendingCancel& operator=(PendingCancel&&) = delete;
    ~PendingCancel();

    [[nodiscard]] const CancelTarget& target() const { return *target_; }
    /// The session itself may have to stop waiting, too.
    [[nodiscard]] const std::shared_ptr<CancelTarget>& shared_target() const { return target_; }

private:
    net::IoThread& thread_;
    std::shared_ptr<CancelTarget> target_;  // nullptr: moved from
};

/// Keys given to clients. A client is told the back end's real process id, which it compares with other ids,
/// and a random secret of the gateway's own; both together name the target, so that servers may share process
/// ids. Thread-safe.
class CancelRegistry {
public:
    /// A client's right to cancel, for as long as this lives. Afterwards no new request reaches the target;
    /// those under way still count in `target()->under_way`.
    class Registration {
    public:
        Registration(CancelRegistry& registry, std::shared_ptr<CancelTarget> target, std::string secret);
        ~Registration();
        Registration(const Registration&) = delete;
        Registration& operator=(const Registration&) = delete;

        [[nodiscard]] const std::string& secret() const { return secret_; }  // 4 bytes, protocol 3.0
        [[nodiscard]] const std::shared_ptr<CancelTarget>& target() const { return target_; }

    private:
        CancelRegistry& registry_;
        std::shared_ptr<CancelTarget> target_;
        std::string secret_;
    };

    [[nodiscard]] std::unique_ptr<Registration> add(std::shared_ptr<CancelTarget> target);

    /// nullopt: nobody has this key.
    [[nodiscard]] std::optional<PendingCancel> begin(net::IoThread& thread, std::uint32_t process_id,
                                                     std::string_view secret);

private:
    static std::string key_of(std::uint32_t process_id, std::string_view secret);

    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<CancelTarget>> targets_;
};

/// Sends a CancelRequest on a connection of its own and waits until the server has closed it: only then is
/// the signal on its way.
net::Task<> forward_cancel(net::IoThread& thread, PendingCancel cancel, std::chrono::milliseconds within);

}  // namespace gateway::backend
