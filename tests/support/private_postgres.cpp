#include "tests/support/private_postgres.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tests {
namespace {

using namespace std::chrono_literals;

const std::filesystem::path programs = "/usr/lib/postgresql/15/bin";

std::uint16_t free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    const bool found = bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(probe);
    if (!found) throw std::runtime_error("no free port");
    return ntohs(address.sin_port);
}

// PostgreSQL does not run as root: a test that does hands the server to the user of the package.
const passwd* server_user() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

// Starts a program of PostgreSQL with its output in a file. Between fork and exec only system calls are made.
pid_t spawn(const std::vector<std::string>& command, const std::filesystem::path& log, bool dies_with_us) {
    std::vector<char*> arguments;
    for (const std::string& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const passwd* user = server_user();
    const pid_t child = fork();
    if (child != 0) return child;

    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setsid();
    if (user != nullptr && (initgroups("postgres", user->pw_gid) != 0 || setgid(user->pw_gid) != 0 ||
                            setuid(user->pw_uid) != 0)) {
        _exit(126);
    }
    if (dies_with_us) prctl(PR_SET_PDEATHSIG, SIGQUIT);  // forgotten by setuid, so it comes after
    execv(arguments[0], arguments.data());
    _exit(127);
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Waits until the pipe's other end is gone, then ends the server and removes the folder.
[[noreturn]] void take_care(int alive, pid_t server, const std::string& folder) {
    setsid();
    char nothing = 0;
    while (read(alive, &nothing, 1) < 0 && errno == EINTR) {
    }
    kill(server, SIGQUIT);
    for (int tries = 0; tries < 200 && kill(server, 0) == 0; ++tries)
        usleep(20'000);
    kill(server, SIGKILL);
    execl("/bin/rm", "rm", "-rf", "--", folder.c_str(), nullptr);
    _exit(127);
}

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result run(const std::string& connection_string, const std::string& sql) {
    const Connection connection(PQconnectdb(connection_string.c_str()), &PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection.get()));
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    Result result(PQexec(connection.get(), sql.c_str()), &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    return result;
}

}  // namespace

PrivatePostgres::PrivatePostgres(const std::vector<std::string>& settings) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tabir_pg_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    if (const passwd* user = server_user();
        user != nullptr && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("cannot hand over " + folder_.string());
    }
    try {
        start(settings);
    } catch (...) {
        stop();
        throw;
    }
}

void PrivatePostgres::start(const std::vector<std::string>& settings) {
    const std::filesystem::path data = folder_ / "data";
    const std::filesystem::path log = folder_ / "log";
    const pid_t initdb = spawn({programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E",
                                "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                               log, false);
    int status = 0;
    waitpid(initdb, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed: " + text_of(log));

    port_ = free_port();
    std::ofstream(data / "pg_hba.conf") << "local all all trust\n"
                                           "host all all 127.0.0.1/32 scram-sha-256\n";
    std::ofstream conf(data / "postgresql.conf", std::ios::app);
    conf << "port = " << port_ << "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '"
         << folder_.string() << "'\nfsync = off\nshared_buffers = 16MB\n";
    for (const std::string& line : settings)
        conf << line << '\n';
    conf.close();

    server_ = spawn({programs / "postgres", "-D", data}, log, true);
    std::array<int, 2> alive{};
    if (pipe2(alive.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    caretaker_ = fork();
    if (caretaker_ == 0) {
        close(alive[1]);
        take_care(alive[0], server_, folder_.string());
    }
    close(alive[0]);
    alive_ = alive[1];

    const std::string target = connection_string();
    for (const auto deadline = std::chrono::steady_clock::now() + 30s; PQping(target.c_str()) != PQPING_OK;) {
        if (waitpid(server_, nullptr, WNOHANG) == server_ || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("PostgreSQL did not start: " + text_of(log));
        }
        std::this_thread::sleep_for(20ms);
    }
}

PrivatePostgres::~PrivatePostgres() { stop(); }

void PrivatePostgres::stop() {
    if (caretaker_ < 0) {
        std::filesystem::remove_all(folder_);
        return;
    }
    close(alive_);
    waitpid(server_, nullptr, 0);  // else the caretaker would see it as a zombie
    waitpid(caretaker_, nullptr, 0);
}

PrivatePostgres& PrivatePostgres::shared() {
    static PrivatePostgres server;
    return server;
}

std::filesystem::path PrivatePostgres::socket() const {
    return folder_ / (".s.PGSQL." + std::to_string(port_));
}

std::string PrivatePostgres::connection_string(const std::string& database, const std::string& user) const {
    return "host='" + folder_.string() + "' port=" + std::to_string(port_) + " dbname='" + database +
           "' user='" + user + "'";
}

void PrivatePostgres::execute(const std::string& sql, const std::string& database) const {
    (void)run(connection_string(database), sql);
}

std::string PrivatePostgres::value_of(const std::string& sql, const std::string& database) const {
    const Result result = run(connection_string(database), sql);
    return PQntuples(result.get()) == 0 ? std::string() : PQgetvalue(result.get(), 0, 0);
}

}  // namespace tests
