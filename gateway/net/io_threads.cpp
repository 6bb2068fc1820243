#include "gateway/net/io_threads.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <system_error>
#include <thread>

namespace gateway::net {
namespace {

void* run_loop(void* argument) {
    // Signals are the main thread's; a write to a closed TLS peer must not kill the process either.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    auto& thread = *static_cast<IoThread*>(argument);
    const auto guard = boost::asio::make_work_guard(thread.context);
    thread.deadlines.start(thread.context);
    thread.context.run();
    return nullptr;
}

}  // namespace

// Posting from other threads stays locked, the reactor's descriptors are used by one thread only.
IoThread::IoThread() : context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO) {}

IoThreads::IoThreads(unsigned count) {
    if (count == 0) count = std::max(1U, std::thread::hardware_concurrency());
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    for (unsigned i = 0; i < count; ++i) {
        threads_.push_back(std::make_unique<IoThread>());
        pthread_t handle{};
        const int failure = pthread_create(&handle, &attributes, run_loop, threads_.back().get());
        if (failure != 0)
            throw std::system_error(failure, std::generic_category(), "cannot start an I/O thread");
        handles_.push_back(handle);
    }
    pthread_attr_destroy(&attributes);
}

IoThreads::~IoThreads() { stop(); }

IoThread& IoThreads::least_loaded() {
    return **std::min_element(threads_.begin(), threads_.end(), [](const auto& a, const auto& b) {
        return a->sessions.load(std::memory_order_relaxed) < b->sessions.load(std::memory_order_relaxed);
    });
}

std::size_t IoThreads::sessions() const {
    std::size_t sum = 0;
    for (const auto& thread : threads_)
        sum += thread->sessions.load(std::memory_order_acquire);
    return sum;
}

bool IoThreads::done() const {
    // A session that ends has begun its errands before: in this order none is missed.
    if (sessions() > 0) return false;
    return std::ranges::all_of(
        threads_, [](const auto& thread) { return thread->errands.load(std::memory_order_acquire) == 0; });
}

void IoThreads::post_to_all(const std::function<void(IoThread&)>& work) {
    for (const auto& thread : threads_) {
        boost::asio::post(thread->context, [work, &thread = *thread] { work(thread); });
    }
}

void IoThreads::stop() {
    for (const auto& thread : threads_)
        thread->context.stop();
    for (const auto handle : handles_)
        pthread_join(handle, nullptr);
    handles_.clear();
    threads_.clear();
}

}  // namespace gateway::net
