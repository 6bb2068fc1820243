#pragma once

#include <string>

#include "policies/bound_policy.hpp"
#include "policies/decide.hpp"
#include "sql/facts.hpp"

namespace policies::rules {

/// One statement of one user, as every rule sees it.
struct Request {
    const BoundPolicy& policy;
    const Role& role;
    const std::string& user;
    const sql::Facts& facts;
};

/// "role support may not <what> (payments.yaml:34)", refused by the role itself.
[[nodiscard]] Deny refuse(const Role& role, Reason reason, const std::string& what, std::string hint);

/// As refuse(), by what the role's `write` says of a table.
[[nodiscard]] Deny refuse_by(const Request& request, const WriteRule& write, Reason reason,
                             const std::string& what, std::string hint);

/// "role support may read: public.customers, support.tickets", for hints.
[[nodiscard]] std::string readable_tables(const Role& role);

[[nodiscard]] std::string name_of(const sql::Relation& relation);

/// "id, full_name, city", cut after `most`.
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t most);

}  // namespace policies::rules
