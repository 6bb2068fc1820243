#pragma once

#include <unordered_map>

#include "sql/catalog.hpp"

namespace gateway::backend {

/// A row of a partition or child is written through its parents, too: gives each relation what is compared
/// and looked at together (sql::Relation::compared, ties, referred_by) of all below it, under its own column
/// numbers.
void hand_up(std::unordered_map<sql::Oid, sql::Relation>& relations);

}  // namespace gateway::backend
