// A small plan cache under floods of texts: what is hot stays, and memory stays bounded.
#include <benchmark/benchmark.h>
#include <mimalloc.h>

#include <vector>

#include "tests/bench/statements/statements.hpp"

namespace {

using bench::support;
using gateway::enforcement::Enforcer;

constexpr std::size_t cache_bytes = 8UL * 1024 * 1024;
constexpr int hot_texts = 200;
constexpr int flood_texts = 20'000;

std::string of_the_flood(int i) { return std::to_string(1'000'000 + i); }
std::string hot(int i) { return bench::join("4711", "hot_" + std::to_string(i)); }

std::string with_other_constants(int i) { return bench::point(of_the_flood(i), "name"); }
/// A LIMIT belongs to the shape's variant: each of these is a plan of its own.
std::string with_other_limits(int i) { return "SELECT id FROM customers LIMIT " + of_the_flood(i); }
std::string with_other_comments(int i) {
    return bench::point("4711", "name") + " /* " + of_the_flood(i) + " */";
}
std::string with_other_names(int i) { return bench::point("4711", "name_" + of_the_flood(i)); }
std::string refused(int i) { return "SELECT secret_" + of_the_flood(i) + " FROM customers"; }

using MakeText = std::string (*)(int);

std::size_t allocated_bytes() {
    std::size_t bytes = 0;
    const auto add = [](const mi_heap_t*, const mi_heap_area_t* area, void*, std::size_t, void* sum) {
        *static_cast<std::size_t*>(sum) += area->used * area->block_size;
        return true;
    };
    mi_heap_visit_blocks(mi_heap_get_default(), false, add, &bytes);
    return bytes;
}

void flood(benchmark::State& state, MakeText text) {
    for (auto _ : state) {
        const std::size_t before = allocated_bytes();
        Enforcer enforcer(cache_bytes, 256UL * 1024);
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < hot_texts; ++i)
                benchmark::DoNotOptimize(enforcer.plan(hot(i), support()));
        }
        std::size_t most_bytes = 0;
        for (int i = 0; i < flood_texts; ++i) {
            benchmark::DoNotOptimize(enforcer.plan(text(i), support()));
            if (i % 100 == 0) most_bytes = std::max(most_bytes, enforcer.cache_counts().bytes);
        }
        const std::size_t heap = allocated_bytes() - before;
        const auto misses = enforcer.cache_counts().misses;
        for (int i = 0; i < hot_texts; ++i)
            benchmark::DoNotOptimize(enforcer.plan(hot(i), support()));
        const auto lost = enforcer.cache_counts().misses - misses;
        state.counters["hot_kept_percent"] = 100.0 * (hot_texts - static_cast<double>(lost)) / hot_texts;
        state.counters["cache_MiB_at_most"] = static_cast<double>(most_bytes) / (1024 * 1024);
        state.counters["heap_MiB"] = static_cast<double>(heap) / (1024 * 1024);
        if (lost != 0) state.SkipWithError("the flood drove out what is hot");
        if (most_bytes > cache_bytes) state.SkipWithError("the cache takes more than its bytes");
    }
}

}  // namespace

#define TABIR_FLOOD(text) BENCHMARK_CAPTURE(flood, text, &text)->Iterations(1)->Unit(benchmark::kMillisecond)
TABIR_FLOOD(with_other_constants);
TABIR_FLOOD(with_other_limits);
TABIR_FLOOD(with_other_comments);
TABIR_FLOOD(with_other_names);
TABIR_FLOOD(refused);
