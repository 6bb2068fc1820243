#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/catalog.hpp"

/// A small catalog in the shape of sql/demo, with views, a materialized view and partitions beside it.
namespace policies::testing {

namespace oid {
constexpr sql::Oid customers = 1000;
constexpr sql::Oid documents = 1001;
constexpr sql::Oid transactions = 1002;
constexpr sql::Oid transactions_2024 = 1003;
constexpr sql::Oid tickets = 1004;
constexpr sql::Oid notes = 1005;          // listed by no policy here
constexpr sql::Oid contacts = 1006;       // view over customers
constexpr sql::Oid contact_notes = 1007;  // view over contacts and notes
constexpr sql::Oid cities = 1008;         // materialized view over contacts
constexpr sql::Oid an_index = 1009;
constexpr sql::Oid pg_class = 1259;
constexpr sql::Oid pg_stats = 12100;
constexpr sql::Oid pg_tables = 12101;
}  // namespace oid

inline std::vector<sql::Column> columns(const std::vector<std::pair<std::string, sql::Oid>>& named) {
    std::vector<sql::Column> result;
    for (const auto& [name, type] : named) {
        result.push_back(
            {.number = static_cast<sql::AttributeNumber>(result.size() + 1), .name = name, .type = type});
    }
    return result;
}

inline constexpr sql::Oid int8_type = 20;
inline constexpr sql::Oid text_type = 25;
inline constexpr sql::Oid bytea_type = 17;
inline constexpr sql::Oid date_type = 1082;

inline sql::Catalog sample_catalog() {
    using enum sql::RelationKind;
    sql::Catalog catalog;
    const auto add_type = [&](sql::Oid type, const char* name, char category) {
        catalog.add(sql::Type{.oid = type, .schema = "pg_catalog", .name = name, .category = category});
    };
    add_type(int8_type, "int8", 'N');
    add_type(text_type, "text", 'S');
    add_type(bytea_type, "bytea", 'U');
    add_type(date_type, "date", 'D');

    const auto add = [&](sql::Oid relation, const char* schema, const char* name, sql::RelationKind kind,
                         std::vector<sql::Column> its_columns, std::vector<sql::Oid> sources = {},
                         std::vector<sql::Oid> parents = {}) {
        catalog.add(sql::Relation{.oid = relation,
                                  .schema = schema,
                                  .name = name,
                                  .kind = kind,
                                  .columns = std::move(its_columns),
                                  .parents = std::move(parents),
                                  .sources = std::move(sources)});
    };
    auto customers = columns({{"id", int8_type},
                              {"full_name", text_type},
                              {"phone", text_type},
                              {"email", text_type},
                              {"city", text_type},
                              {"birthday", date_type},
                              {"digits", text_type}});
    customers.back().generated = true;  // computed from phone
    add(oid::customers, "public", "customers", table, customers);
    add(oid::documents, "kyc", "documents", table,
        columns({{"customer_id", int8_type}, {"kind", text_type}, {"image", bytea_type}}));
    const auto transaction = columns({{"id", int8_type}, {"customer_id", int8_type}, {"amount", int8_type}});
    add(oid::transactions, "billing", "transactions", partitioned_table, transaction);
    add(oid::transactions_2024, "billing", "transactions_2024", table, transaction, {}, {oid::transactions});
    add(oid::tickets, "support", "tickets", table,
        columns({{"id", int8_type}, {"customer_id", int8_type}, {"assignee", text_type}}));
    add(oid::notes, "public", "notes", table, columns({{"id", int8_type}, {"body", text_type}}));
    add(oid::contacts, "public", "contacts", view, columns({{"id", int8_type}, {"phone", text_type}}),
        {oid::customers});
    add(oid::contact_notes, "public", "contact_notes", view,
        columns({{"id", int8_type}, {"body", text_type}}), {oid::contacts, oid::notes});
    add(oid::cities, "public", "cities", materialized_view,
        columns({{"city", text_type}, {"phone", text_type}}), {oid::contacts});
    add(oid::an_index, "public", "customers_pkey", index, {});
    add(oid::pg_class, "pg_catalog", "pg_class", table, columns({{"relname", text_type}}));
    add(oid::pg_stats, "pg_catalog", "pg_stats", view, columns({{"most_common_vals", text_type}}));
    add(oid::pg_tables, "pg_catalog", "pg_tables", view, columns({{"tablename", text_type}}),
        {oid::pg_class});
    const auto define = [&](sql::Oid view, const char* definition) {
        sql::Relation relation = *catalog.relation(view);
        relation.definition = definition;  // as pg_get_viewdef gives it
        catalog.add(std::move(relation));
    };
    define(oid::contacts, " SELECT customers.id,\n    customers.phone\n   FROM public.customers;");
    define(oid::contact_notes,
           " SELECT contacts.id,\n    notes.body\n   FROM (public.contacts\n     JOIN public.notes ON "
           "((notes.id = "
           "contacts.id)));");
    catalog.add(sql::Function{.oid = 870, .schema = "pg_catalog", .name = "lower"});
    catalog.add(sql::Function{.oid = 2803, .schema = "pg_catalog", .name = "count", .kind = 'a'});
    catalog.add(sql::Function{.oid = 5000, .schema = "public", .name = "label"});
    return catalog;
}

inline std::shared_ptr<const sql::Catalog> shared_sample_catalog() {
    return std::make_shared<const sql::Catalog>(sample_catalog());
}

}  // namespace policies::testing
