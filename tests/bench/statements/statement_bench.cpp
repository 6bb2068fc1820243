// What a statement of a restricted role costs before it is sent on: never seen, of a known shape, and known.
#include <benchmark/benchmark.h>

#include <string>

#include "gateway/enforcement/enforcer.hpp"
#include "policies/load.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

using gateway::enforcement::Enforcer;
using gateway::enforcement::PlanContext;

constexpr std::string_view policy_text = R"(version: 1
databases: [payments]
classes:
  name:     { mask: initials }
  phone:    { mask: { keep_last: 4 } }
  email:    { mask: email }
  address:  { mask: redact }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: name, phone: phone, email: email, address: address, city: open, created_at: open }
  billing.transactions:
    subject: { customer: customer_id }
    columns: { "*": open }
  support.tickets: open
  public.orders: open
roles:
  support:
    tables: [public.customers, billing.transactions, support.tickets, public.orders]
    search: { phone: exact }
    budget: { customer: 1000000 per day }
users:
  agent7: { role: support }
)";

constexpr int orders_columns = 40;

std::shared_ptr<const sql::Catalog> catalog() {
    sql::Catalog made = tests::payments_catalog();
    sql::Relation orders{.oid = 17000, .schema = "public", .name = "orders"};
    for (int i = 1; i <= orders_columns; ++i) {
        orders.columns.push_back({.number = static_cast<sql::AttributeNumber>(i),
                                  .name = "field_" + std::to_string(i),
                                  .type = 25,
                                  .collation = 100});
    }
    made.add(std::move(orders));
    return std::make_shared<const sql::Catalog>(std::move(made));
}

std::shared_ptr<const policies::BoundPolicy> policy() {
    auto loaded = policies::load_text(policy_text, "policy.yaml");
    if (const auto* mistakes = std::get_if<policies::Mistakes>(&loaded))
        throw std::runtime_error(mistakes->front().text());
    auto bound =
        policies::BoundPolicy::bind(std::get<std::shared_ptr<const policies::PolicySet>>(loaded), catalog());
    if (const auto* mistakes = std::get_if<policies::Mistakes>(&bound))
        throw std::runtime_error(mistakes->front().text());
    return std::get<std::shared_ptr<const policies::BoundPolicy>>(bound);
}

const PlanContext& context() {
    static const auto bound = policy();
    static const PlanContext made{.policy = bound,
                                  .role = &bound->policy().roles.at("support"),
                                  .user = "agent7",
                                  .search_path = {"public"}};
    return made;
}

std::string point(const std::string& id) {
    return "SELECT id, full_name, phone FROM customers WHERE id = " + id;
}

std::string join(const std::string& id) {
    return "WITH recent AS (SELECT customer_id, amount FROM billing.transactions WHERE amount > 10) "
           "SELECT c.id, c.full_name, t.subject, r.amount FROM customers c "
           "JOIN support.tickets t ON t.customer_id = c.id JOIN recent r ON r.customer_id = c.id "
           "WHERE t.status = 'open' AND c.id = " +
           id + " ORDER BY r.amount DESC LIMIT 50";
}

/// As an ORM writes it: every column by name, quoted, with an alias.
std::string orm(const std::string& id) {
    std::string text = "SELECT ";
    for (int i = 1; i <= orders_columns; ++i) {
        text += (i == 1 ? "" : ", ") +
                ("\"o\".\"field_" + std::to_string(i) + "\" AS \"o_field_" + std::to_string(i)) + '"';
    }
    return text + " FROM \"public\".\"orders\" \"o\" WHERE \"o\".\"field_1\" = '" + id +
           "' ORDER BY \"o\".\"field_2\" LIMIT 20";
}

/// About 2 KB: months and cities, compared with the year before.
std::string analytic(const std::string& id) {
    std::string text =
        "WITH months AS (SELECT date_trunc('month', created_at) AS month, city, count(*) AS n "
        "FROM customers WHERE id > " +
        id + " GROUP BY 1, 2) SELECT month, sum(n) AS total";
    for (int i = 1; i <= 16; ++i) {
        const std::string city = "'City number " + std::to_string(i) + "'";
        text += ", sum(CASE WHEN city = " + city + " THEN n ELSE 0 END) AS city_" + std::to_string(i) +
                ", max(CASE WHEN city = " + city + " THEN n END) AS top_" + std::to_string(i);
    }
    return text + " FROM months GROUP BY month ORDER BY month DESC LIMIT 24";
}

using MakeText = std::string (*)(const std::string&);

void require(const gateway::enforcement::Plan& plan, benchmark::State& state) {
    if (const auto* refusal = std::get_if<gateway::enforcement::Refusal>(&plan))
        state.SkipWithError(refusal->message.c_str());
}

void never_seen(benchmark::State& state, MakeText text) {
    const std::string one = text("4711");
    require(Enforcer::plan_afresh(one, context()), state);
    for (auto _ : state)
        benchmark::DoNotOptimize(Enforcer::plan_afresh(one, context()));
    state.counters["bytes"] = static_cast<double>(one.size());
}

void of_a_known_shape(benchmark::State& state, MakeText text) {
    Enforcer enforcer(64UL * 1024 * 1024, 256UL * 1024);
    std::vector<std::string> texts;
    for (int i = 0; i < 5'000; ++i)
        texts.push_back(text(std::to_string(100'000 + i)));
    require(enforcer.plan(texts.front(), context()), state);
    std::size_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(enforcer.plan(texts[++i % texts.size()], context()));
}

void known(benchmark::State& state, MakeText text) {
    Enforcer enforcer(64UL * 1024 * 1024, 256UL * 1024);
    const std::string one = text("4711");
    for (int i = 0; i < 4; ++i)
        require(enforcer.plan(one, context()), state);
    for (auto _ : state)
        benchmark::DoNotOptimize(enforcer.plan(one, context()));
}

}  // namespace

#define TABIR_STATEMENT(text)                         \
    BENCHMARK_CAPTURE(never_seen, text, &text);       \
    BENCHMARK_CAPTURE(of_a_known_shape, text, &text); \
    BENCHMARK_CAPTURE(known, text, &text)
TABIR_STATEMENT(point);
TABIR_STATEMENT(join);
TABIR_STATEMENT(orm);
TABIR_STATEMENT(analytic);

BENCHMARK_MAIN();
