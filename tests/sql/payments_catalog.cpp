#include "tests/sql/payments_catalog.hpp"

#include <initializer_list>

namespace tests {
namespace {

enum BuiltinType : sql::Oid {
    bytea = 17,
    int8 = 20,
    int2 = 21,
    int4 = 23,
    text = 25,
    bpchar = 1042,
    varchar = 1043,
    date = 1082,
    timestamptz = 1184,
    numeric = 1700
};

struct ColumnSpec {
    const char* name;
    sql::Oid type;
    std::int32_t typmod = -1;
};

sql::Relation relation(sql::Oid oid, const char* schema, const char* name,
                       std::initializer_list<ColumnSpec> columns) {
    sql::Relation made{.oid = oid, .schema = schema, .name = name};
    sql::AttributeNumber number = 0;
    for (const ColumnSpec& column : columns) {
        const bool collatable = column.type == text || column.type == varchar || column.type == bpchar;
        made.columns.push_back({.number = ++number,
                                .name = column.name,
                                .type = column.type,
                                .typmod = column.typmod,
                                .collation = collatable ? 100U : 0U});
    }
    made.primary_key = {1};
    return made;
}

sql::Relation view(sql::Oid oid, const char* name, sql::Oid source, const char* definition,
                   std::initializer_list<ColumnSpec> columns) {
    sql::Relation made = relation(oid, "public", name, columns);
    made.kind = sql::RelationKind::view;
    made.primary_key.clear();
    made.sources = {source};
    made.definition = definition;
    return made;
}

}  // namespace

sql::Catalog payments_catalog() {
    sql::Catalog catalog;
    sql::Relation people = relation(customers, "public", "customers",
                                    {{"id", int8},
                                     {"full_name", text},
                                     {"phone", varchar, 24},
                                     {"email", text},
                                     {"address", text},
                                     {"city", text},
                                     {"birthday", date},
                                     {"created_at", timestamptz}});
    people.compared = {1, 4};  // the primary key, and a unique e-mail
    catalog.add(std::move(people));
    catalog.add(relation(documents, "kyc", "documents",
                         {{"id", int8}, {"customer_id", int8}, {"kind", text}, {"image", bytea}}));
    catalog.add(relation(
        tickets, "support", "tickets",
        {{"id", int8}, {"customer_id", int8}, {"assignee", text}, {"status", text}, {"subject", text}}));
    catalog.add(
        relation(transactions, "billing", "transactions",
                 {{"id", int8}, {"customer_id", int8}, {"amount", numeric}, {"created_at", timestamptz}}));
    catalog.add(view(contacts, "contacts", customers,
                     " SELECT c.id,\n    c.phone AS telp,\n    c.address\n   FROM public.customers c;",
                     {{"id", int8}, {"telp", varchar, 24}, {"address", text}}));
    catalog.add(
        view(vip, "vip", contacts,
             " SELECT contacts.id,\n    contacts.telp\n   FROM public.contacts\n  WHERE (contacts.id < 100);",
             {{"id", int8}, {"telp", varchar, 24}}));
    catalog.add(
        view(swapped, "swapped", customers,
             " SELECT c.id,\n    c.phone AS city,\n    c.city AS phone\n   FROM public.customers c(id, "
             "full_name, phone);",
             {{"id", int8}, {"city", varchar, 24}, {"phone", text}}));
    catalog.add(view(by_phone, "by_phone", customers,
                     " SELECT c.id,\n    c.city\n   FROM public.customers c\n  WHERE ((c.phone)::text ~~ "
                     "'+62%'::text);",
                     {{"id", int8}, {"city", text}}));
    catalog.add(view(places, "places", customers, " SELECT customers.city\n   FROM public.customers;",
                     {{"city", text}}));
    catalog.add(view(towns, "towns", customers, " SELECT DISTINCT customers.city\n   FROM public.customers;",
                     {{"city", text}}));
    catalog.add(
        view(labels, "labels", customers,
             " SELECT customers.id,\n    upper(customers.phone) AS label,\n    customers.city\n   FROM "
             "public.customers\n  WHERE (customers.city <> 'Medan'::text);",
             {{"id", int8}, {"label", text}, {"city", text}}));
    catalog.add(
        view(own, "own", customers,
             " SELECT customers.id\n   FROM public.customers\n  WHERE (public.own_label(customers.city) = "
             "'x'::text);",
             {{"id", int8}}));
    const auto type = [&](sql::Oid oid, const char* name, char category) {
        catalog.add(sql::Type{.oid = oid, .schema = "pg_catalog", .name = name, .category = category});
    };
    type(bytea, "bytea", 'U');
    type(int8, "int8", 'N');
    type(int2, "int2", 'N');
    type(int4, "int4", 'N');
    type(text, "text", 'S');
    type(bpchar, "bpchar", 'S');
    type(varchar, "varchar", 'S');
    type(date, "date", 'D');
    type(timestamptz, "timestamptz", 'D');
    type(numeric, "numeric", 'N');
    type(2205, "regclass", 'N');
    catalog.add(sql::Type{.oid = 16500, .schema = "public", .name = "mood", .kind = 'e', .category = 'E'});
    catalog.add(sql::Collation{.oid = 100, .schema = "pg_catalog", .name = "default"});
    sql::Oid oid = 2000;
    const auto function = [&](const char* name, char kind, bool returns_set = false) {
        catalog.add(sql::Function{
            .oid = ++oid, .schema = "pg_catalog", .name = name, .kind = kind, .returns_set = returns_set});
    };
    for (const char* name : {"lower", "upper", "left", "right", "length", "to_json", "row_to_json",
                             "date_trunc", "round", "pg_sleep", "like_escape", "substring", "btrim",
                             "timezone", "extract", "hashtext", "jsonb_build_object"}) {
        function(name, 'f');
    }
    for (const char* name : {"generate_series", "unnest"})
        function(name, 'f', true);
    for (const char* name : {"count", "sum", "avg", "min", "max", "array_agg", "string_agg", "json_agg",
                             "percentile_cont", "bool_or"})
        function(name, 'a');
    for (const char* name : {"row_number", "rank", "lag", "lead", "first_value", "ntile"})
        function(name, 'w');
    catalog.add(sql::Function{.oid = ++oid, .schema = "public", .name = "own_label"});
    return catalog;
}

namespace {

sql::Treatment make_support_treatment() {
    sql::Treatment treatment;
    const auto add = [&treatment](sql::RelationTreatment one) {
        treatment.relations.push_back(std::make_shared<const sql::RelationTreatment>(std::move(one)));
    };
    add({.relation = customers,
         .columns = {{1, sql::Open{}},
                     {2, sql::Open{}},
                     {3, sql::Masked{sql::mask::Constant{"***"}}},
                     {4, sql::Masked{sql::mask::Constant{"***"}}},
                     {6, sql::Open{}},
                     {7, sql::Masked{sql::mask::Null{}}},
                     {8, sql::Open{}}},
         .searchable = {3, 4},
         .subjects = {{"customer", 1}},
         .row_filter = {}});
    add({.relation = documents,
         .columns = {{1, sql::Open{}}, {3, sql::Open{}}},
         .searchable = {},
         .subjects = {{"customer", 2}},
         .row_filter = {}});
    treatment.user = "agent7";
    return treatment;
}

}  // namespace

sql::Treatment support_treatment() {
    static const sql::Treatment made = make_support_treatment();
    return made;
}

sql::Treatment counted_treatment() {
    sql::Treatment treatment = support_treatment();
    treatment.counted = {"customer"};
    return treatment;
}

sql::Treatment with_writes(sql::Treatment treatment) {
    treatment.writes = {{.relation = customers, .columns = {1, 2, 3, 4, 5, 6, 7, 8}, .deletes = true},
                        {.relation = tickets, .columns = {1, 2, 3, 4, 5}, .deletes = true},
                        {.relation = documents, .columns = {1, 2, 4}, .deletes = false}};
    return treatment;
}

}  // namespace tests
