#pragma once

#include <initializer_list>
#include <string>

#include "policies/decide.hpp"
#include "tests/policies/sample_catalog.hpp"

/// A policy over the sample catalog, and facts written by hand: no parser takes part.
namespace policies::testing {

extern const char* const sample_policy;

sql::Facts select_from(std::initializer_list<sql::Oid> relations);
sql::Facts naming(sql::Oid relation, sql::AttributeNumber column);
sql::Facts through(sql::Oid view, sql::Oid relation);
sql::Facts calling(const char* schema, const char* name, bool safe, bool through_view = false);
sql::Facts of_kind(sql::StatementKind kind, const char* command = "");

/// Of agent7 in `role`. Throws when `policy` is not valid.
Decision decision(const char* role, const sql::Facts& facts, const std::string& policy = sample_policy);
/// Throws when it is denied.
sql::Treatment treatment(const char* role, const sql::Facts& facts,
                         const std::string& policy = sample_policy);

}  // namespace policies::testing
