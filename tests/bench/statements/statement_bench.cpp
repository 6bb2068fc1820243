// What a statement of a restricted role costs before it is sent on: never seen, of a known shape, and known.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "tests/bench/statements/statements.hpp"

namespace {

using bench::support;
using gateway::enforcement::Enforcer;

constexpr std::size_t cache_bytes = 64UL * 1024 * 1024;
constexpr std::size_t longest_text = 256UL * 1024;

using MakeText = std::string (*)(const std::string& constant, const std::string& name);

void require(const gateway::enforcement::Plan& plan, benchmark::State& state) {
    if (const auto* refusal = std::get_if<gateway::enforcement::Refusal>(&plan))
        state.SkipWithError(refusal->message.c_str());
}

/// Every text has a shape of its own, and none comes twice: looked up, parsed, resolved, decided, rewritten,
/// printed, verified, kept.
void never_seen(benchmark::State& state, MakeText text) {
    std::vector<std::string> texts;
    for (int i = 0; i < 5'000; ++i)
        texts.push_back(text("4711", "name_" + std::to_string(i)));
    auto enforcer = std::make_unique<Enforcer>(cache_bytes, longest_text);
    require(enforcer->plan(texts.front(), support()), state);
    std::size_t i = 0;
    for (auto _ : state) {
        if (++i == texts.size()) {
            state.PauseTiming();
            enforcer = std::make_unique<Enforcer>(cache_bytes, longest_text);
            i = 0;
            state.ResumeTiming();
        }
        benchmark::DoNotOptimize(enforcer->plan(texts[i], support()));
    }
    state.counters["bytes"] = static_cast<double>(texts.front().size());
}

/// Every text has another constant in its WHERE.
void of_a_known_shape(benchmark::State& state, MakeText text) {
    Enforcer enforcer(cache_bytes, longest_text);
    std::vector<std::string> texts;
    for (int i = 0; i < 50'000; ++i)
        texts.push_back(text(std::to_string(100'000 + i), "name"));
    require(enforcer.plan(texts.front(), support()), state);
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(enforcer.plan(texts[++i % texts.size()], support()));
}

void known(benchmark::State& state, MakeText text) {
    Enforcer enforcer(cache_bytes, longest_text);
    const std::string one = text("4711", "name");
    for (int i = 0; i < 4; ++i)
        require(enforcer.plan(one, support()), state);
    for (auto _ : state)
        benchmark::DoNotOptimize(enforcer.plan(one, support()));
}

}  // namespace

#define TABIR_STATEMENT(text)                                \
    BENCHMARK_CAPTURE(never_seen, text, &bench::text);       \
    BENCHMARK_CAPTURE(of_a_known_shape, text, &bench::text); \
    BENCHMARK_CAPTURE(known, text, &bench::text)
TABIR_STATEMENT(point);
TABIR_STATEMENT(join);
TABIR_STATEMENT(orm);
TABIR_STATEMENT(analytic);
