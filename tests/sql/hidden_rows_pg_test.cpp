// What conditions, groups and differences must not tell of rows that are not shown.
#include <gmock/gmock.h>

#include "tests/sql/own_treatment.hpp"
#include "tests/sql/rewrite_on_server.hpp"

namespace {

using namespace tests;

TEST_F(Rewrite, HidesRowsFromConditionsThatWouldTellOfThem) {
    sql::Treatment treatment = masked_treatment();
    treatment.user = "agent1";
    tests::own_copy(treatment.relations[0]).row_filter =
        "id IN (SELECT customer_id FROM support.tickets WHERE assignee = :user)";
    const sql::Treatment& filtered = treatment;
    const std::string visible = "SELECT customer_id FROM support.tickets WHERE assignee = 'agent1'";
    const auto rows = [&](const std::string& sql) {
        const auto printed = print(sql, filtered);
        EXPECT_TRUE(printed) << sql << ": " << printed.error().message;
        return printed ? ask(masked_.get(), printed->text) : Answer{};
    };
    EXPECT_EQ(
        rows("SELECT id FROM customers ORDER BY id").rows,
        ask(raw_.get(), "SELECT DISTINCT id FROM customers WHERE id IN (" + visible + ") ORDER BY id").rows);
    // An expression that fails on every invisible row must not fail.
    for (const char* sql :
         {"SELECT count(*) FROM customers c WHERE 1 / (CASE WHEN c.id IN (SELECT customer_id FROM "
          "support.tickets WHERE assignee = 'agent1') THEN 1 ELSE 0 END) > 0",
          "SELECT count(*) FROM (SELECT * FROM customers) c WHERE 1 / (CASE WHEN c.id = ANY (ARRAY(SELECT "
          "customer_id FROM support.tickets WHERE assignee = 'agent1')) THEN 1 ELSE 0 END) > 0"}) {
        EXPECT_EQ(rows(sql).error, "") << sql;
    }
    // Behind the barrier that such an expression needs, every visible row would be locked.
    const auto locked = print("SELECT id FROM customers WHERE 1 / (id - 42) > 0 FOR UPDATE", filtered);
    ASSERT_FALSE(locked);
    EXPECT_EQ(locked.error().code, sql::Errc::unsupported);
    EXPECT_TRUE(print("SELECT id FROM customers WHERE id = 42 FOR UPDATE", filtered));
}

TEST_F(Rewrite, GivesAggregatesOfGroupsOfEnoughPeopleAsTheyAre) {
    sql::Treatment treatment = masked_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{8};  // each city has ten people
    for (
        const char* sql :
        {"SELECT city, count(*) FROM customers GROUP BY city ORDER BY city",
         "SELECT count(*) FROM customers",
         "SELECT city, count(*) FROM customers WHERE city LIKE 'J%' GROUP BY 1 ORDER BY 2, 1",
         "SELECT count(*) FROM customers WHERE city <> 'Bandung' AND 1 = 1",
         "SELECT count(*) FROM customers WHERE created_at < timestamptz '2024-07-01 00:00Z'",
         "SELECT count(*) FROM customers WHERE created_at BETWEEN timestamptz '2024-04-01 00:00Z' AND "
         "timestamptz "
         "'2024-09-01 00:00Z' AND city IN ('Jakarta', 'Bandung', 'Surabaya', 'Jayapura')",
         "SELECT count(*) FILTER (WHERE city = 'Bandung') AS b, count(*) FROM customers",
         "SELECT count(*) FILTER (WHERE city = 'Bandung') FROM customers WHERE city IN ('Bandung', "
         "'Jakarta')",
         "SELECT date_trunc('year', created_at) AS y, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT extract(year FROM created_at) AS y, count(*) FROM customers GROUP BY extract(year FROM "
         "created_at)",
         "SELECT CASE WHEN city LIKE 'J%' THEN 'J' ELSE 'other' END AS c, count(*) FROM customers GROUP BY 1 "
         "ORDER BY 1",
         "SELECT c.city, sum(t.amount * 1.0), avg(t.amount)::numeric(10, 2) FROM customers c JOIN "
         "billing.transactions t ON t.customer_id = c.id GROUP BY c.city HAVING count(*) > 3 ORDER BY c.city",
         "SELECT c.city, count(*), round(stddev(coalesce(t.amount, 0)), 3) FROM customers c JOIN "
         "billing.transactions t ON t.customer_id = c.id GROUP BY ROLLUP (c.city) ORDER BY 2, 1",
         "SELECT min(city), max(city), count(*) FROM customers GROUP BY city ORDER BY city",
         "SELECT date_trunc('quarter', created_at)::date AS q, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT to_char(created_at, 'YYYY') AS y, count(*) FROM customers GROUP BY 1 ORDER BY 1",
         "SELECT width_bucket(amount, 0, 1000000000, 1) AS b, count(*) FROM billing.transactions GROUP BY 1 "
         "ORDER BY 1",
         "SELECT CASE WHEN count(*) > 9 THEN 'many' ELSE 'few' END FROM customers c GROUP BY c.city",
         "SELECT count(*) FROM customers c, kyc.documents d WHERE d.customer_id = c.id",
         "WITH x AS (SELECT city, count(*) AS n FROM customers GROUP BY city) SELECT max(n), array_agg(n) "
         "FROM x",
         "SELECT sum(x.n) FROM (SELECT city, count(*) AS n FROM customers GROUP BY city) x",
         "SELECT city, count(*), round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent FROM "
         "customers "
         "GROUP BY city ORDER BY percent DESC, city",
         "SELECT sum(CASE WHEN city = 'Bandung' THEN 1 ELSE 0 END) AS b, count(CASE WHEN city <> 'Bandung' "
         "THEN id END) "
         "FROM customers",
         "SELECT c.city, sum(CASE WHEN c.city <> 'Jakarta' THEN t.amount ELSE 0 END) / nullif(sum(t.amount), "
         "0) AS share "
         "FROM customers c JOIN billing.transactions t ON t.customer_id = c.id WHERE c.city LIKE 'J%' GROUP "
         "BY 1 ORDER BY 1",
         "SELECT avg(CASE WHEN c.city IN ('Bandung', 'Jakarta') AND c.created_at > timestamptz '2000-01-01 "
         "00:00Z' THEN t.amount END) FILTER (WHERE c.city <> 'Surabaya') FROM customers c JOIN "
         "billing.transactions t ON t.customer_id = c.id",
         "SELECT city, sum(count(*)) OVER w, rank() OVER w, lag(count(*), 1, 0::bigint) OVER w FROM "
         "customers GROUP BY "
         "city WINDOW w AS (ORDER BY city ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) ORDER BY 1",
         "SELECT date_trunc('year', created_at) AS y, avg(count(*)) OVER (PARTITION BY min(city) ORDER BY "
         "date_trunc('year', created_at) ROWS 2 PRECEDING) FROM customers WHERE city LIKE 'J%' GROUP BY 1, "
         "city ORDER BY 1",
         "SELECT city, count(*) FROM customers GROUP BY city ORDER BY row_number() OVER (ORDER BY count(*), "
         "city) DESC",
         "SELECT city, extract(year FROM created_at) AS y, count(*) FROM customers GROUP BY ROLLUP (city, y) "
         "ORDER BY 1, 2",
         "SELECT date_trunc('year', created_at), count(*) FROM customers GROUP BY 1 ORDER BY "
         "date_trunc('year', created_at)",
         "SELECT floor(extract(epoch FROM created_at) / 315360000.0) * 315360000 AS t, count(*) FROM "
         "customers "
         "GROUP BY 1 ORDER BY 1",
         "SELECT extract(year FROM created_at)::int / 10 * 10 AS decade, count(*) FROM customers GROUP BY 1 "
         "ORDER BY 1",
         "SELECT date_bin('4000 days', created_at, timestamptz '2020-01-01'), count(*) FROM customers GROUP "
         "BY "
         "1 ORDER BY 1",
         "SELECT floor((amount - 0.0) / 1000000.0) * 1000000.0 + 0.0 AS b, count(*) FROM "
         "billing.transactions "
         "GROUP BY 1 ORDER BY 1",
         "SELECT DISTINCT city FROM customers ORDER BY city",
         "SELECT city, count(*) FROM (SELECT * FROM customers) AS v GROUP BY city ORDER BY 1",
         "WITH c AS (SELECT * FROM customers), t AS (SELECT * FROM billing.transactions) SELECT c.city, "
         "sum(t.amount) FROM c JOIN t ON t.customer_id = c.id WHERE c.city <> 'x' GROUP BY c.city ORDER BY 1",
         "SELECT v.city, count(*) FROM (SELECT c.id, c.city FROM public.customers c WHERE c.city <> 'x') AS "
         "v "
         "WHERE v.city LIKE 'J%' OR v.city = 'Bandung' GROUP BY v.city ORDER BY 1",
         "SELECT c.city, count(*) FROM (SELECT * FROM (SELECT id, city FROM customers) a) c JOIN (SELECT * "
         "FROM "
         "billing.transactions) t ON t.customer_id = c.id GROUP BY c.city ORDER BY 1"}) {
        SCOPED_TRACE(sql);
        const auto printed = print(sql, treatment);
        if (!printed) {
            ADD_FAILURE() << printed.error().message;
            continue;
        }
        EXPECT_EQ(ask(masked_.get(), printed->text), ask(raw_.get(), sql)) << printed->text;
    }
}

// Beside `SELECT count(*) FROM customers` and its kind, which are answered, each of these would tell of one
// person.
TEST_F(Rewrite, AnswersNothingWhoseDifferenceIsOnePerson) {
    sql::Treatment treatment = masked_treatment();
    treatment.aggregates_only = sql::AggregatesOnly{8};
    for (
        const char* sql :
        {"SELECT city, count(*) FROM customers WHERE id < 30 GROUP BY city",
         "SELECT city, count(*), round(stddev(coalesce(id, 0)), 3) FROM customers GROUP BY ROLLUP (city)",
         "SELECT avg(CASE WHEN city IN ('Bandung', 'Jakarta') THEN id END) FROM customers",
         "SELECT id, count(*) FROM customers GROUP BY id",
         "SELECT width_bucket(id, 0, 1000, 5) AS b, count(*) FROM customers GROUP BY 1",
         "SELECT floor(id / 1000) AS b, count(*) FROM customers GROUP BY 1",
         "SELECT extract(year FROM created_at)::int * 1000000 AS b, count(*) FROM customers GROUP BY 1",
         "SELECT 1 / extract(day FROM created_at) AS b, count(*) FROM customers GROUP BY 1",
         "SELECT date_part('year', created_at) * 1e300 AS b, count(*) FROM customers GROUP BY 1",
         "SELECT (extract(year FROM created_at) * 1000)::int AS b, count(*) FROM customers GROUP BY 1",
         "SELECT date_bin('1 day', created_at, timestamptz '294000-01-01') AS b, count(*) FROM customers "
         "GROUP BY 1",
         "SELECT created_at + interval '290000 years' AS b, count(*) FROM customers GROUP BY 1",
         "SELECT count(*) FROM customers WHERE floor(extract(epoch FROM created_at) / 100) = 5",
         "SELECT city, count(*) FROM (SELECT * FROM customers WHERE id <> 4) x GROUP BY city",
         "WITH x AS (SELECT * FROM customers WHERE id <> 4) SELECT city, count(*) FROM x GROUP BY city",
         "WITH x AS (SELECT city FROM customers LIMIT 500) SELECT city, count(*) FROM x GROUP BY city",
         "SELECT city, count(*) FROM (SELECT id AS city FROM customers) x GROUP BY city",
         "SELECT count(*) FROM (SELECT city FROM customers LIMIT 5) x",
         "SELECT count(*) FROM (SELECT city FROM customers ORDER BY id OFFSET 1) x",
         "SELECT * FROM (SELECT * FROM customers) x",
         "SELECT count(*) FROM customers WHERE to_char(created_at, city) = 'x'",
         "SELECT count(*) FROM customers WHERE width_bucket(id, 4, 5, 1) = 1",
         "SELECT count(*) FROM customers WHERE id <> 4",
         "SELECT count(*) FROM customers WHERE created_at <> timestamptz '2024-01-10 00:00Z'",
         "SELECT count(*) FROM customers WHERE created_at > timestamptz '2024-01-12 00:00Z'",
         "SELECT city, count(*) FROM customers WHERE created_at > timestamptz '2024-01-12 00:00Z' AND city = "
         "'Bandung' GROUP BY city",
         "SELECT count(*) FROM customers WHERE date_trunc('day', created_at) <> timestamptz '2024-01-10 "
         "00:00Z'",
         "SELECT count(*) FILTER (WHERE id = 4) FROM customers",
         "SELECT count(*) FILTER (WHERE created_at = timestamptz '2024-01-10 00:00Z') FROM customers",
         "SELECT count(*) FILTER (WHERE created_at <> timestamptz '2024-01-10 00:00Z') FROM customers",
         "SELECT sum(CASE WHEN id = 4 THEN 1 ELSE 0 END) FROM customers",
         "SELECT sum((id = 4)::int) FROM customers",
         "SELECT CASE WHEN id = 4 THEN 1 END, count(*) FROM customers GROUP BY 1",
         "SELECT id = 4 AS x, count(*) FROM customers GROUP BY x",
         "SELECT count(*) FROM customers WHERE NOT (city <> 'Jakarta' OR id = 4)",
         "SELECT count(*) FROM customers WHERE NOT (city <> 'Jakarta' OR created_at = timestamptz "
         "'2024-01-10 00:00Z')",
         "SELECT count(*) FROM customers c JOIN (VALUES (1), (2), (3), (4), (5), (6), (7), (8)) v (n) ON v.n "
         "= c.id",
         "SELECT count(*) FROM customers c JOIN (SELECT customer_id FROM support.tickets WHERE id <> 4) t ON "
         "t.customer_id = c.id",
         "SELECT count(*) FROM customers c JOIN support.tickets t ON t.customer_id = c.id WHERE "
         "t.customer_id <> 4",
         "SELECT count(*) FROM customers c JOIN support.tickets t ON t.customer_id = c.id AND t.id <> 4",
         "SELECT count(*) FROM customers c JOIN kyc.documents d ON d.customer_id > c.id",
         "SELECT count(*) FROM customers c JOIN customers d USING (phone)",
         "SELECT count(*) FROM customers WHERE id = ANY (ARRAY[1, 2, 3, 4, 5, 6, 7, 8])",
         "SELECT count(*) FROM customers WHERE EXISTS (SELECT FROM support.tickets t WHERE t.customer_id = "
         "id)",
         "SELECT count(*) FROM customers, generate_series(1, 100) g WHERE id = 5",
         "SELECT max(full_name) FROM customers",
         "SELECT min(created_at) FROM customers",
         "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id) FROM customers",
         "SELECT mode() WITHIN GROUP (ORDER BY city) FROM customers",
         "SELECT string_agg(full_name, ',') FROM customers",
         "SELECT array_agg(id) FROM customers",
         "SELECT json_agg(city) FROM customers",
         "SELECT bool_or(city = 'Jakarta') FROM customers",
         "SELECT sum(1 / (id - 42)) FROM customers",
         "SELECT sum(id::int) FROM customers",
         "SELECT sum(id * 1000000000) FROM customers",
         "SELECT sum(id * 1e300) FROM customers",
         "SELECT count(*) FROM customers WHERE 1 / (id - 4) > 0",
         "SELECT count(*) FROM customers WHERE city::int > 0",
         "SELECT city FROM customers",
         "SELECT count(*) OVER () FROM customers",
         "SELECT sum(CASE WHEN created_at = timestamptz '2024-01-10 00:00Z' THEN 1 ELSE 0 END) FROM "
         "customers",
         "SELECT sum(CASE WHEN created_at <> timestamptz '2024-01-10 00:00Z' THEN 1 END) FROM customers",
         "SELECT sum(CASE WHEN city = 'Bandung' THEN 0 WHEN id = 4 THEN 1 END) FROM customers",
         "SELECT sum(CASE created_at WHEN timestamptz '2024-01-10 00:00Z' THEN 1 END) FROM customers",
         "SELECT sum(CASE WHEN city = 'Bandung' THEN CASE WHEN id = 4 THEN 1 END END) FROM customers",
         "SELECT sum(CASE WHEN phone LIKE '%7' THEN 1 ELSE 0 END) FROM customers",
         "SELECT sum(CASE WHEN 1 / (id - 4) > 0 THEN 1 ELSE 0 END) FROM customers",
         "SELECT count(CASE WHEN city = 'Bandung' THEN customers END) FROM customers",
         "SELECT sum(CASE WHEN city = 'Bandung' THEN 1 / (id - 42) END) FROM customers",
         "SELECT regr_count(CASE WHEN id = 4 THEN 1 END, 1) FROM customers",
         "SELECT lag(max(full_name)) OVER () FROM customers GROUP BY city",
         "SELECT rank() OVER (ORDER BY id) FROM customers GROUP BY id",
         "SELECT count(*), id FROM customers GROUP BY GROUPING SETS ((2))",
         "SELECT phone AS city, count(*) FROM customers GROUP BY 1",
         "SELECT id + 0 AS x, count(*) FROM customers GROUP BY x",
         "SELECT city, count(*) FROM customers GROUP BY city, created_at HAVING 1 / (count(*) - 1) > 0",
         "SELECT city, count(*) FROM customers GROUP BY city, created_at HAVING 1 / (count(*) - 1) = 1 OR "
         "city = 'x'",
         "SELECT count(*), rank() OVER (ORDER BY phone) FROM customers GROUP BY phone",
         "SELECT count(*), count(*) OVER (PARTITION BY max(id)) FROM customers GROUP BY city",
         "SELECT sum(count(*)) OVER w FROM customers GROUP BY created_at WINDOW w AS (ORDER BY min(id))",
         "SELECT sum(count(*) FILTER (WHERE id = 4)) OVER () FROM customers GROUP BY city",
         "SELECT first_value(id) OVER (ORDER BY count(*)) FROM customers GROUP BY id"}) {
        SCOPED_TRACE(sql);
        const auto printed = print(sql, treatment);
        if (!printed) {
            EXPECT_EQ(printed.error().code, sql::Errc::not_aggregated) << printed.error().message;
            continue;
        }
        const Answer answer = ask(masked_.get(), printed->text);
        EXPECT_EQ(answer.error, "") << printed->text;
        EXPECT_EQ(answer.rows.size(), 0) << printed->text;
    }
}

}  // namespace
