#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gateway/backend/catalog_loader.hpp"

namespace gateway::backend {

/// Something that a database user may do and should not, and the statement that ends it.
struct RightFinding {
    std::string what;  // follows the user's name: "is a superuser"
    std::string fix;   // SQL
};

/// A privilege on a relation, as the access control list has it.
struct RelationGrant {
    sql::Oid relation = 0;
    sql::AttributeNumber column = 0;  // 0: the whole relation
    std::string column_name;          // quoted where needed
    std::string privilege;            // SELECT, INSERT, ...
    std::string grantee;              // quoted where needed, or PUBLIC
    bool owner = false;               // by owning the relation
    bool direct = false;              // to the user itself
};

struct DefinerFunction {
    std::string name;  // schema.name
    RightFinding finding;
};

/// What one user may do in one database.
struct DatabaseRights {
    bool exists = false;
    bool superuser = false;  // then nothing below but `findings` says anything
    std::vector<RightFinding> findings;
    std::vector<DefinerFunction> definers;  // SECURITY DEFINER functions that it may call
    std::vector<RelationGrant> relations;   // outside of the system's schemas
    std::set<std::string> schemas;          // with USAGE
    bool makes_temporary = true;            // TEMP on the database
};

/// A function that a policy names.
struct NamedFunction {
    std::string signature;
    bool definer = false;
    char volatility = 'v';  // pg_proc.provolatile
    bool leakproof = false;
};

struct DatabaseAudit {
    std::map<std::string, DatabaseRights> users;
    std::map<std::string, std::vector<NamedFunction>> functions;  // by schema.name
};

/// Reads the rights of `users` and what there is to know of `functions`, with libpqxx, in one read-only
/// transaction. Blocks.
[[nodiscard]] std::variant<DatabaseAudit, CatalogError> read_rights(const std::string& connection_string,
                                                                    const std::set<std::string>& users,
                                                                    const std::set<std::string>& functions);

}  // namespace gateway::backend
