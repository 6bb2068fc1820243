// Any bytes as the text of a restricted role: refused, or printed so that verification agrees. A rewrite that
// verification stops (verify_failed) is a defect too, though a safe one.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "sql/analyze.hpp"
#include "tests/sql/payments_catalog.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const sql::Catalog catalog = tests::payments_catalog();
    static const sql::Treatment treatments[] = {tests::support_treatment(), tests::counted_treatment()};
    const sql::NameContext names{.search_path = {"public", "support", "billing"}};
    const auto analysis = sql::Analysis::of({reinterpret_cast<const char*>(data), size}, catalog, names);
    if (!analysis) return 0;
    for (std::size_t i = 0; i < analysis->statements().size(); ++i) {
        // These treatments grant no changes of rows: policies would refuse them before anything is printed.
        // TODO(#3): fuzz changes with a policy's decision before the print.
        if (!analysis->statements()[i].writes.empty()) continue;
        for (const sql::Treatment& treatment : treatments) {
            const auto printed = analysis->print(i, treatment);
            if (!printed && printed.error().code == sql::Errc::verify_failed) {
                std::fprintf(stderr, "%s\n", printed.error().message.c_str());
                __builtin_trap();
            }
        }
    }
    return 0;
}
