#include "gateway/backend/catalog_loader.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction>
#include <string_view>
#include <unordered_map>

#include "gateway/backend/catalog_queries.hpp"
#include "gateway/backend/written_together.hpp"
#include "sql/search_path.hpp"

namespace gateway::backend {
namespace {

std::string_view text_of(const pqxx::field& field) { return {field.c_str(), field.size()}; }

template <class Number>
Number number_of(const pqxx::field& field) {
    Number number = 0;
    const std::string_view text = text_of(field);
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

sql::Oid oid_of(const pqxx::field& field) { return number_of<sql::Oid>(field); }
bool truth_of(const pqxx::field& field) { return text_of(field) == "t"; }
std::string string_of(const pqxx::field& field) { return std::string(text_of(field)); }

sql::KeyAction action_of(const pqxx::field& field) {
    switch (field.c_str()[0]) {
        case 'c': return sql::KeyAction::follows;
        case 'n': return sql::KeyAction::sets_null;
        case 'd': return sql::KeyAction::sets_default;
        default: return sql::KeyAction::refuses;
    }
}

std::vector<sql::AttributeNumber> numbers_of(std::string_view text) {
    std::vector<sql::AttributeNumber> numbers;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    while (at != end) {
        sql::AttributeNumber number = 0;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc()) break;
        numbers.push_back(number);
        at = next == end ? end : next + 1;
    }
    return numbers;
}

// Hashes every value with its length, so that no two different results give the same bytes.
class Fingerprint {
public:
    Fingerprint() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
        EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
    }
    void add(const pqxx::result& rows) {
        add("rows " + std::to_string(rows.size()));
        for (const auto& row : rows) {
            for (const auto& field : row)
                add(field.is_null() ? std::string_view("NULL") : text_of(field));
        }
    }
    [[nodiscard]] std::string text() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
        constexpr std::string_view digits = "0123456789abcdef";
        std::string hex;
        for (unsigned at = 0; at < size; ++at) {
            hex += digits[digest[at] >> 4];
            hex += digits[digest[at] & 15];
        }
        return hex;
    }

private:
    void add(std::string_view value) {
        const std::uint64_t size = value.size();
        EVP_DigestUpdate(context_.get(), &size, sizeof size);
        EVP_DigestUpdate(context_.get(), value.data(), value.size());
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Runs the queries of catalog_queries.hpp, each once, and puts what they give into one catalog.
class CatalogReading {
public:
    explicit CatalogReading(pqxx::dbtransaction& transaction) : transaction_(transaction) {}

    CatalogSnapshot snapshot() {
        read_servers_search_path();
        transaction_.exec("set local search_path = ''");
        read_search_paths();
        read_reading_settings();
        read_schemas();
        read_relations();
        read_types();
        read_functions();
        read_collations();
        read_schemas_of_paths();
        catalog_.set_database(string_of(rows_of(catalog_query::database)[0][0]));
        return {std::make_shared<const sql::Catalog>(std::move(catalog_)), fingerprint_.text(),
                std::move(warnings_)};
    }

private:
    pqxx::result rows_of(const char* query) {
        pqxx::result rows = transaction_.exec(query);
        fingerprint_.add(rows);
        return rows;
    }

    // What postgresql.conf says is told by no view that everybody may read. So it is known only where the
    // reading user has no path of his own.
    void read_servers_search_path() {
        constexpr std::array<std::string_view, 4> servers{"default", "environment variable",
                                                          "configuration file", "command line"};
        const pqxx::result rows = transaction_.exec(catalog_query::own_search_path);
        if (std::ranges::find(servers, text_of(rows[0][1])) == servers.end()) return;
        fingerprint_.add(rows);
        if (auto names = sql::split_search_path(text_of(rows[0][0])))
            search_paths_.of_others = std::move(*names);
    }

    void read_search_paths() {
        for (const auto& row : rows_of(catalog_query::search_paths)) {
            auto names = sql::split_search_path(text_of(row[1]));
            if (!names) continue;  // PostgreSQL ignores it with a warning
            auto& path =
                row[0].is_null() ? search_paths_.of_others : search_paths_.of_user[string_of(row[0])];
            path = std::move(*names);
        }
        catalog_.set_search_paths(std::move(search_paths_));
    }

    void read_reading_settings() {
        sql::ReadingSettings settings;
        for (const auto& row : rows_of(catalog_query::settings))
            settings.emplace_back(string_of(row[0]), string_of(row[1]));
        catalog_.set_reading_settings(std::move(settings));
    }

    void read_schemas() {
        for (const auto& row : rows_of(catalog_query::schemas))
            catalog_.add_schema(string_of(row[0]));
    }

    void read_relations() {
        std::unordered_map<sql::Oid, sql::Relation> relations;
        for (const auto& row : rows_of(catalog_query::relations)) {
            sql::Relation relation{.oid = oid_of(row[0]),
                                   .schema = string_of(row[1]),
                                   .name = string_of(row[2]),
                                   .kind = static_cast<sql::RelationKind>(row[3].c_str()[0]),
                                   .primary_key = numbers_of(text_of(row[7])),
                                   .owned_by = oid_of(row[8]),
                                   .security_barrier = truth_of(row[5]),
                                   .has_rules = truth_of(row[6]),
                                   .has_instead_of = truth_of(row[9])};
            if (!row[4].is_null()) relation.definition = string_of(row[4]);
            relations.emplace(relation.oid, std::move(relation));
        }
        const auto with_relation = [&relations](const pqxx::field& oid, const auto& add) {
            if (const auto found = relations.find(oid_of(oid)); found != relations.end()) add(found->second);
        };
        for (const auto& row : rows_of(catalog_query::columns)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                relation.columns.push_back({.number = number_of<sql::AttributeNumber>(row[1]),
                                            .name = string_of(row[2]),
                                            .type = oid_of(row[3]),
                                            .typmod = number_of<std::int32_t>(row[4]),
                                            .collation = oid_of(row[5]),
                                            .not_null = truth_of(row[6]),
                                            .generated = truth_of(row[7]),
                                            .numbered = truth_of(row[8]),
                                            .unique = truth_of(row[9]),
                                            .has_default = truth_of(row[10]),
                                            .generated_from = numbers_of(text_of(row[11]))});
            });
        }
        for (const auto& row : rows_of(catalog_query::compared_columns)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                const auto number = number_of<sql::AttributeNumber>(row[1]);
                relation.compared.push_back(number);
                if (!truth_of(row[2])) relation.compared_otherwise.push_back(number);
            });
        }
        for (const auto& row : rows_of(catalog_query::ties)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                sql::Tie tie{.columns = numbers_of(text_of(row[1])),
                             .with_other_rows = truth_of(row[2]),
                             .null_tests = numbers_of(text_of(row[3])),
                             .equalities = numbers_of(text_of(row[4])),
                             .only_where_null = numbers_of(text_of(row[5])),
                             .held = numbers_of(text_of(row[6]))};
                for (auto* numbers : {&tie.columns, &tie.null_tests, &tie.equalities, &tie.held})
                    std::ranges::sort(*numbers);
                relation.ties.push_back(std::move(tie));
            });
        }
        for (const auto& row : rows_of(catalog_query::foreign_keys)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                relation.referred_by.push_back({.from = oid_of(row[1]),
                                                .columns = numbers_of(text_of(row[2])),
                                                .from_columns = numbers_of(text_of(row[3])),
                                                .emptied = numbers_of(text_of(row[6])),
                                                .on_delete = action_of(row[4]),
                                                .on_update = action_of(row[5])});
            });
            with_relation(row[1], [&](sql::Relation& relation) {
                relation.refers_to.push_back({oid_of(row[0]), numbers_of(text_of(row[3]))});
            });
        }
        for (const auto& row : rows_of(catalog_query::partition_keys)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                relation.partition_key.push_back(number_of<sql::AttributeNumber>(row[1]));
            });
        }
        for (const auto& row : rows_of(catalog_query::list_keys)) {
            with_relation(row[0], [&](sql::Relation& relation) {
                relation.list_keys.push_back(number_of<sql::AttributeNumber>(row[1]));
            });
        }
        for (const auto& row : rows_of(catalog_query::parents)) {
            with_relation(row[0],
                          [&](sql::Relation& relation) { relation.parents.push_back(oid_of(row[1])); });
        }
        for (const auto& row : rows_of(catalog_query::sources)) {
            with_relation(row[0],
                          [&](sql::Relation& relation) { relation.sources.push_back(oid_of(row[1])); });
        }
        hand_up(relations);
        for (auto& [oid, relation] : relations)
            catalog_.add(std::move(relation));
    }

    void read_types() {
        for (const auto& row : rows_of(catalog_query::types)) {
            catalog_.add(sql::Type{.oid = oid_of(row[0]),
                                   .schema = string_of(row[1]),
                                   .name = string_of(row[2]),
                                   .kind = row[3].c_str()[0],
                                   .category = row[4].c_str()[0],
                                   .base = oid_of(row[5]),
                                   .base_typmod = number_of<std::int32_t>(row[9]),
                                   .element = oid_of(row[6]),
                                   .relation = oid_of(row[7]),
                                   .extension = truth_of(row[8])});
        }
    }

    void read_functions() {
        for (const auto& row : rows_of(catalog_query::functions)) {
            catalog_.add(sql::Function{.oid = oid_of(row[0]),
                                       .schema = string_of(row[1]),
                                       .name = string_of(row[2]),
                                       .kind = row[3].c_str()[0],
                                       .returns_set = truth_of(row[4]),
                                       .extension = truth_of(row[5])});
        }
    }

    void read_collations() {
        for (const auto& row : rows_of(catalog_query::collations)) {
            catalog_.add(sql::Collation{.oid = oid_of(row[0]),
                                        .schema = string_of(row[1]),
                                        .name = string_of(row[2]),
                                        .deterministic = truth_of(row[3])});
        }
    }

    void read_schemas_of_paths() {
        std::vector<std::string> trusted;
        for (const auto& row : rows_of(catalog_query::extension_schemas)) {
            const std::string schema = string_of(row[0]);
            if (!row[1].is_null()) {
                warnings_.push_back(
                    "schema " + schema + " holds types of an extension, but role " + string_of(row[1]) +
                    " may create objects in it: operators of these types are not found in statements "
                    "of restricted roles; REVOKE CREATE ON SCHEMA " +
                    schema + " to trust it");
            } else if (!row[2].is_null()) {
                warnings_.push_back("schema " + schema +
                                    " holds types of an extension, but also the operator " +
                                    string_of(row[2]) +
                                    " that no extension owns: operators of these types are not "
                                    "found in statements of restricted roles; move it to another schema");
            } else {
                trusted.push_back(schema);
            }
        }
        catalog_.set_trusted_schemas(std::move(trusted));
        std::vector<std::string> plain;
        for (const auto& row : rows_of(catalog_query::plain_schemas))
            plain.push_back(string_of(row[0]));
        catalog_.set_plain_schemas(std::move(plain));
    }

    pqxx::dbtransaction& transaction_;
    Fingerprint fingerprint_;
    sql::Catalog catalog_;
    sql::SearchPaths search_paths_;
    std::vector<std::string> warnings_;
};

}  // namespace

CatalogRead read_catalog(const std::string& connection_string) {
    try {
        pqxx::connection connection(connection_string);
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> transaction(connection);
        transaction.exec("set local statement_timeout = '30s'");
        // Reading a view's definition waits for whoever alters it, who may himself wait for this reading.
        transaction.exec("set local lock_timeout = '3s'");
        return CatalogReading(transaction).snapshot();
    } catch (const std::exception& error) {  // libpqxx throws; nothing above this line does
        std::string message = error.what();
        while (message.ends_with('\n'))
            message.pop_back();
        return CatalogError{std::move(message)};
    }
}

}  // namespace gateway::backend
