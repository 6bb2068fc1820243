#pragma once

#include <stdexcept>
#include <string_view>

#include "sql/analyze.hpp"
#include "tests/sql/payments_catalog.hpp"

/// Statements that change the tables of payments_catalog().
namespace tests::changes {

inline const sql::Catalog& catalog() {
    static const sql::Catalog made = payments_catalog();
    return made;
}

inline sql::Result<sql::PrintedStatement> print(std::string_view text, const sql::Treatment& treatment) {
    auto analysis = sql::Analysis::of(text, catalog(), {});
    if (!analysis) return analysis.error();
    return analysis->print(0, treatment);
}

inline sql::Facts facts_of(std::string_view text) {
    auto analysis = sql::Analysis::of(text, catalog(), {});
    if (!analysis) throw std::logic_error(analysis.error().message);
    return analysis->statements()[0];
}

inline sql::Treatment masked() { return with_writes(support_treatment()); }
inline sql::Treatment counted() { return with_writes(counted_treatment()); }

}  // namespace tests::changes
