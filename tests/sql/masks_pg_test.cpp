// Every mask on every common type, on a real PostgreSQL.
#include "sql/masks.hpp"

#include <array>
#include <sstream>

#include <gtest/gtest.h>

#include "sql/print/quote.hpp"
#include "tests/support/private_postgres.hpp"

namespace {

namespace mask = sql::mask;
using sql::Mask;
using tests::PrivatePostgres;

const char* const schema = R"(
    CREATE EXTENSION IF NOT EXISTS citext;
    CREATE TYPE mood AS ENUM ('sad', 'happy');
    CREATE DOMAIN short_text AS text CHECK (length(VALUE) > 5);
    CREATE DOMAIN phone AS short_text CHECK (VALUE LIKE '+%');
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE masked (
        id int PRIMARY KEY, c_text text, c_varchar varchar, c_varchar20 varchar(20), c_char char(30), c_name name,
        c_text_c text COLLATE "C", c_citext citext, c_phone phone, c_int2 int2, c_int4 int4, c_int8 int8,
        c_numeric numeric, c_numeric102 numeric(10,2), c_float4 float4, c_float8 float8, c_date date,
        c_timestamp timestamp, c_timestamp3 timestamp(3), c_timestamptz timestamptz, c_timestamptz0 timestamptz(0),
        c_time time, c_time2 time(2), c_timetz timetz, c_interval interval, c_interval_hm interval hour to minute,
        c_interval2 interval(2), c_bool bool, c_uuid uuid, c_json json, c_jsonb jsonb, c_bytea bytea, c_inet inet,
        c_cidr cidr, c_macaddr macaddr, c_bit bit(3), c_varbit varbit(5), c_mood mood, c_pair pair, c_point point,
        c_range int4range, c_xml xml, c_money money, c_tsvector tsvector, c_texts text[], c_varchars varchar(5)[],
        c_ints int[], c_moods mood[]);
    INSERT INTO masked VALUES
        (1, '+628123456789', '+628123456789', '+628123456789', '+628123456789', '+628123456789', '+628123456789',
        '+628123456789', '+628123456789', 12345, 1234567, 1234567890123, 1234567.891, 1234567.89, 1234567, 1234567.5,
        '1999-12-31', '1999-12-31 23:59:58', '1999-12-31 23:59:58', '1999-12-31 23:59:58Z', '1999-12-31 23:59:58Z',
        '23:59:58', '23:59:58', '23:59:58+07', '5 days 13:14:15', '13:14', '5 days 13:14:15.25', true,
        '12345678-1234-1234-1234-123456789012', '{"a": 1}', '{"a": 1}', '\xdeadbeef', '10.1.2.3', '10.1.0.0/16',
        '08:00:2b:01:02:03', '101', '10110', 'happy', '(1,x)', '(1,2)', '[1,5)', '<a/>', 12.50, 'a b', '{x,y}', '{x}',
        '{1,2}', '{sad}');
    INSERT INTO masked (id) VALUES (2);
    INSERT INTO masked (id, c_text) SELECT n, 'person ' || n FROM generate_series(3, 5000) n;
    ANALYZE masked;
)";

std::vector<std::vector<std::string>> rows(const std::string& select) {
    const std::string packed = PrivatePostgres::shared().value_of(
        "SELECT string_agg(r::text, E'\\n') FROM (" + select + ") q(r)", "masks");
    std::vector<std::vector<std::string>> found;
    std::istringstream lines(packed);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> fields;
        std::istringstream parts(line);
        for (std::string field; std::getline(parts, field, '|');)
            fields.push_back(field);
        found.push_back(fields);
    }
    return found;
}

sql::Oid oid(const std::string& text) { return static_cast<sql::Oid>(std::stoul(text)); }

struct Database {
    Database() {
        PrivatePostgres::shared().execute("CREATE DATABASE masks");
        PrivatePostgres::shared().execute(schema, "masks");
        for (const auto& r : rows(
                 "SELECT concat_ws('|', t.oid, nspname, typname, typtype, typcategory, typbasetype, typelem, "
                 "EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')) "
                 "FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace")) {
            catalog.add(sql::Type{.oid = oid(r[0]),
                                  .schema = r[1],
                                  .name = r[2],
                                  .kind = r[3][0],
                                  .category = r[4][0],
                                  .base = oid(r[5]),
                                  .element = oid(r[6]),
                                  .extension = r[7] == "t"});
        }
        for (const auto& r : rows("SELECT concat_ws('|', c.oid, nspname, collname) FROM pg_collation c "
                                  "JOIN pg_namespace n ON n.oid = collnamespace")) {
            catalog.add(sql::Collation{.oid = oid(r[0]), .schema = r[1], .name = r[2]});
        }
        for (const auto& r : rows("SELECT concat_ws('|', attnum, attname, atttypid, atttypmod, attcollation) "
                                  "FROM pg_attribute "
                                  "WHERE attrelid = 'masked'::regclass AND attnum > 1 ORDER BY attnum")) {
            columns.push_back(sql::Column{.number = static_cast<sql::AttributeNumber>(std::stoi(r[0])),
                                          .name = r[1],
                                          .type = oid(r[2]),
                                          .typmod = std::stoi(r[3]),
                                          .collation = oid(r[4])});
        }
    }

    static const Database& get() {
        static const Database database;
        return database;
    }

    sql::Catalog catalog;
    std::vector<sql::Column> columns;
};

std::string value_of(const std::string& sql) { return PrivatePostgres::shared().value_of(sql, "masks"); }

std::string masked(const Mask& mask, const std::string& column) {
    for (const sql::Column& found : Database::get().columns) {
        if (found.name == column)
            return *sql::mask_expression(mask, found, '"' + column + '"', Database::get().catalog);
    }
    return "no such column";
}

struct MaskCase {
    const char* name;
    Mask mask;
    int fits;  // on how many of the columns
};

void check_on_every_type(const MaskCase& mask_case) {
    const Database& database = Database::get();
    int fits = 0;
    for (const sql::Column& column : database.columns) {
        SCOPED_TRACE(column.name);
        const std::string name = sql::print::quote_identifier(column.name);
        const auto expression = sql::mask_expression(mask_case.mask, column, name, database.catalog);
        EXPECT_EQ(expression.has_value(),
                  sql::check_mask(mask_case.mask, column, database.catalog).has_value());
        if (!expression) continue;
        ++fits;
        SCOPED_TRACE(*expression);
        PrivatePostgres::shared().execute("DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT id, " +
                                              *expression + " AS m, " + name + " AS raw FROM masked",
                                          "masks");
        // A partial index takes immutable functions only, but no sub-query: that is how arrays are masked.
        if (expression->find("unnest") == std::string::npos)
            PrivatePostgres::shared().execute(
                "DROP INDEX IF EXISTS immutable; CREATE INDEX immutable ON masked (id) WHERE (" +
                    *expression + ") IS NULL",
                "masks");
        const bool domain = database.catalog.type(column.type)->kind == 'd';
        EXPECT_EQ(value_of("SELECT count(DISTINCT (" + std::string(domain ? "" : "atttypid, ") +
                           "atttypmod, attcollation)) FROM pg_attribute "
                           "WHERE attrelid = 'v'::regclass AND attname IN ('m', 'raw')"),
                  "1");
        if (domain)
            EXPECT_EQ(value_of("SELECT atttypid::regtype FROM pg_attribute WHERE attrelid = 'v'::regclass "
                               "AND attname = 'm'"),
                      "text");
        EXPECT_EQ(value_of("SELECT count(*) FROM v WHERE raw IS NULL AND m IS NOT NULL"), "0");
        EXPECT_EQ(value_of("SELECT count(*) FROM v WHERE id = 1 AND m::text = raw::text"), "0");
        EXPECT_EQ(value_of("EXPLAIN SELECT * FROM (SELECT id, " + *expression +
                           " AS m FROM masked) c WHERE id = 42")
                      .substr(0, 5),
                  "Index");
    }
    EXPECT_EQ(fits, mask_case.fits);
}

// One test, one server: each case by itself would start its own.
TEST(MaskOnEveryType, KeepsTypeAndNullAndHidesTheValue) {
    const std::array cases{MaskCase{"null", mask::Null{}, 47},
                           MaskCase{"redact", mask::Redact{}, 47},
                           MaskCase{"keep_first", mask::KeepFirst{3}, 10},
                           MaskCase{"keep_last", mask::KeepLast{4}, 10},
                           MaskCase{"email", mask::Email{}, 10},
                           MaskCase{"initials", mask::Initials{}, 10},
                           MaskCase{"year", mask::Truncate{"year"}, 5},
                           MaskCase{"hour", mask::Truncate{"hour"}, 9},
                           MaskCase{"thousand", mask::Truncate{"1000"}, 8},
                           MaskCase{"constant_word", mask::Constant{"hidden"}, 10},
                           MaskCase{"constant_number", mask::Constant{"7"}, 18},
                           MaskCase{"constant_date", mask::Constant{"2000-01-01"}, 15}};
    for (const MaskCase& mask_case : cases) {
        SCOPED_TRACE(mask_case.name);
        check_on_every_type(mask_case);
    }
}

struct ValueCase {
    const char* name;
    Mask mask;
    const char* column;
    const char* value;
    const char* masked;
};

void check_value(const ValueCase& c) {
    SCOPED_TRACE(c.name);
    const std::string row = "(SELECT (jsonb_populate_record(null::masked, jsonb_build_object(" +
                            sql::print::quote_string(c.column) + ", " + sql::print::quote_string(c.value) +
                            "::text))).*) masked";
    EXPECT_EQ(value_of("SELECT " + masked(c.mask, c.column) + " FROM " + row), c.masked);
}

TEST(MaskedValue, LooksAsTheManualSays) {
    const std::array cases{
        ValueCase{"phone", mask::KeepLast{4}, "c_text", "+6281234567", "***4567"},
        ValueCase{"phones", mask::KeepLast{4}, "c_texts", "{+6281234567,NULL,12}", "{***4567,NULL,***}"},
        ValueCase{"no_phones", mask::KeepLast{4}, "c_texts", "{}", "{}"},
        ValueCase{"table_of_phones", mask::KeepLast{4}, "c_texts", "{{+6281234567,1},{2,3}}",
                  "{{NULL,NULL},{NULL,NULL}}"},
        ValueCase{"amounts", mask::Truncate{"1000"}, "c_ints", "{1234,NULL}", "{1000,NULL}"},
        ValueCase{"short_phone", mask::KeepLast{4}, "c_text", "12345678", "***"},
        ValueCase{"first", mask::KeepFirst{2}, "c_text", "Jakarta", "Ja***"},
        ValueCase{"short_first", mask::KeepFirst{2}, "c_text", "Bali", "***"},
        ValueCase{"cut_to_the_columns_length", mask::KeepLast{20}, "c_varchar20", "12345678901234567890",
                  "***"},
        ValueCase{"email", mask::Email{}, "c_text", "siti@example.com", "s***@example.com"},
        ValueCase{"email_of_one_letter", mask::Email{}, "c_text", "s@example.com", "***@example.com"},
        ValueCase{"email_without_at", mask::Email{}, "c_text", "siti", "***"},
        ValueCase{"empty_email", mask::Email{}, "c_text", "", "***"},
        ValueCase{"email_with_a_quoted_part", mask::Email{}, "c_text", "\"a@secret\"@example.com",
                  "\"***@example.com"},
        ValueCase{"initials", mask::Initials{}, "c_text", "Siti Wahyuni", "S. W."},
        ValueCase{"one_name", mask::Initials{}, "c_text", "Siti", "S."},
        ValueCase{"four_names", mask::Initials{}, "c_text", " Siti Nur Wahyuni Putri", "S. N. W."},
        ValueCase{"empty_name", mask::Initials{}, "c_text", " ", ""},
        ValueCase{"double_blank", mask::Initials{}, "c_text", "Siti  Wahyuni", "S. W."},
        ValueCase{"umlaut", mask::Initials{}, "c_text", "Äni Ölson", "Ä. Ö."},
        ValueCase{"birthday", mask::Truncate{"year"}, "c_date", "1999-12-31", "1999-01-01"},
        ValueCase{"last_time_of_a_day", mask::Truncate{"day"}, "c_timestamp", "1999-12-31 23:59:59",
                  "1999-12-31 00:00:00"},
        ValueCase{"hour", mask::Truncate{"hour"}, "c_time", "23:59:58", "23:00:00"},
        ValueCase{"amount", mask::Truncate{"1000"}, "c_numeric102", "123456.78", "123000.00"},
        ValueCase{"debt", mask::Truncate{"1000"}, "c_int4", "-1234", "-1000"},
        ValueCase{"small", mask::Truncate{"100000"}, "c_int2", "12345", "0"},
        ValueCase{"float", mask::Truncate{"10"}, "c_float8", "129.5", "120"},
        ValueCase{"constant", mask::Constant{"it's \\ me"}, "c_text", "x", "it's \\ me"},
        ValueCase{"redacted_json", mask::Redact{}, "c_jsonb", "{\"a\": 1}", "{}"},
        ValueCase{"redacted_text", mask::Redact{}, "c_citext", "x", "***"}};
    for (const ValueCase& value_case : cases)
        check_value(value_case);
}

}  // namespace
