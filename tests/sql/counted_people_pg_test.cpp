// Hidden keys name exactly the people who stand behind the rows.
#include <gmock/gmock.h>

#include "tests/sql/rewrite_on_server.hpp"

namespace {

using namespace tests;

TEST_F(Rewrite, TellsExactlyThePeopleWhoStandBehindTheRows) {
    struct KeyCase {
        const char* sql;
        const char* oracle;
    };
    sql::Treatment treatment = masked_treatment();
    treatment.counted = {"customer"};
    for (
        const KeyCase& one : {
            KeyCase{"SELECT full_name FROM customers WHERE id < 5", "SELECT id FROM customers WHERE id < 5"},
            KeyCase{"SELECT kind FROM kyc.documents WHERE id < 5",
                    "SELECT customer_id FROM kyc.documents WHERE id < 5"},
            KeyCase{"SELECT t.subject, c.city FROM support.tickets t LEFT JOIN customers c ON c.id = "
                    "t.customer_id AND c.id < 9",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 41"},
            KeyCase{"SELECT city, count(*) FROM customers GROUP BY city HAVING city LIKE 'J%'",
                    "SELECT id FROM customers WHERE city LIKE 'J%'"},
            KeyCase{"SELECT string_agg(full_name, ',') FROM customers WHERE id > 30",
                    "SELECT id FROM customers WHERE id > 30"},
            KeyCase{
                "SELECT max(n) FROM (SELECT city, count(*) n FROM customers WHERE id < 9 GROUP BY city) x",
                "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT DISTINCT city FROM customers WHERE id < 4", "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT DISTINCT ON (city) id FROM customers ORDER BY city, id",
                    "SELECT min(id) FROM customers GROUP BY city"},
            KeyCase{"SELECT id FROM customers ORDER BY id DESC LIMIT 3", "SELECT unnest(ARRAY[38, 39, 40])"},
            KeyCase{"SELECT lag(full_name) OVER (ORDER BY id) FROM customers ORDER BY id DESC LIMIT 2",
                    "SELECT unnest(ARRAY[38, 39, 40])"},
            KeyCase{"SELECT string_agg(full_name, '') OVER w FROM customers WINDOW w AS (ORDER BY id) ORDER "
                    "BY id LIMIT 3",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT telp FROM vip", "SELECT generate_series(1, 9)"},
            KeyCase{"SELECT people FROM per_city WHERE city = 'Jakarta'",
                    "SELECT id FROM customers WHERE city = 'Jakarta'"},
            KeyCase{"SELECT id FROM customers WHERE id = 1 UNION ALL SELECT customer_id FROM kyc.documents "
                    "WHERE id = 2 UNION ALL SELECT 77",
                    "SELECT 1 UNION SELECT customer_id FROM kyc.documents WHERE id = 2"},
            KeyCase{"WITH a AS (SELECT * FROM customers WHERE id IN (1, 2)) SELECT x.id FROM a x, a y WHERE "
                    "x.id < y.id",
                    "SELECT unnest(ARRAY[1, 2])"},
            KeyCase{"SELECT subject FROM support.tickets WHERE customer_id IN (SELECT id FROM customers "
                    "WHERE id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT subject FROM support.tickets t WHERE EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.id = t.customer_id AND c.id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT id FROM support.tickets t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.id = t.customer_id AND c.id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT id FROM support.tickets t WHERE t.customer_id NOT IN (SELECT id FROM customers "
                    "WHERE id < 6)",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT t.id FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                    "c.id < 6 WHERE c.id IS NULL",
                    "SELECT customer_id FROM support.tickets WHERE customer_id >= 6"},
            KeyCase{"SELECT t.id, (SELECT count(*) FROM kyc.documents d WHERE d.customer_id = t.customer_id "
                    "AND d.kind = 'none') FROM support.tickets t",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT t.id, x.n FROM support.tickets t, LATERAL (SELECT count(*) AS n FROM "
                    "kyc.documents d WHERE d.customer_id = t.customer_id AND d.kind = 'none') x",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT t.id, x.n FROM support.tickets t LEFT JOIN (SELECT customer_id, count(*) AS n "
                    "FROM kyc.documents WHERE id < 3 GROUP BY customer_id) x ON x.customer_id = "
                    "t.customer_id",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT g FROM generate_series(1, 9) g WHERE NOT EXISTS (SELECT FROM customers c WHERE "
                    "c.id = g AND c.city = 'Nowhere')",
                    "SELECT generate_series(1, 9)"},
            KeyCase{"SELECT id FROM support.tickets t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE "
                    "c.city = 'Nowhere')",
                    "SELECT 'nobody'::text"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g (n) LEFT JOIN customers c ON c.id = g.n AND "
                    "c.city = 'Nowhere'",
                    "SELECT generate_series(1, 9)"},
            KeyCase{"SELECT count(*) FROM customers", "SELECT 1 WHERE false"},
            KeyCase{"SELECT count(*) FROM (SELECT DISTINCT id, city FROM customers ORDER BY id) x",
                    "SELECT 1 WHERE false"},
            KeyCase{"SELECT count(*) FROM (SELECT CASE WHEN id = 4 THEN city END FROM customers) x",
                    "SELECT id FROM customers"},
            KeyCase{"SELECT count(*) FILTER (WHERE id < 4) FROM customers", "SELECT id FROM customers"},
            KeyCase{"SELECT count(phone) FROM customers", "SELECT id FROM customers"},
            KeyCase{"SELECT count(*) FROM customers WHERE city = 'Nowhere'", "SELECT 'nobody'::text"},
            KeyCase{"SELECT city FROM customers WHERE id < 4 UNION SELECT kind FROM kyc.documents WHERE "
                    "customer_id = 9",
                    "SELECT unnest(ARRAY[1, 2, 3]) UNION SELECT customer_id FROM kyc.documents WHERE "
                    "customer_id = 9"},
            KeyCase{"SELECT city FROM customers WHERE id < 4 UNION SELECT 'x' UNION ALL SELECT city FROM "
                    "customers WHERE id = 5",
                    "SELECT unnest(ARRAY[1, 2, 3, 5])"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 INTERSECT SELECT customer_id FROM kyc.documents "
                    "WHERE customer_id < 12",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 EXCEPT SELECT g FROM generate_series(1, 5) g",
                    "SELECT generate_series(6, 8)"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g EXCEPT SELECT id FROM customers WHERE id < 6",
                    "SELECT generate_series(6, 9)"},
            KeyCase{"SELECT g FROM generate_series(1, 9) AS g EXCEPT SELECT max(id) FROM customers",
                    "SELECT 'nobody'::text"},
            KeyCase{"(SELECT city FROM customers WHERE id < 3 UNION VALUES ('x')) INTERSECT SELECT city FROM "
                    "customers WHERE id = 1 ORDER BY 1 LIMIT 1",
                    "SELECT id FROM customers WHERE id < 3 AND city = (SELECT city FROM customers WHERE id "
                    "= 1)"},
            KeyCase{"SELECT DISTINCT city, count(*) FROM customers WHERE id < 6 GROUP BY city, id ORDER BY "
                    "count(*), city DESC NULLS LAST LIMIT 99",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT DISTINCT rank() OVER (ORDER BY city) AS r FROM customers WHERE id < 6 ORDER BY r",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT DISTINCT generate_series(1, 2) FROM customers WHERE id < 3",
                    "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT count(*) FROM (SELECT DISTINCT city, id FROM customers WHERE id < 6) x",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT id FROM customers WHERE id = 1 UNION ALL VALUES (1), (2)", "SELECT 1"},
            KeyCase{"VALUES ((SELECT full_name FROM customers WHERE id = 7)), ('x')", "SELECT 7"},
            KeyCase{"SELECT FROM customers WHERE id < 3", "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT (SELECT full_name FROM customers ORDER BY id DESC LIMIT 1)", "SELECT 40"},
            KeyCase{"SELECT t.id, (SELECT d.kind FROM kyc.documents d WHERE d.customer_id = t.customer_id "
                    "ORDER BY d.id DESC LIMIT 1) FROM support.tickets t WHERE t.customer_id < 9",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 9"},
            KeyCase{"SELECT (SELECT DISTINCT ON (city) full_name FROM customers WHERE id = 4)", "SELECT 4"},
            KeyCase{"SELECT 1 WHERE 'x' NOT IN (SELECT full_name FROM customers WHERE id < 3 UNION SELECT "
                    "kind FROM kyc.documents WHERE customer_id = 9)",
                    "SELECT unnest(ARRAY[1, 2]) UNION SELECT customer_id FROM kyc.documents WHERE "
                    "customer_id = 9"},
            KeyCase{"SELECT g FROM generate_series(1, 99) g LIMIT (SELECT count(*) FROM customers WHERE id "
                    "< 5)",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT EXISTS (SELECT FROM customers WHERE id = 3 LIMIT 1)", "SELECT 3"},
            KeyCase{
                "WITH u AS (SELECT id FROM customers WHERE id < 3 UNION SELECT 99) SELECT count(*) FROM u",
                "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT subject, c.city FROM support.tickets t FULL JOIN customers c ON c.id = "
                    "t.customer_id AND t.id = 1 WHERE t.id < 3",
                    "SELECT '4' UNION SELECT 'nobody'"},
            KeyCase{"SELECT (SELECT full_name FROM customers WHERE id = 3), (SELECT count(*) FROM customers "
                    "WHERE id < 3)",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT status, count(*) FROM support.tickets WHERE customer_id IN (SELECT id FROM "
                    "customers WHERE id < 6) GROUP BY status",
                    "SELECT customer_id FROM support.tickets WHERE customer_id < 6"},
            KeyCase{"SELECT ARRAY(SELECT d.kind FROM kyc.documents d WHERE d.customer_id IN (SELECT id FROM "
                    "customers WHERE id < 9))",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"WITH a AS (SELECT * FROM customers WHERE id < 4) SELECT (SELECT string_agg(full_name, "
                    "',') FROM a)",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT * FROM unnest(ARRAY(SELECT full_name FROM customers WHERE id = 3))", "SELECT 3"},
            KeyCase{"SELECT subject FROM support.tickets", "SELECT 1 WHERE false"},
            KeyCase{"SELECT id FROM customers WHERE phone = '+62811000012'", "SELECT 12"},
            KeyCase{"SELECT j.city FROM (customers c JOIN kyc.documents d ON d.customer_id = c.id) AS j (n) "
                    "WHERE j.n < 9",
                    "SELECT customer_id FROM kyc.documents WHERE customer_id < 9"},
            KeyCase{"SELECT row_to_json(t) FROM (SELECT full_name FROM customers WHERE id < 4) t",
                    "SELECT generate_series(1, 3)"},
            KeyCase{"SELECT x.* FROM (SELECT count(*), 1 + 1, 2 + 2 FROM customers WHERE id < 3) x",
                    "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT t.id, c FROM support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                    "c.id < 9",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 ORDER BY id OFFSET 5",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT id FROM customers WHERE id < 9 ORDER BY id LIMIT 2 OFFSET 3",
                    "SELECT generate_series(1, 5)"},
            KeyCase{"SELECT * FROM (SELECT id FROM customers WHERE id < 9 ORDER BY id OFFSET 3 LIMIT 1) x",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT x.* FROM (SELECT id, city FROM customers UNION SELECT id, city FROM customers) x "
                    "WHERE id < 9 ORDER BY id OFFSET 3 FETCH NEXT ROW ONLY",
                    "SELECT generate_series(1, 4)"},
            KeyCase{"SELECT city, count(*) FROM customers WHERE id < 9 GROUP BY city ORDER BY city OFFSET 1",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT DISTINCT city FROM customers WHERE id < 9 ORDER BY city OFFSET 2",
                    "SELECT generate_series(1, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM customers WHERE id < "
                "9) x WHERE n BETWEEN 3 AND 4",
                "SELECT generate_series(1, 4)"},
            KeyCase{
                "SELECT id, rank() OVER w FROM customers WHERE id < 9 WINDOW w AS (ORDER BY id DESC) ORDER "
                "BY id DESC LIMIT 3",
                "SELECT generate_series(6, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, ntile(3) OVER w FROM customers WHERE id < 9 WINDOW w AS (ORDER BY "
                "id)) x WHERE id = 1",
                "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT * FROM (SELECT id, cume_dist() OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                    "WHERE id = 1",
                    "SELECT generate_series(1, 8)"},
            KeyCase{"SELECT * FROM (SELECT id, lag(id, 2) OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                    "WHERE id = 5",
                    "SELECT generate_series(1, 8)"},
            KeyCase{
                "SELECT * FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) FROM customers WHERE id < 9) x "
                "WHERE id = 5",
                "SELECT generate_series(4, 5)"},
            KeyCase{
                "SELECT * FROM (SELECT id, nth_value(id, 2) OVER (ORDER BY id) FROM customers WHERE id < 9) "
                "x WHERE id = 5",
                "SELECT generate_series(1, 5)"},
            KeyCase{
                "SELECT * FROM (SELECT id, first_value(id) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND "
                "CURRENT ROW) FROM customers WHERE id < 9) x WHERE id = 5",
                "SELECT generate_series(3, 5)"},
            KeyCase{"SELECT id, rank() OVER (ORDER BY id) FROM customers WHERE id IN (3, 5)",
                    "SELECT 3 UNION SELECT 5"},
            KeyCase{"SELECT t.id FROM support.tickets t LEFT JOIN (customers c JOIN kyc.documents d ON "
                    "d.customer_id = c.id AND c.id < 4) AS j (n) ON j.n = t.customer_id",
                    "SELECT customer_id FROM support.tickets"},
            KeyCase{
                "SELECT j.city FROM (support.tickets t LEFT JOIN customers c ON c.id = t.customer_id AND "
                "c.id < 4) AS j",
                "SELECT customer_id::text FROM support.tickets WHERE customer_id < 4 UNION SELECT 'nobody'"},
            KeyCase{"SELECT FROM customers WHERE id < 3", "SELECT generate_series(1, 2)"},
            KeyCase{"SELECT c.city FROM customers c TABLESAMPLE bernoulli (100) WHERE c.id < 3",
                    "SELECT generate_series(1, 2)"},
            KeyCase{
                "WITH RECURSIVE r AS (SELECT id, full_name AS names FROM customers WHERE id = 1 UNION ALL "
                "SELECT c.id, names || c.full_name FROM r JOIN customers c ON c.id = r.id + 1 WHERE c.id < "
                "5) SELECT names FROM r ORDER BY id DESC LIMIT 1",
                "SELECT generate_series(1, 4)"},
            KeyCase{"WITH RECURSIVE r AS (SELECT 1 AS n, '' AS names UNION ALL SELECT n + 1, names || "
                    "q.full_name "
                    "FROM (SELECT c.full_name, r.* FROM r, customers c WHERE c.id = r.n + 4) q WHERE n < 4) "
                    "SELECT names FROM r WHERE n = 4",
                    "SELECT generate_series(5, 7)"},
            KeyCase{"SELECT (SELECT string_agg(c.full_name, ',')) FROM customers c WHERE c.id < 3",
                    "SELECT generate_series(1, 2)"},
        }) {
        SCOPED_TRACE(one.sql);
        const auto printed = print(one.sql, treatment);
        ASSERT_TRUE(printed) << printed.error().message;
        const Answer answer = ask(masked_.get(), printed->text);
        ASSERT_EQ(answer.error, "") << printed->text;
        std::set<std::string> keys;
        const std::size_t shown = answer.columns.size() - printed->cut_columns();
        for (const auto& row : answer.rows) {
            for (std::size_t h = 0; h < printed->hidden.size(); ++h) {
                const sql::HiddenColumn& key = printed->hidden[h];
                const std::size_t at = key.shown_at ? key.shown_at->column : shown + h;
                collect_keys(raw_.get(), row[at], key.array_depth, keys);
            }
        }
        std::set<std::string> expected;
        for (const auto& row : ask(raw_.get(), one.oracle).rows)
            expected.insert(row[0]);
        EXPECT_EQ(keys, expected) << printed->text;
    }
}

TEST_F(Rewrite, WhatEqualsAMaskAsksAboutNobodyInParticular) {
    sql::Treatment treatment = masked_treatment();
    treatment.counted = {"customer"};
    const auto whom = [&](const std::string& condition) -> std::set<std::string> {
        std::set<std::string> keys;
        const auto printed =
            print("SELECT g.id FROM generate_series(101, 103) AS g (id) LEFT JOIN customers c " + condition,
                  treatment);
        if (!printed) return {printed.error().message};
        for (const auto& row : ask(masked_.get(), printed->text).rows)
            collect_keys(raw_.get(), row.at(1), printed->hidden.at(0).array_depth, keys);
        return keys;
    };
    const std::vector<std::string> conditions = {"ON c.id = g.id", "USING (id)"};
    for (const std::string& condition : conditions)
        EXPECT_THAT(whom(condition), testing::ElementsAre("101", "102", "103")) << condition;
    for (auto& shared : treatment.relations) {
        sql::RelationTreatment& relation = tests::own_copy(shared);
        const sql::Relation* found = catalog_->relation(relation.relation);
        if (found->name == "customers")
            relation.columns[found->column("id")->number] = sql::Masked{sql::mask::Null{}};
    }
    for (const std::string& condition : conditions)
        EXPECT_THAT(whom(condition), testing::ElementsAre("nobody")) << condition;
}

}  // namespace
