// A small libpqxx program, for pqxx_test.py. libpq's variables say where to connect; the argument says which
// part to run. Ends with 0 when everything came out as expected, else says what did not.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>

namespace {

void expect(bool right, const char* what) {
    if (!right) throw std::logic_error(what);
}

void unrestricted() {
    pqxx::connection connection;
    {
        pqxx::work work(connection);
        expect(work.exec1("SELECT 40 + 2")[0].as<int>() == 42, "a plain statement");
        expect(work.exec_params1("SELECT $1::text || $2::text", "a", "b")[0].as<std::string>() == "ab",
               "parameters");
        work.exec("CREATE TEMP TABLE t (n int, words text)");
        pqxx::stream_to stream(work, "t");
        for (int n = 0; n < 1000; ++n)
            stream << std::make_tuple(n, "line " + std::to_string(n));
        stream.complete();
        expect(work.exec1("SELECT sum(n) FROM t")[0].as<int>() == 499500, "COPY in");
        work.commit();
    }
    connection.prepare("by_id", "SELECT city FROM customers WHERE id = $1");
    pqxx::work work(connection);
    for (int id = 1; id <= 10; ++id)
        expect(work.exec_prepared("by_id", id).size() == 1, "a prepared statement");
    try {
        pqxx::subtransaction inner(work);
        inner.exec("SELECT 1/0");
        expect(false, "an error must throw");
    } catch (const pqxx::sql_error& error) {
        expect(error.sqlstate() == "22012", "the error's SQLSTATE");
    }
    expect(work.exec1("SELECT 1")[0].as<int>() == 1, "the transaction after a subtransaction that failed");
    pqxx::stateless_cursor<pqxx::cursor_base::read_only, pqxx::cursor_base::owned> cursor(
        work, "SELECT id FROM customers ORDER BY id LIMIT 300", "people", false);
    expect(cursor.retrieve(100, 150).size() == 50, "a cursor");
}

void agent() {
    pqxx::connection connection;
    pqxx::nontransaction work(connection);
    const std::string phone = std::getenv("CUSTOMER_PHONE");
    const auto found = work.exec_params("SELECT id, phone FROM customers WHERE phone = $1", phone);
    expect(found.size() == 1 && found[0][0].as<int>() == 4711, "the search");
    expect(found.columns() == 2, "no hidden column shows");
    expect(found[0][1].as<std::string>() != phone, "the mask");
    try {
        work.exec("SELECT * FROM kyc.documents");
        expect(false, "a refusal must throw");
    } catch (const pqxx::insufficient_privilege& error) {
        expect(std::string(error.what()).find("policy.yaml:") != std::string::npos,
               "the rule in the refusal");
    }
    try {
        work.exec("SELECT id FROM customers");
        expect(false, "the budget must throw");
    } catch (const pqxx::sql_error& error) {
        expect(error.sqlstate() == "54000", "the stop's SQLSTATE");
    }
    expect(work.exec1("SELECT 1")[0].as<int>() == 1, "the session after the stop");
}

}  // namespace

int main(int count, char** arguments) {
    const std::map<std::string, std::function<void()>> parts{{"unrestricted", unrestricted},
                                                             {"agent", agent}};
    try {
        parts.at(count > 1 ? arguments[1] : "")();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "pqxx_client: " << error.what() << '\n';
        return 1;
    }
}
