#include "tests/policies/rules/sample_decisions.hpp"

#include <memory>
#include <stdexcept>

#include "tests/policies/load/policy_text.hpp"

namespace policies::testing {

const char* const sample_policy = R"(version: 1
databases: [payments]
classes:
  name:    { mask: initials }
  phone:   { mask: { keep_last: 4 } }
  id_card: { mask: strip }
tables:
  public.customers:
    subject: { customer: id }
    columns: { id: open, full_name: name, phone: phone, email: phone, city: open, digits: open }
  kyc.documents:
    subject: { customer: customer_id }
    columns: { "*": open, image: id_card }
  billing.transactions:
    subject: { customer: customer_id }
    columns: { "*": open }
  support.tickets: open
  public.contacts: open
  public.contact_notes: open
roles:
  support:
    tables: [public.customers, support.tickets, public.contacts, public.contact_notes]
    clear: [name]
    search: { phone: exact }
    rows: { support.tickets: "assignee = :user" }
    budget: { customer: [30 per hour, 100 per day] }
    functions: [public.label]
  reviewer: { tables: [kyc.documents], clear: [id_card] }
  clerk:    { tables: [kyc.documents, billing.transactions] }
  analyst:  { tables: [billing.transactions], only: aggregates, min_group: 10 }
  editor:
    tables: [public.customers, support.tickets, billing.transactions]
    clear: [name]
    write:
      - support.tickets
      - public.customers: ["*", phone]
      - billing.transactions: [amount]
  counter:
    tables: [billing.transactions, support.tickets]
    only: aggregates
    min_group: 10
    write: [support.tickets, billing.transactions]
)";

namespace {

std::shared_ptr<const BoundPolicy> bound(const std::string& text) {
    auto result = BoundPolicy::bind(good_policy(text), shared_sample_catalog());
    if (const auto* mistakes = std::get_if<Mistakes>(&result))
        throw std::logic_error(mistakes->front().text());
    return std::get<std::shared_ptr<const BoundPolicy>>(std::move(result));
}

}  // namespace

sql::Facts select_from(std::initializer_list<sql::Oid> relations) {
    sql::Facts facts{.kind = sql::StatementKind::select, .command = "SELECT"};
    for (const sql::Oid relation : relations)
        facts.relations.push_back({.relation = relation});
    return facts;
}

sql::Facts naming(sql::Oid relation, sql::AttributeNumber column) {
    sql::Facts facts = select_from({relation});
    facts.columns.push_back({.relation = relation, .number = column});
    return facts;
}

sql::Facts through(sql::Oid view, sql::Oid relation) {
    sql::Facts facts = select_from({view});
    facts.relations.push_back({.relation = relation, .through_view = view});
    return facts;
}

sql::Facts calling(const char* schema, const char* name, bool safe, bool through_view) {
    sql::Facts facts = select_from({});
    facts.functions.push_back({.schema = schema,
                               .name = name,
                               .safe_builtin = safe,
                               .through_view = through_view,
                               .danger = safe ? std::nullopt : sql::danger_of_function(schema, name)});
    return facts;
}

sql::Facts of_kind(sql::StatementKind kind, const char* command) {
    return {.kind = kind, .command = command};
}

Decision decision(const char* role, const sql::Facts& facts, const std::string& policy) {
    const auto policy_bound = bound(policy);
    return decide(*policy_bound, policy_bound->policy().roles.at(role), "agent7", facts);
}

sql::Treatment treatment(const char* role, const sql::Facts& facts, const std::string& policy) {
    auto decided = decision(role, facts, policy);
    if (const auto* deny = std::get_if<Deny>(&decided)) throw std::logic_error(deny->message);
    return std::get<Rewrite>(std::move(decided)).treatment;
}

}  // namespace policies::testing
