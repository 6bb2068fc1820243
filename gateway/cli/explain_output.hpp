#pragma once

#include <ostream>
#include <string>

#include "gateway/accounting/account.hpp"
#include "gateway/enforcement/explain.hpp"

namespace gateway::cli {

/// Whose statement it is, for the head of an explanation.
struct ExplainedFor {
    std::string user;
    std::string database;
    const policies::Role& role;
    accounting::Accounts accounts = {};  // who pay for what he reads
};

void print_text(std::ostream& out, const ExplainedFor& whose, const enforcement::Explained& explained);
void print_json(std::ostream& out, const ExplainedFor& whose, const enforcement::Explained& explained);

}  // namespace gateway::cli
