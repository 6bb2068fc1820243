#include "gateway/enforcement/enforcer.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

#include "gateway/enforcement/budget_answer.hpp"
#include "gateway/enforcement/plan_cache.hpp"
#include "gateway/enforcement/plan_size.hpp"
#include "gateway/enforcement/plan_template.hpp"
#include "gateway/enforcement/refusals.hpp"
#include "gateway/enforcement/stored_masks.hpp"
#include "gateway/enforcement/temporary_statements.hpp"
#include "gateway/enforcement/tracked_path.hpp"
#include "monitoring/log.hpp"
#include "sql/shape.hpp"

namespace gateway::enforcement {
namespace {

// What kind of entry a key is for.
constexpr char exact_text = 'E';
constexpr char free_in_shape = 'F';
constexpr char of_variant = 'V';

/// What the plan of any text hangs on, behind a place for the kind of entry.
std::string circumstances(const PlanContext& context, std::size_t room) {
    std::string key;
    key.reserve(room + 96);
    const auto* policy = context.policy.get();
    key.push_back(exact_text);
    key.append(reinterpret_cast<const char*>(&policy), sizeof policy);
    const auto part = [&](std::string_view value) { key.append(value).push_back('\0'); };
    part(context.role->name);
    for (const auto& [clazz, rule] : context.role->taken)
        part(clazz);
    part({});
    // :user in row filters, and whose temporary tables they are.
    part(context.role->rows.empty() && !context.temporary ? std::string_view{}
                                                          : std::string_view(context.user));
    for (const auto& schema : context.search_path)
        part(schema);
    part({});
    part(context.temporary ? std::to_string(context.temporary->number) : std::string());
    if (context.declares_parameters) part("$");
    return key;
}

std::string key_of_variant(const std::string& key_of_shape, const sql::Shape& shape,
                           const FreeConstants& free) {
    std::string variant = key_of_shape + variant_of(shape, free);
    variant.front() = of_variant;
    return variant;
}

bool asks_for_budget(const sql::Facts& facts) {
    return facts.kind == sql::StatementKind::show && facts.setting &&
           facts.setting->name == policies::budget_setting;
}

bool names_person(const sql::Facts& facts) {
    return facts.kind == sql::StatementKind::set && facts.setting &&
           (facts.setting->name == policies::person_setting ||
            facts.setting->name == policies::token_setting);
}

/// Those of which it is not clear before they run count as such.
bool reads_tables(const sql::Facts& facts, const sql::Catalog& catalog) {
    const auto is_table = [&](const sql::RelationUse& use) {
        const sql::Relation* relation = catalog.relation(use.relation);
        return relation == nullptr || !sql::is_system_schema(relation->schema);
    };
    const auto may_read = [](const sql::FunctionUse& use) { return use.schema != "pg_catalog"; };
    return !facts.writes.empty() || facts.kind == sql::StatementKind::fetch || runs_prepared(facts) ||
           facts.kind == sql::StatementKind::call || std::ranges::any_of(facts.relations, is_table) ||
           std::ranges::any_of(facts.functions, may_read);
}

bool is_path(const sql::Facts& facts) { return facts.setting && facts.setting->name == "search_path"; }

struct Planned {
    Plan plan;
    std::vector<std::uint32_t> free_constants;  // sql::Analysis::free_constants, of all statements
};

Planned make_plan(std::string_view text, const PlanContext& context) {
    const auto& policy = *context.policy;
    std::optional<sql::Catalog> with_temporary;
    if (context.temporary) with_temporary.emplace(policy.catalog(), context.temporary->relations);
    const auto analysis = sql::Analysis::of(text, with_temporary ? *with_temporary : policy.catalog(),
                                            {.search_path = context.search_path,
                                             .temporary = context.temporary != nullptr,
                                             .declares_parameters = context.declares_parameters});
    if (!analysis) {
        const sql::Error& error = analysis.error();
        // CREATE TABLE t ...; SELECT ... FROM t: that there is no t is not what is wrong.
        if (error.behind > 0) {
            auto before = make_plan(text.substr(0, error.behind), context);
            if (std::holds_alternative<Refusal>(before.plan)) return before;
        }
        return {refusal_of(error, text, *context.role, sql::StatementKind::other), {}};
    }

    auto message = std::make_shared<MessagePlan>();
    message->rest = analysis->rest();
    std::vector<std::uint32_t> free;
    const auto statements = analysis->statements();
    // A role that sees nothing in clear has nothing that could be spread.
    const bool may_spread =
        context.temporary && (!context.role->clear.empty() || !context.role->taken.empty());
    bool holds_values = context.temporary && context.temporary->holds_values;
    bool filled_before = false;  // by a statement of this message, perhaps
    for (std::size_t i = 0; i < statements.size(); ++i) {
        sql::Facts facts = policies::facts_for(policy, *context.role, context.user, *analysis, i);
        facts.temporary_holds_values =
            holds_values || filled_before || (fills_temporary(facts) && spreads_temporary(facts));
        const bool made_otherwise =
            context.temporary &&
            context.temporary->made_under != temporary_circumstances(policy.policy(), context.user);
        // All of a session's are of one person, so that nobody reads what another one has paid for.
        const bool joins_them =
            facts.kind == sql::StatementKind::create_temporary && context.temporary && context.temporary->any;
        if (made_otherwise && (uses_temporary(facts) || joins_them))
            return {temporary_outdated(facts.kind, *context.role), {}};
        const bool hangs_on_values = may_spread && filled_before && runs_prepared(facts);
        if (hangs_on_values || (message->rest && ends_transaction(facts)) ||
            (hangs_on_names(facts) &&
             may_change_temporary(statements.first(i), context.temporary != nullptr)))
            return {temporary_in_the_middle(facts.kind, *context.role), {}};
        auto decision = policies::decide(policy, *context.role, context.user, facts);
        if (const auto* deny = std::get_if<policies::Deny>(&decision))
            return {refusal_of(*deny, facts.kind), {}};
        auto& rewrite = std::get<policies::Rewrite>(decision);

        StatementPlan plan{.kind = facts.kind,
                           .setting = facts.setting,
                           .savepoint = facts.savepoint,
                           .cursor = facts.cursor,
                           .prepared = facts.prepared,
                           .copy = facts.copy,
                           .changes_temporary = changes_temporary(facts),
                           .fills_temporary = fills_temporary(facts) && !rewrite.treatment.relations.empty(),
                           .spreads_temporary = may_spread && spreads_temporary(facts) && !holds_values,
                           .changes_rows = !facts.writes.empty(),
                           .names_person = names_person(facts),
                           .reads_tables = reads_tables(facts, policy.catalog())};
        filled_before = filled_before || plan.fills_temporary || (may_spread && runs_prepared(facts));
        plan.stored_masks = stored_masks(facts, rewrite.treatment, policy.catalog());
        plan.because = std::move(rewrite.because);
        if (is_path(facts)) {
            print_tracked_path(*facts.setting, facts.kind, policy.catalog(), context.search_path, plan);
        } else if (asks_for_budget(facts)) {
            print_budget_question(plan);
        } else if (plan.names_person) {
            // It is printed by the session, the last of these statements.
        } else {
            auto printed = analysis->print(i, rewrite.treatment);
            if (!printed) return {refusal_of(printed.error(), text, *context.role, facts.kind), {}};
            plan.printed = std::move(*printed);
            // Where groups are proven, conditions are looked at more closely than anywhere else.
            if (!rewrite.treatment.aggregates_only) {
                const auto more = analysis->free_constants(i);
                free.insert(free.end(), more.begin(), more.end());
            }
        }
        message->statements.push_back(std::move(plan));
    }
    return {std::shared_ptr<const MessagePlan>(std::move(message)), std::move(free)};
}

// Longer texts come seldom twice with other constants. And a print that a template fills stays far below what
// the guard lets pass.
constexpr std::size_t longest_shaped_text = 16UL * 1024;
constexpr std::size_t longest_template = 128UL * 1024;

}  // namespace

struct Enforcer::State {
    explicit State(std::size_t cache_bytes, std::size_t max_bytes)
        : cache(cache_bytes), max_statement_bytes(max_bytes) {}

    [[nodiscard]] Plan plan(std::string_view text, const PlanContext& context);
    [[nodiscard]] std::optional<Plan> plan_by_shape(const sql::Shape& shape, std::string_view text,
                                                    const PlanContext& context, const std::string& key);
    void learn(const sql::Shape& shape, std::string_view text, const PlanContext& context, std::string key,
               std::string exact, const Planned& planned);
    void nothing_is_free(const std::string& key, std::size_t constants, const PlanContext& context);
    [[nodiscard]] Plan missed(Plan plan) {
        misses.fetch_add(1, std::memory_order_relaxed);
        return plan;
    }

    PlanCache cache;
    std::size_t max_statement_bytes;
    std::atomic<std::uint64_t> hits{0};
    std::atomic<std::uint64_t> misses{0};
};

Plan Enforcer::State::plan(std::string_view text, const PlanContext& context) {
    const std::string base = circumstances(context, text.size());
    std::string exact = base;
    exact += text;
    if (auto cached = cache.find(exact)) {
        hits.fetch_add(1, std::memory_order_relaxed);
        return std::get<Plan>(std::move(*cached));
    }
    const auto shape =
        text.size() <= longest_shaped_text ? sql::Shape::of(text) : sql::Result<sql::Shape>(sql::Error{});
    if (!shape) {
        auto planned = make_plan(text, context);
        cache.put(std::move(exact), planned.plan, context.policy);
        return missed(std::move(planned.plan));
    }
    std::string key = base + shape->key();
    key.front() = free_in_shape;
    if (auto plan = plan_by_shape(*shape, text, context, key)) {
        hits.fetch_add(1, std::memory_order_relaxed);
        if (cache.seen_before(exact)) cache.put(std::move(exact), *plan, context.policy);
        return std::move(*plan);
    }
    auto planned = make_plan(text, context);
    if (std::holds_alternative<Refusal>(planned.plan)) {
        cache.put(std::move(exact), planned.plan, context.policy);
    } else {
        learn(*shape, text, context, std::move(key), std::move(exact), planned);
    }
    return missed(std::move(planned.plan));
}

std::optional<Plan> Enforcer::State::plan_by_shape(const sql::Shape& shape, std::string_view text,
                                                   const PlanContext& context, const std::string& key) {
    const auto known = cache.find(key);
    if (!known) return std::nullopt;
    const FreeConstants& free = *std::get<std::shared_ptr<const FreeConstants>>(*known);
    const std::string variant = key_of_variant(key, shape, free);
    const auto found = cache.find(variant);
    if (!found) return std::nullopt;
    const PlanTemplate& made = *std::get<std::shared_ptr<const PlanTemplate>>(*found);
    auto filled = made.fill(shape);
    if (!made.due_for_a_check()) return Plan(std::move(filled));

    auto planned = make_plan(text, context);
    const auto* full = std::get_if<std::shared_ptr<const MessagePlan>>(&planned.plan);
    if (full == nullptr || **full != *filled) {
        monitoring::log(monitoring::Level::error, "plan_template_wrong", {{"role", context.role->name}});
        cache.forget(variant);
        nothing_is_free(key, free.size(), context);
    }
    return std::move(planned.plan);
}

void Enforcer::State::nothing_is_free(const std::string& key, std::size_t constants,
                                      const PlanContext& context) {
    cache.forget(key);
    cache.put(key, std::make_shared<const FreeConstants>(constants, 0), context.policy);
}

// A shape with free constants takes a second analysis to learn: not before it has come twice.
void Enforcer::State::learn(const sql::Shape& shape, std::string_view text, const PlanContext& context,
                            std::string key, std::string exact, const Planned& planned) {
    const auto plan = std::get<std::shared_ptr<const MessagePlan>>(planned.plan);
    // Where the rest begins hangs on the text's own blanks and constants.
    if (plan->rest || bytes_of(*plan) > longest_template)
        return cache.put(std::move(exact), plan, context.policy);
    FreeConstants free = free_constants_of(shape, planned.free_constants);
    const FreeConstants none(free.size(), 0);
    const auto known = cache.find(key);
    if (known) {
        // Two texts of one shape that do not agree on what is free: then nothing is.
        const auto& before = *std::get<std::shared_ptr<const FreeConstants>>(*known);
        if (before != none && before != free) nothing_is_free(key, free.size(), context);
        if (before != free) free = none;
    }

    std::shared_ptr<const PlanTemplate> made;
    if (free != none) {
        if (!known && !cache.seen_before(key)) return cache.put(std::move(exact), plan, context.policy);
        const auto other = make_plan(with_other_constants(text, shape, free), context).plan;
        if (const auto* twin = std::get_if<std::shared_ptr<const MessagePlan>>(&other))
            made = PlanTemplate::of(shape, free, *plan, twin->get());
        if (!made) {
            nothing_is_free(key, free.size(), context);
            free = none;
        }
    }
    if (!made) made = PlanTemplate::of(shape, none, *plan, nullptr);
    if (!made) return cache.put(std::move(exact), plan, context.policy);
    std::string variant = key_of_variant(key, shape, free);
    cache.put(std::move(key), std::make_shared<const FreeConstants>(std::move(free)), context.policy);
    cache.put(std::move(variant), std::move(made), context.policy);
}

Enforcer::Enforcer(std::size_t cache_bytes, std::size_t max_statement_bytes)
    : state_(std::make_unique<State>(cache_bytes, max_statement_bytes)) {}

Enforcer::~Enforcer() = default;

Plan Enforcer::plan(std::string_view text, const PlanContext& context) {
    if (text.size() > state_->max_statement_bytes)
        return too_long(state_->max_statement_bytes, *context.role);
    return state_->plan(text, context);
}

Plan Enforcer::plan_afresh(std::string_view text, const PlanContext& context) {
    return make_plan(text, context).plan;
}

Enforcer::CacheCounts Enforcer::cache_counts() const {
    return {.hits = state_->hits.load(std::memory_order_relaxed),
            .misses = state_->misses.load(std::memory_order_relaxed),
            .bytes = state_->cache.bytes()};
}

}  // namespace gateway::enforcement
