// Any bytes as the text of a restricted role: refused, or printed so that verification agrees. A rewrite that
// verification stops (verify_failed) is a defect too, though a safe one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "sql/analyze.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace {

/// What the rules of a policy see to before a print (policies/rules/writes.cpp): nothing is changed that the
/// treatment does not let be changed.
bool may_write(const sql::WriteUse& use, const sql::Catalog& catalog, const sql::Treatment& treatment) {
    const bool is_view = catalog.relation(use.relation)->kind == sql::RelationKind::view;
    if (is_view && (!use.through || use.merges)) return false;
    const sql::Oid table = is_view ? use.through->table : use.relation;
    const auto allowed = std::ranges::find(treatment.writes, table, &sql::WriteTreatment::relation);
    if (allowed == treatment.writes.end() || (use.deletes && !allowed->deletes)) return false;
    for (std::size_t i = 0; i < use.columns.size(); ++i) {
        const sql::AttributeNumber column = is_view ? use.through->columns[i] : use.columns[i].number;
        if (std::ranges::find(allowed->columns, column) == allowed->columns.end()) return false;
    }
    return true;
}

bool may_write(const sql::Analysis& analysis, std::size_t index, const sql::Catalog& catalog,
               const sql::Treatment& treatment) {
    const sql::Facts& facts = analysis.statements()[index];
    if (facts.writes.empty()) return true;
    const bool from_client = facts.copy && facts.copy->from;
    const auto writes = from_client ? sql::Result<std::vector<sql::WriteUse>>(facts.writes)
                                    : analysis.writes_under(index, treatment);
    return !writes || std::ranges::all_of(*writes, [&](const sql::WriteUse& use) {
        return may_write(use, catalog, treatment);
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const sql::Catalog catalog = tests::payments_catalog();
    static const sql::Treatment treatments[] = {tests::with_writes(tests::support_treatment()),
                                                tests::with_writes(tests::counted_treatment())};
    const sql::NameContext names{.search_path = {"public", "support", "billing"}};
    const auto analysis = sql::Analysis::of({reinterpret_cast<const char*>(data), size}, catalog, names);
    if (!analysis) return 0;
    for (std::size_t i = 0; i < analysis->statements().size(); ++i) {
        for (const sql::Treatment& treatment : treatments) {
            if (!may_write(*analysis, i, catalog, treatment)) continue;
            const auto printed = analysis->print(i, treatment);
            if (!printed && printed.error().code == sql::Errc::verify_failed) {
                std::fprintf(stderr, "%s\n", printed.error().message.c_str());
                __builtin_trap();
            }
        }
    }
    return 0;
}
