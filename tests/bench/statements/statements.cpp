#include "tests/bench/statements/statements.hpp"

#include <stdexcept>

#include "policies/load.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace bench {
namespace {

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
  public.orders:
    subject: { customer: field_2 }
    columns: { "*": open, field_3: name, field_4: phone, field_5: email, field_6: address }
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

}  // namespace

const gateway::enforcement::PlanContext& support() {
    static const auto bound = policy();
    static const gateway::enforcement::PlanContext made{.policy = bound,
                                                        .role = &bound->policy().roles.at("support"),
                                                        .user = "agent7",
                                                        .search_path = {"public"}};
    return made;
}

std::string point(const std::string& constant, const std::string& name) {
    return "SELECT id, full_name AS " + name + ", phone FROM customers WHERE id = " + constant;
}

std::string join(const std::string& constant, const std::string& name) {
    return "WITH recent AS (SELECT customer_id, amount FROM billing.transactions WHERE amount > 10) "
           "SELECT c.id, c.full_name AS " +
           name +
           ", t.subject, r.amount FROM customers c "
           "JOIN support.tickets t ON t.customer_id = c.id JOIN recent r ON r.customer_id = c.id "
           "WHERE t.status = 'open' AND c.id = " +
           constant + " ORDER BY r.amount DESC LIMIT 50";
}

/// As an ORM writes it: every column by name, quoted, with an alias.
std::string orm(const std::string& constant, const std::string& name) {
    std::string text = "SELECT ";
    for (int i = 1; i <= orders_columns; ++i) {
        text += (i == 1 ? "" : ", ") +
                ("\"o\".\"field_" + std::to_string(i) + "\" AS \"o_field_" + std::to_string(i)) + '"';
    }
    return text + ", 1 AS \"" + name + "\" FROM \"public\".\"orders\" \"o\" WHERE \"o\".\"field_1\" = '" +
           constant + "' ORDER BY \"o\".\"field_2\" LIMIT 20";
}

/// About 2 KB: months and cities, compared with the year before.
std::string analytic(const std::string& constant, const std::string& name) {
    std::string text =
        "WITH months AS (SELECT date_trunc('month', created_at) AS month, city, count(*) AS n "
        "FROM customers WHERE id > " +
        constant + " GROUP BY 1, 2) SELECT month, sum(n) AS " + name;
    for (int i = 1; i <= 16; ++i) {
        const std::string city = "'City number " + std::to_string(i) + "'";
        text += ", sum(CASE WHEN city = " + city + " THEN n ELSE 0 END) AS city_" + std::to_string(i) +
                ", max(CASE WHEN city = " + city + " THEN n END) AS top_" + std::to_string(i);
    }
    return text + " FROM months GROUP BY month ORDER BY month DESC LIMIT 24";
}

}  // namespace bench
