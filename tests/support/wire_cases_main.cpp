// wire_cases FILE...: speaks each case with the server of PGHOST, PGPORT, PGUSER, PGDATABASE and PGPASSWORD.
// Prints what went otherwise; the exit status is 0 only if nothing did.

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "tests/support/wire_case.hpp"

int main(int argc, char** argv) {
    const std::vector<std::string> files(argv + 1, argv + argc);
    int failures = 0;
    for (const auto& file : files) {
        std::string found;
        try {
            auto client = tests::WireClient::logged_in(tests::WireTarget::from_environment());
            found = tests::difference(tests::WireCase::load(file), client);
        } catch (const std::exception& error) {
            found = error.what();
        }
        std::printf("%s %s\n", found.empty() ? "ok     " : "differs",
                    found.empty() ? file.c_str() : found.c_str());
        failures += found.empty() ? 0 : 1;
    }
    return failures == 0 && !files.empty() ? 0 : 1;
}
