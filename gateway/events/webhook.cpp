#include "gateway/events/webhook.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>

#include "monitoring/log.hpp"

namespace gateway::events {
namespace {

using monitoring::WebhookOutcome;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause{250};
constexpr std::chrono::milliseconds longest_pause{30'000};
constexpr std::chrono::milliseconds last_efforts{1'500};
constexpr std::size_t shortest_secret = 16;  // bytes
constexpr std::size_t longest_secret = 4096;

struct HandleEnd {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, HandleEnd>;
using Headers = std::unique_ptr<curl_slist, HandleEnd>;

std::string hex_hmac(const std::string& secret, const std::string& body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i)
        fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
    return hex;
}

// Nobody reads what the receiver answers.
std::size_t discard(char* /*bytes*/, std::size_t size, std::size_t count, void* /*to*/) {
    return size * count;
}

/// How one attempt ended.
enum class Attempt { delivered, worth_another, hopeless };

Attempt judged(long status) {
    if (status >= 200 && status < 300) return Attempt::delivered;
    constexpr long request_timeout = 408;
    constexpr long too_many_requests = 429;
    const bool passes = status == request_timeout || status == too_many_requests || status >= 500;
    return passes ? Attempt::worth_another : Attempt::hopeless;
}

/// Empty: nothing is signed.
WebhookResult<std::string> secret_of(const WebhookSettings& settings) {
    std::string secret;
    if (settings.secret_file.empty()) return {boost::system::in_place_value, secret};
    std::ifstream stream(settings.secret_file, std::ios::binary);
    secret.resize(longest_secret + 1);
    stream.read(secret.data(), static_cast<std::streamsize>(secret.size()));
    if (!stream.is_open() || stream.bad())
        return WebhookMistake{"the secret file " + settings.secret_file + " cannot be read"};
    secret.resize(static_cast<std::size_t>(stream.gcount()));
    if (secret.ends_with('\n')) secret.pop_back();
    if (secret.size() < shortest_secret || secret.size() > longest_secret ||
        secret.find('\n') != std::string::npos) {
        return WebhookMistake{fmt::format("the secret file {} must hold one line of {} to {} bytes",
                                          settings.secret_file, shortest_secret, longest_secret)};
    }
    return {boost::system::in_place_value, std::move(secret)};
}

/// What is wrong with the roots, which libcurl would find at the first event only.
std::optional<WebhookMistake> mistake_of_roots(const WebhookSettings& settings) {
    if (settings.ca_file.empty()) return std::nullopt;
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> roots(X509_STORE_new(), &X509_STORE_free);
    const bool loaded = roots && X509_STORE_load_file(roots.get(), settings.ca_file.c_str()) == 1;
    ERR_clear_error();
    if (loaded) return std::nullopt;
    return WebhookMistake{"cannot read certificates from " + settings.ca_file};
}

}  // namespace

std::optional<WebhookMistake> Webhook::check(const WebhookSettings& settings) {
    auto secret = secret_of(settings);
    if (!secret) return secret.error();
    OPENSSL_cleanse(secret->data(), secret->size());
    return mistake_of_roots(settings);
}

struct Webhook::State {
    WebhookSettings settings;
    std::string secret;
    Count count;
    Handle handle;

    std::mutex mutex;  // guards what follows
    std::condition_variable changed;
    std::deque<std::string> waiting;
    std::optional<Clock::time_point> end;  // set once: be done by then
    std::thread thread;

    void run();
    void deliver(const std::string& body);
    [[nodiscard]] Attempt attempt(const std::string& body, std::string& why);
    [[nodiscard]] std::optional<Clock::time_point> ends_at() {
        const std::scoped_lock lock(mutex);
        return end;
    }
    static int on_progress(void* state, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
};

int Webhook::State::on_progress(void* state, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto end = static_cast<State*>(state)->ends_at();
    return end && Clock::now() >= *end ? 1 : 0;
}

Attempt Webhook::State::attempt(const std::string& body, std::string& why) {
    CURL* curl = handle.get();
    Headers headers(curl_slist_append(nullptr, "Content-Type: application/json"));
    if (!secret.empty()) {
        const std::string signature = "X-Tabir-Signature: sha256=" + hex_hmac(secret, body);
        curl_slist_append(headers.get(), signature.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    const CURLcode result = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
    if (result != CURLE_OK) {
        why = curl_easy_strerror(result);
        return Attempt::worth_another;
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    why = fmt::format("status {}", status);
    return judged(status);
}

void Webhook::State::deliver(const std::string& body) {
    std::string why;
    auto pause = first_pause;
    for (std::uint64_t tries = 0;; ++tries) {
        const auto outcome = attempt(body, why);
        if (outcome == Attempt::delivered) return count(WebhookOutcome::delivered);
        std::unique_lock lock(mutex);
        if (outcome == Attempt::hopeless || tries >= settings.retries || end) break;
        // The end of the process cuts the pause short, and then there is one more attempt.
        changed.wait_for(lock, pause, [this] { return end.has_value(); });
        pause = std::min(pause * 2, longest_pause);
    }
    count(WebhookOutcome::failed);
    monitoring::log(monitoring::Level::error, "webhook_failed", {{"why", why}});
}

void Webhook::State::run() {
    for (;;) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [this] { return end || !waiting.empty(); });
        if (waiting.empty()) return;
        if (end && Clock::now() >= *end) break;
        const std::string body = std::move(waiting.front());
        waiting.pop_front();
        lock.unlock();
        deliver(body);
    }
    monitoring::log(monitoring::Level::error, "webhook_dropped", {{"events", waiting.size()}});
    for (; !waiting.empty(); waiting.pop_front())
        count(WebhookOutcome::dropped);
}

Webhook::Webhook(std::unique_ptr<State> state) : state_(std::move(state)) {
    state_->thread = std::thread([this] { state_->run(); });
}

WebhookResult<std::unique_ptr<Webhook>> Webhook::open(const WebhookSettings& settings, Count count) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    auto state = std::make_unique<State>();
    state->handle.reset(curl_easy_init());
    if (started != CURLE_OK || !state->handle) return WebhookMistake{"libcurl cannot be used"};
    auto secret = secret_of(settings);
    if (!secret) return secret.error();
    if (auto mistake = mistake_of_roots(settings)) return *std::move(mistake);
    state->secret = *std::move(secret);
    CURL* curl = state->handle.get();
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever the environment says
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &discard);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &State::on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, state.get());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "tabir");
    if (!settings.ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    }
    if (curl_easy_setopt(curl, CURLOPT_URL, settings.url.c_str()) != CURLE_OK)
        return WebhookMistake{"this is no URL"};
    state->settings = settings;
    state->count = std::move(count);
    return std::unique_ptr<Webhook>(new Webhook(std::move(state)));
}

Webhook::~Webhook() {
    {
        const std::scoped_lock lock(state_->mutex);
        state_->end = Clock::now() + last_efforts;
    }
    state_->changed.notify_all();
    state_->thread.join();
    OPENSSL_cleanse(state_->secret.data(), state_->secret.size());
}

void Webhook::send(std::string body) {
    std::optional<std::string> dropped;
    {
        const std::scoped_lock lock(state_->mutex);
        if (state_->waiting.size() >= state_->settings.queue) {
            dropped = std::move(state_->waiting.front());
            state_->waiting.pop_front();
        }
        state_->waiting.push_back(std::move(body));
    }
    state_->changed.notify_all();
    if (dropped) state_->count(WebhookOutcome::dropped);
}

}  // namespace gateway::events
