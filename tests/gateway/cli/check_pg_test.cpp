#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "gateway/cli/check.hpp"
#include "tests/support/private_postgres.hpp"

namespace {

namespace fs = std::filesystem;
const fs::path source = TABIR_SOURCE_DIR;

// The scripts use psql's variables, so psql runs them.
void load_demo(const tests::PrivatePostgres& server) {
    server.execute("create database payments");
    std::vector<fs::path> scripts;
    for (const auto& entry : fs::directory_iterator(source / "sql/demo")) {
        if (entry.path().extension() == ".sql") scripts.push_back(entry.path());
    }
    std::ranges::sort(scripts);
    for (const fs::path& script : scripts) {
        const std::string command = "psql -qX -v ON_ERROR_STOP=1 -v backend_password=secret -d \"" +
                                    server.connection_string("payments") + "\" -f '" + script.string() +
                                    "' > /dev/null";
        ASSERT_EQ(std::system(command.c_str()), 0) << script;
    }
}

// The gateway's own user reads the catalog over TCP, with SCRAM, as the quickstart configures it.
TEST(CheckWithCatalog, FindsNoMistakeInTheShippedExample) {
    const tests::PrivatePostgres& server = tests::PrivatePostgres::shared();
    load_demo(server);
    std::string pattern = (fs::temp_directory_path() / "tabir_check_XXXXXX").string();
    const fs::path folder = mkdtemp(pattern.data());
    std::ofstream(folder / "password") << "secret\n";
    std::ofstream(folder / "users");
    std::ofstream(folder / "tabir.yaml")
        << "listen: [127.0.0.1:0]\nusers_file: users\npolicies: ["
        << (source / "policies/examples/payments.yaml").string()
        << "]\nservers: { main: { address: 127.0.0.1:" << server.port() << ", tls: disable } }\n"
        << "databases: { \"*\": main }\nbackend: { default: { user: tabir_catalog, password_file: password } "
           "}\n";

    std::ostringstream out;
    std::ostringstream err;
    const auto check = [&] {
        return gateway::cli::check({.config_file = folder / "tabir.yaml", .with_catalog = true},
                                   &gateway::backend::reader_for, &gateway::enforcement::rights_reader_for,
                                   out, err);
    };
    EXPECT_EQ(check(), 0) << err.str();

    server.execute("alter table public.customers rename phone to mobile", "payments");
    EXPECT_EQ(check(), 2);
    EXPECT_NE(err.str().find("payments.yaml:"), std::string::npos) << err.str();
    fs::remove_all(folder);
}

}  // namespace
