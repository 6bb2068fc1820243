#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// A PostgreSQL server of the test's own, in a temporary folder: on a Unix socket (trusted) and on a free
/// port of 127.0.0.1 (SCRAM-SHA-256). It and its folder are gone when the test program ends, however that
/// ends.
class PrivatePostgres {
public:
    /// Starts a server; `settings` are postgresql.conf lines. Throws std::runtime_error when that fails.
    explicit PrivatePostgres(const std::vector<std::string>& settings = {});
    ~PrivatePostgres();
    PrivatePostgres(const PrivatePostgres&) = delete;
    PrivatePostgres& operator=(const PrivatePostgres&) = delete;

    /// The test program's one server with default settings, started by its first use.
    static PrivatePostgres& shared();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::filesystem::path socket() const;

    /// libpq's connection string through the Unix socket.
    [[nodiscard]] std::string connection_string(const std::string& database = "postgres",
                                                const std::string& user = "postgres") const;

    /// Runs statements (several are one transaction). Throws std::runtime_error with the server's message.
    void execute(const std::string& sql, const std::string& database = "postgres") const;
    /// The first column of the first row; empty when there is none.
    [[nodiscard]] std::string value_of(const std::string& sql,
                                       const std::string& database = "postgres") const;

private:
    void start(const std::vector<std::string>& settings);
    void stop();

    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    int server_ = -1;  // process ids
    int caretaker_ = -1;
    int alive_ = -1;  // the caretaker cleans up when this pipe is closed
};

}  // namespace tests
