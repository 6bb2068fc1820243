#pragma once

#include <set>
#include <string>

#include "policies/load/findings.hpp"
#include "policies/load/node.hpp"
#include "policies/policy_set.hpp"

// One function for each top-level key. Each reports what is wrong within its own section; whatever concerns
// two sections is left to cross_check, which runs when all of them are read.
namespace policies::load {

void read_version(const Node& node, Findings& findings);
void read_databases(const Node& node, PolicySet& policy, Findings& findings);
void read_defaults(const Node& node, PolicySet& policy, Findings& findings);
void read_classes(const Node& node, PolicySet& policy, Findings& findings);
void read_tables(const Node& node, PolicySet& policy, Findings& findings);
void read_roles(const Node& node, PolicySet& policy, Findings& findings);
void read_users(const Node& node, PolicySet& policy, Findings& findings);
void read_teams(const Node& node, PolicySet& policy, Findings& findings);

/// `what`: the key under which the map of budgets stands.
[[nodiscard]] Budgets read_budgets(const Node& node, Findings& findings, std::string_view what);
void read_writes(const Node& node, Role& role, Findings& findings);
void read_detectors(const Node& node, PolicySet& policy, Findings& findings);
/// `canaries` or `watched`.
void read_subject_list(const Entry& section, SubjectLists& list, PolicySet& policy, Findings& findings);

/// All kinds of subjects that tables have.
[[nodiscard]] std::set<std::string> kinds_of_subjects(const PolicySet& policy);
/// Those whom detectors must see in what `role` reads.
void add_detected_kinds(const PolicySet& policy, const Role& role, std::set<std::string>& kinds);

/// Role::counted of every role, from detectors and all budgets of those who may have it, and
/// PolicySet::budgeted_classes.
void count_kinds(PolicySet& policy);
void check_all_budgets(const PolicySet& policy, Findings& findings);
void check_detectors(const PolicySet& policy, Findings& findings);
void cross_check(const PolicySet& policy, Findings& findings);

}  // namespace policies::load
