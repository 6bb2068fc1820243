#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "gateway/events/webhook_settings.hpp"
#include "monitoring/labels.hpp"

namespace gateway::events {

struct WebhookMistake {
    std::string message;
};

template <class T>
using WebhookResult = boost::system::result<T, WebhookMistake>;

[[noreturn]] inline void throw_exception_from_error(const WebhookMistake& mistake,
                                                    const boost::source_location&) {
    throw std::logic_error("webhook: " + mistake.message);
}

/// Posts JSON texts to one URL, each at least once and in their order, on a thread of its own. A receiver
/// that is slow or away holds nobody up: the oldest that wait are dropped when they are too many.
class Webhook {
public:
    using Count = std::function<void(monitoring::WebhookOutcome)>;

    /// What is wrong with the files that `settings` name; nothing is sent.
    [[nodiscard]] static std::optional<WebhookMistake> check(const WebhookSettings& settings);
    /// Reads the secret. `count` gets what became of each event, on any thread.
    [[nodiscard]] static WebhookResult<std::unique_ptr<Webhook>> open(const WebhookSettings& settings,
                                                                      Count count);
    /// Goes on for a second or two with what waits, without trying again, and drops the rest.
    ~Webhook();
    Webhook(const Webhook&) = delete;
    Webhook& operator=(const Webhook&) = delete;

    void send(std::string body);

private:
    struct State;
    explicit Webhook(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace gateway::events
