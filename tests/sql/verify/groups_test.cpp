#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sql/verify/group_cases.hpp"

namespace {

using tests::case_name;
using tests::GroupCase;
using tests::verify_groups;

class ProvenGroups : public testing::TestWithParam<GroupCase> {};
TEST_P(ProvenGroups, MayBeShown) {
    const auto verified = verify_groups(GetParam().text);
    EXPECT_TRUE(verified) << verified.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    Sql, ProvenGroups,
    testing::Values(
        GroupCase{"whole_table", "select pg_catalog.count(*) from {c} having {n} >= 10"},
        GroupCase{"more_than_asked", "select pg_catalog.count(*) from {c} having {n} >= 11"},
        GroupCase{"groups",
                  "select c.city, pg_catalog.count(*) from {c} group by c.city having case when {n} >= 10 "
                  "then (pg_catalog.count(*) > 1 or true) end"},
        GroupCase{"condition",
                  "select pg_catalog.count(*) filter (where (c.city = 'x')) from {c} having {n} filter "
                  "(where (c.city = 'x')) >= 10 and {n} filter (where (c.city = 'x') is not true) "
                  "not between 1 and 9"},
        GroupCase{"different_values_of_who_is_left",
                  "select pg_catalog.count(distinct x.n) filter (where (x.n > 1)) from {t} having {m} >= 10 "
                  "and {m} filter "
                  "(where (x.n > 1)) not between 1 and 9 and {m} filter (where (x.n > 1) is not true) not "
                  "between 1 and 9 "
                  "and {m} - {m} filter (where (x.n > 1)) not between 1 and 9"},
        GroupCase{"sum_of_parts_and_products",
                  "select pg_catalog.avg(pg_catalog.extract('hour', c.created_at)), "
                  "pg_catalog.avg(pg_catalog.floor("
                  "pg_catalog.extract('epoch', c.created_at) / 86400)) from {c} having {n} >= 10 and {n} "
                  "filter (where "
                  "c.created_at is not null) not between 1 and 9 and {n} filter (where (c.created_at is not "
                  "null) is not "
                  "true) not between 1 and 9"},
        GroupCase{"filter",
                  "select pg_catalog.count(*) filter (where (c.city = 'x')), pg_catalog.count(*) from "
                  "{c} having {n} >= 10 and {n} filter (where (c.city = 'x')) not between 1 and 9 and "
                  "{n} filter (where (c.city = 'x') is not true) not between 1 and 9"},
        GroupCase{"join",
                  "select pg_catalog.count(*) from {c} join support.tickets t on t.customer_id = c.id "
                  "where {tickets} having {n} >= 10"},
        GroupCase{"join_by_a_clear_column",
                  "select pg_catalog.count(*) from {b} join support.tickets t using (id) where {tickets} "
                  "having {n} >= 10"},
        GroupCase{"hidden_key",
                  "select pg_catalog.count(*) from (select kind, customer_id as __tabir_k1 from "
                  "kyc.documents) as d having pg_catalog.count(distinct d.__tabir_k1) >= 10"},
        GroupCase{"renamed",
                  "select pg_catalog.count(*) from (select city, id from public.customers) as c(a, b) "
                  "having pg_catalog.count(distinct c.b) >= 10"},
        GroupCase{"in_a_sub_select",
                  "select s.n from (select pg_catalog.count(*) as n from {c} having {n} >= 10 offset 0) s"},
        GroupCase{"in_arms",
                  "(select pg_catalog.count(*) from {c} having {n} >= 10 limit 3) union all (select "
                  "pg_catalog.count(*) from {c} having {n} >= 10 offset 0)"},
        GroupCase{"smallest_key", "select pg_catalog.min(city) from {c} group by c.city having {n} >= 10"},
        GroupCase{"values_that_are_missing",
                  "select pg_catalog.count(c.city) from {c} having {n} >= 10 and {n} filter (where c.city is "
                  "not null) not between 1 and 9 and {n} filter (where (c.city is not null) is not true) not "
                  "between 1 and 9"},
        GroupCase{
            "missing_values_of_a_choice",
            "select pg_catalog.count(case when (c.city = 'x') then c.created_at end) from {c} having {n} "
            ">= 10 and {n} filter (where (c.city = 'x')) not between 1 and 9 and {n} filter (where (c.city "
            "= 'x') is not true) not between 1 and 9 and {n} filter (where (c.city = 'x') and "
            "(c.created_at is not null)) not between 1 and 9 and {n} filter (where (c.city = 'x') and "
            "(c.created_at is not null) is not true) not between 1 and 9"},
        GroupCase{
            "sub_queries_beside_groups",
            "select pg_catalog.count(*), (select pg_catalog.count(*) from {c} having {n} >= 10 offset 0) "
            "from {c} having {n} >= 10 order by (select 1)"},
        GroupCase{"two_columns_of_a_row",
                  "select pg_catalog.count(*) filter (where (c.city = c.created_at)) from {c} having {n} "
                  ">= 10 and {n} filter (where (c.city = c.created_at)) not between 1 and 9 and {n} filter "
                  "(where (c.city = c.created_at) is not true) not between 1 and 9"},
        GroupCase{"of_each_person", "select pg_catalog.avg(x.n) from {t} having {m} >= 10"},
        GroupCase{"grouped_by_what_is_worked_out",
                  "select x.n, pg_catalog.count(*) from {t} group by x.n having {m} >= 10"},
        GroupCase{"least_key_of_a_group",
                  "select pg_catalog.avg(x.n) from (select c.city, pg_catalog.count(*) as n, "
                  "pg_catalog.min(c.id) as __tabir_p1 from {c} group by c.city) as x having {m} >= 10"},
        GroupCase{
            "beside_people",
            "select pg_catalog.avg(x.n) from {c} join {t} on x.id = c.id having {n} >= 10 and {m} >= 10"},
        GroupCase{"open_table", "select t.subject from support.tickets t where {tickets}"}),
    case_name);

}  // namespace
