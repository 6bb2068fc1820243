#include "gateway/backend/rights_reader.hpp"

#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction>

#include "gateway/backend/rights_queries.hpp"

namespace gateway::backend {
namespace {

std::string string_from(const pqxx::field& field) {
    return field.is_null() ? std::string() : field.as<std::string>();
}

class RightsReading {
public:
    explicit RightsReading(pqxx::dbtransaction& transaction) : transaction_(transaction) {}

    DatabaseRights rights_of(const std::string& user) {
        DatabaseRights rights;
        const auto known = transaction_.exec_params(rights_query::exists, user);
        if (known.empty()) return rights;
        rights.exists = true;
        rights.superuser = known[0][0].as<bool>();
        add(rights.findings, rights_query::attributes, user);
        if (rights.superuser) return rights;  // of whom every question about rights is answered with yes
        add(rights.findings, rights_query::memberships, user);
        add(rights.findings, rights_query::creating, user);
        add(rights.findings, rights_query::functions, user);
        add(rights.findings, rights_query::system_relations, user);
        for (const auto& row : transaction_.exec_params(rights_query::definers, user))
            rights.definers.push_back({string_from(row[0]), {string_from(row[1]), string_from(row[2])}});
        for (const auto& row : transaction_.exec_params(rights_query::relations, user)) {
            rights.relations.push_back({.relation = row[0].as<sql::Oid>(),
                                        .column = static_cast<sql::AttributeNumber>(row[1].as<int>()),
                                        .column_name = string_from(row[2]),
                                        .privilege = string_from(row[3]),
                                        .grantee = string_from(row[4]),
                                        .owner = row[5].as<bool>(),
                                        .direct = row[6].as<bool>()});
        }
        for (const auto& row : transaction_.exec_params(rights_query::schemas, user))
            rights.schemas.insert(string_from(row[0]));
        rights.makes_temporary =
            transaction_.exec_params(rights_query::makes_temporary, user)[0][0].as<bool>();
        return rights;
    }

    std::vector<NamedFunction> functions_named(const std::string& name) {
        std::vector<NamedFunction> functions;
        for (const auto& row : transaction_.exec_params(rights_query::named_functions, name)) {
            functions.push_back({.signature = string_from(row[0]),
                                 .definer = row[1].as<bool>(),
                                 .volatility = string_from(row[2]).front(),
                                 .leakproof = row[3].as<bool>()});
        }
        return functions;
    }

private:
    void add(std::vector<RightFinding>& findings, const char* query, const std::string& user) {
        for (const auto& row : transaction_.exec_params(query, user))
            findings.push_back({string_from(row[0]), string_from(row[1])});
    }

    pqxx::dbtransaction& transaction_;
};

}  // namespace

std::variant<DatabaseAudit, CatalogError> read_rights(const std::string& connection_string,
                                                      const std::set<std::string>& users,
                                                      const std::set<std::string>& functions) {
    try {
        pqxx::connection connection(connection_string);
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> transaction(connection);
        transaction.exec("set local search_path = ''");
        transaction.exec("set local statement_timeout = '30s'");
        RightsReading reading(transaction);
        DatabaseAudit audit;
        for (const std::string& user : users)
            audit.users.emplace(user, reading.rights_of(user));
        for (const std::string& name : functions)
            audit.functions.emplace(name, reading.functions_named(name));
        return audit;
    } catch (const std::exception& error) {  // libpqxx throws; nothing above this line does
        std::string message = error.what();
        while (message.ends_with('\n'))
            message.pop_back();
        return CatalogError{std::move(message)};
    }
}

}  // namespace gateway::backend
