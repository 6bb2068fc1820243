#include "gateway/backend/cancel_registry.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "gateway/backend/dial.hpp"
#include "gateway/wire/frontend_writer.hpp"
#include "monitoring/log.hpp"

namespace gateway::backend {
namespace {

constexpr std::size_t secret_size = 4;

std::string random_secret() {
    std::string secret(secret_size, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()), static_cast<int>(secret.size())) != 1) {
        throw std::runtime_error("the system gives no random numbers");
    }
    return secret;
}

}  // namespace

PendingCancel::PendingCancel(net::IoThread& thread, std::shared_ptr<CancelTarget> target)
    : thread_(thread), target_(std::move(target)) {
    target_->under_way.fetch_add(1, std::memory_order_acquire);
    thread_.errands.fetch_add(1, std::memory_order_relaxed);
}

PendingCancel::~PendingCancel() {
    if (!target_) return;
    target_->under_way.fetch_sub(1, std::memory_order_release);
    thread_.errands.fetch_sub(1, std::memory_order_release);
}

std::string CancelRegistry::key_of(std::uint32_t process_id, std::string_view secret) {
    std::string key;
    wire::append_u32(key, process_id);
    key.append(secret);
    return key;
}

CancelRegistry::Registration::Registration(CancelRegistry& registry, std::shared_ptr<CancelTarget> target,
                                           std::string secret)
    : registry_(registry), target_(std::move(target)), secret_(std::move(secret)) {}

CancelRegistry::Registration::~Registration() {
    const std::lock_guard lock(registry_.mutex_);
    registry_.targets_.erase(key_of(target_->process_id, secret_));
}

std::unique_ptr<CancelRegistry::Registration> CancelRegistry::add(std::shared_ptr<CancelTarget> target) {
    for (;;) {
        std::string secret = random_secret();
        const std::lock_guard lock(mutex_);
        if (!targets_.try_emplace(key_of(target->process_id, secret), target).second) continue;
        return std::make_unique<Registration>(*this, std::move(target), std::move(secret));
    }
}

std::optional<PendingCancel> CancelRegistry::begin(net::IoThread& thread, std::uint32_t process_id,
                                                   std::string_view secret) {
    const std::lock_guard lock(mutex_);
    const auto found = targets_.find(key_of(process_id, secret));
    if (found == targets_.end()) return std::nullopt;
    return PendingCancel(thread, found->second);
}

net::Task<> forward_cancel(net::IoThread& thread, PendingCancel cancel, std::chrono::milliseconds within) {
    const CancelTarget& target = cancel.target();
    if (target.key.empty()) co_return;
    auto dialled = co_await dial(thread, target.server, within);
    if (!dialled) {
        monitoring::log(monitoring::Level::warning, "cancel_failed", {{"why", dialled.error().log}});
        co_return;
    }
    net::Stream& stream = *dialled;
    net::Deadline deadline(thread.deadlines, [&stream] { stream.close(); });
    deadline.arm(within);
    std::string request;
    wire::FrontendWriter(request).cancel_request(target.process_id, target.key);
    const bool sent = co_await stream.write(request);
    if (!sent) co_return;
    std::array<char, 64> rest{};
    for (;;) {
        const net::IoResult read = co_await stream.read(rest);
        if (read.status != net::IoStatus::done) co_return;
    }
}

}  // namespace gateway::backend
