#include "gateway/enforcement/enforcer.hpp"

#include <atomic>

#include "gateway/enforcement/plan_cache.hpp"
#include "gateway/enforcement/refusals.hpp"
#include "gateway/enforcement/tracked_path.hpp"

namespace gateway::enforcement {
namespace {

std::string key_of(std::string_view text, const PlanContext& context) {
    std::string key;
    key.reserve(text.size() + 96);
    const auto* policy = context.policy.get();
    key.append(reinterpret_cast<const char*>(&policy), sizeof policy);
    const auto part = [&](std::string_view value) { key.append(value).push_back('\0'); };
    part(context.role->name);
    part(context.role->rows.empty() ? std::string_view{}
                                    : std::string_view(context.user));  // :user in row filters
    for (const auto& schema : context.search_path)
        part(schema);
    part({});
    key.append(text);
    return key;
}

bool is_path(const sql::Facts& facts) { return facts.setting && facts.setting->name == "search_path"; }

Plan make_plan(std::string_view text, const PlanContext& context) {
    const auto& policy = *context.policy;
    const auto analysis = sql::Analysis::of(text, policy.catalog(), {.search_path = context.search_path});
    if (!analysis) return refusal_of(analysis.error(), text, *context.role, sql::StatementKind::other);

    auto message = std::make_shared<MessagePlan>();
    const auto statements = analysis->statements();
    for (std::size_t i = 0; i < statements.size(); ++i) {
        const sql::Facts& facts = statements[i];
        auto decision = policies::decide(policy, *context.role, context.user, facts);
        if (const auto* deny = std::get_if<policies::Deny>(&decision)) return refusal_of(*deny, facts.kind);
        auto& rewrite = std::get<policies::Rewrite>(decision);

        StatementPlan plan{.kind = facts.kind,
                           .setting = facts.setting,
                           .savepoint = facts.savepoint,
                           .cursor = facts.cursor,
                           .prepared = facts.prepared,
                           .copy = facts.copy,
                           .changes_rows = !facts.writes.empty()};
        plan.because = std::move(rewrite.because);
        if (is_path(facts)) {
            if (i + 1 < statements.size() && facts.kind != sql::StatementKind::show) {
                return path_in_the_middle(facts.kind, *context.role);
            }
            print_tracked_path(*facts.setting, facts.kind, policy.catalog(), context.search_path, plan);
        } else {
            auto printed = analysis->print(i, rewrite.treatment);
            if (!printed) return refusal_of(printed.error(), text, *context.role, facts.kind);
            plan.printed = std::move(*printed);
        }
        message->statements.push_back(std::move(plan));
    }
    return std::shared_ptr<const MessagePlan>(std::move(message));
}

}  // namespace

struct Enforcer::State {
    explicit State(std::size_t cached_plans, std::size_t max_bytes)
        : cache(cached_plans), max_statement_bytes(max_bytes) {}

    PlanCache cache;
    std::size_t max_statement_bytes;
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
};

Enforcer::Enforcer(std::size_t cached_plans, std::size_t max_statement_bytes)
    : state_(std::make_unique<State>(cached_plans, max_statement_bytes)) {}

Enforcer::~Enforcer() = default;

Plan Enforcer::plan(std::string_view text, const PlanContext& context) {
    if (text.size() > state_->max_statement_bytes)
        return too_long(state_->max_statement_bytes, *context.role);
    auto key = key_of(text, context);
    if (auto cached = state_->cache.find(key)) {
        state_->hits.fetch_add(1, std::memory_order_relaxed);
        return std::move(*cached);
    }
    state_->misses.fetch_add(1, std::memory_order_relaxed);
    auto plan = make_plan(text, context);
    state_->cache.put(std::move(key), plan, context.policy);
    return plan;
}

Enforcer::CacheCounts Enforcer::cache_counts() const {
    return {.hits = state_->hits.load(std::memory_order_relaxed),
            .misses = state_->misses.load(std::memory_order_relaxed)};
}

}  // namespace gateway::enforcement
