#include "sql/shape.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sql/analyze.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace sql {
namespace {

std::string key_of(const std::string& text) { return Shape::of(text)->key(); }

TEST(Shape, IsThatOfTextsWithOtherConstantsCommentsAndBlanks) {
    const std::string text = "SELECT id FROM t WHERE a = 5 AND b = 'x' AND c = 1.5";
    for (const std::string other : {
             "select ID from T where A = 77 and B = '' and C = 12.25",
             "SELECT id FROM t WHERE a=5 AND b=E'\\n' AND c=1.5",
             "SELECT /* 5 */ id\nFROM t -- for a\nWHERE a = 5 AND b = $q$'$q$ AND c = 1.5",
             "SELECT \"id\" FROM t WHERE a = 5 AND b = U&'d!0061t' UESCAPE '!' AND c = 1.5",
         })
        EXPECT_EQ(key_of(other), key_of(text)) << other;
}

TEST(Shape, TellsKindsOfConstantsApart) {
    const std::string text = "SELECT 5";
    for (const std::string other :
         {"SELECT 3000000000", "SELECT 5.0", "SELECT '5'", "SELECT 007", "SELECT 5e0", "SELECT .5",
          "SELECT 5.", "SELECT $1", "SELECT -5", "SELECT b'5'", "SELECT true", "SELECT \"5\""})
        EXPECT_NE(key_of(other), key_of(text)) << other;
    EXPECT_EQ(key_of("SELECT 2147483647"), key_of(text));
    EXPECT_NE(key_of("SELECT 2147483648"), key_of(text));
    EXPECT_NE(key_of("SELECT 007"), key_of("SELECT 07"));
}

TEST(Shape, TellsCallsAndColumnsApart) {
    EXPECT_NE(key_of("SELECT f (5)"), key_of("SELECT f(5)"));  // printed as they were written
    EXPECT_NE(key_of("SELECT \"A\" FROM t"), key_of("SELECT a FROM t"));
    EXPECT_NE(key_of("SELECT a, b"), key_of("SELECT a b"));
}

struct FreeCase {
    std::string text;
    std::string free;  // those constants, each behind a blank
};

TEST(FreeConstants, AreThoseThatAConditionOfAQueryComparesWithAColumn) {
    const Catalog catalog = tests::payments_catalog();
    for (const FreeCase& one : std::vector<FreeCase>{
             {"SELECT 1 FROM customers WHERE id = 5", " 5"},
             {"SELECT 1 FROM customers WHERE 5 < id AND NOT (id >= 6 OR city <> 'x')", " 5 6 'x'"},
             {"SELECT 1 FROM customers WHERE id IN (5, 6) AND id NOT IN (7)", " 5 6 7"},
             {"SELECT 1 FROM customers WHERE id BETWEEN 5 AND 6", " 5 6"},
             {"SELECT 1 FROM customers WHERE id = '5'::bigint AND city = CAST('x' AS text)", " '5' 'x'"},
             {"SELECT 1 FROM customers WHERE created_at > date '2024-01-01'", " '2024-01-01'"},
             {"SELECT 1 FROM customers c JOIN support.tickets t ON t.id = 5 AND c.id = t.id", " 5"},
             {"SELECT (SELECT 1 FROM customers WHERE id = 5 LIMIT 6) FROM support.tickets", " 5"},
             {"WITH x AS (SELECT 1 FROM customers WHERE id = 5) SELECT 6 FROM x", " 5"},
             {"SELECT 1 FROM customers WHERE id = 5 UNION SELECT 2 FROM customers WHERE id = 6", " 5 6"},
             // Another meaning than a value that is compared:
             {"SELECT 1 FROM customers WHERE 1 = 0", ""},
             {"SELECT 1 FROM customers WHERE id = -5", ""},
             {"SELECT 1 FROM customers WHERE id + 1 = 2 AND lower(city) = 'x'", ""},
             {"SELECT 1 FROM customers WHERE (id, 1) = (2, 3)", ""},
             {"SELECT 1 FROM customers WHERE id > 5 + 6", ""},
             {"SELECT 1 FROM customers WHERE city LIKE 'x'", ""},
             {"SELECT 1 FROM customers WHERE id = ANY ('{1,2}')", ""},
             {"SELECT 1 FROM customers WHERE city = 'x'::varchar(3)", ""},
             {"SELECT 1 FROM customers WHERE city = 'x'::text[]", ""},
             {"SELECT 1 FROM customers WHERE id = 'public.customers'::regclass", ""},
             {"SELECT 1 FROM customers WHERE created_at > interval '1 day'", ""},
             {"SELECT id > 5 FROM customers GROUP BY 1 HAVING count(*) > 2 ORDER BY 1 LIMIT 3 OFFSET 4", ""},
             {"SELECT count(*) FILTER (WHERE id > 5) FROM customers", ""},
             // Other statements:
             {"COPY (SELECT id FROM customers WHERE id = 5) TO STDOUT", ""},
             {"EXPLAIN SELECT id FROM customers WHERE id = 5", ""},
             {"UPDATE support.tickets SET id = 5 WHERE id = 6", ""},
             {"WITH x AS (DELETE FROM support.tickets WHERE id = 6) SELECT 1 FROM customers WHERE id = 5",
              ""},
         }) {
        const auto analysis = Analysis::of(one.text, catalog, {});
        ASSERT_TRUE(analysis) << one.text << ": " << analysis.error().message;
        const auto shape = Shape::of(one.text);
        std::string found;
        for (const std::uint32_t begin : analysis->free_constants(0)) {
            const auto constant = std::ranges::find(shape->constants(), begin, &Constant::begin);
            if (constant != shape->constants().end()) found += " " + constant->spelled;
        }
        EXPECT_EQ(found, one.free) << one.text;
    }
}

}  // namespace
}  // namespace sql
