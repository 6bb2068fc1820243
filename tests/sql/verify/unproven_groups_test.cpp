#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sql/verify/group_cases.hpp"

namespace {

using tests::case_name;
using tests::GroupCase;
using tests::verify_groups;

class UnprovenGroups : public testing::TestWithParam<GroupCase> {};
TEST_P(UnprovenGroups, AreADefectAndRefused) {
    const auto verified = verify_groups(GetParam().text);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, sql::Errc::verify_failed);
    EXPECT_THAT(verified.error().message, testing::HasSubstr(GetParam().reason));
}
INSTANTIATE_TEST_SUITE_P(
    Sql, UnprovenGroups,
    testing::Values(
        GroupCase{"rows", "select c.id from {c}"},
        GroupCase{"masked_select_alone", "select id, city from public.customers", "rows are shown to a role"},
        GroupCase{"copied_table", "copy (select id, city from public.customers) to stdout",
                  "rows are shown to a role"},
        GroupCase{"no_guard", "select pg_catalog.count(*) from {c}"},
        GroupCase{"guard_of_fewer", "select pg_catalog.count(*) from {c} having {n} >= 9"},
        GroupCase{"guard_of_rows", "select pg_catalog.count(*) from {c} having pg_catalog.count(c.id) >= 10"},
        GroupCase{"condition_beside_the_guard",
                  "select c.city, pg_catalog.count(*) from {c} group by c.city having {n} >= 10 and "
                  "(c.city <> 'x')",
                  "before they are proven"},
        GroupCase{"condition_of_other_groups",
                  "select c.city, pg_catalog.count(*) from {c} group by c.city having {n} >= 10 and "
                  "case when {n} >= 10 then c.city <> 'x' else c.city <> 'y' end"},
        GroupCase{"guard_that_may_be_passed_by",
                  "select c.city, pg_catalog.count(*) from {c} group by c.city having case when {n} >= 10 "
                  "then true else true end"},
        GroupCase{"condition_among_the_guards",
                  "select c.city, pg_catalog.count(*) from {c} group by c.city having case when {n} >= 10 "
                  "and (c.city <> 'x') then true end",
                  "before they are proven"},
        GroupCase{
            "below_a_condition",
            "select s.n from (select pg_catalog.count(*) as n from {c} having {n} >= 10) s where s.n > 1",
            "from above"},
        GroupCase{"in_with",
                  "with s as (select pg_catalog.count(*) as n from {c} having {n} >= 10) select s.n from s",
                  "from above"},
        GroupCase{"guard_of_another_column",
                  "select pg_catalog.count(*) from {c} having pg_catalog.count(distinct c.city) >= 10"},
        GroupCase{"missing_values_not_counted", "select pg_catalog.count(c.city) from {c} having {n} >= 10"},
        GroupCase{
            "missing_values_counted_on_one_side",
            "select pg_catalog.count(c.city) from {c} having {n} >= 10 and {n} filter (where c.city is not "
            "null) not between 1 and 9"},
        GroupCase{
            "missing_values_of_an_outer_join",
            "select pg_catalog.count(c.id) from support.tickets t left join {c} on t.customer_id = c.id "
            "where {tickets} having {n} >= 10"},
        GroupCase{
            "missing_values_of_a_choice_not_counted",
            "select pg_catalog.count(case when (c.city = 'x') then c.created_at end) from {c} having {n} "
            ">= 10 and {n} filter (where (c.city = 'x')) not between 1 and 9 and {n} filter (where (c.city "
            "= 'x') is not true) not between 1 and 9"},
        GroupCase{"distinct_values_summed", "select pg_catalog.sum(distinct c.id) from {c} having {n} >= 10"},
        GroupCase{"key_of_grouping_sets",
                  "select pg_catalog.max(c.city) from {c} group by rollup (c.city) having {n} >= 10"},
        GroupCase{"sample",
                  "select pg_catalog.count(*) from (select id, city from public.customers tablesample "
                  "pg_catalog.bernoulli (50)) as c having {n} >= 10",
                  "a sample chooses people"},
        GroupCase{"guard_under_or", "select pg_catalog.count(*) from {c} having {n} >= 10 or true"},
        GroupCase{"guard_of_another_table",
                  "select pg_catalog.count(*) from {c} join (select kind, customer_id as __tabir_k1 from "
                  "kyc.documents) as d on d.__tabir_k1 = c.id having {n} >= 10"},
        GroupCase{
            "guard_of_another_alias",
            "select pg_catalog.count(*) from {c}, (select id from public.customers) as o having {n} >= 10"},
        GroupCase{"where", "select pg_catalog.count(*) from {c} where c.city = 'x' having {n} >= 10",
                  "a condition chooses people"},
        GroupCase{"condition_in_on",
                  "select pg_catalog.count(*) from {c} join support.tickets t on t.id <> 4 "
                  "where {tickets} having {n} >= 10",
                  "joined by more than equal columns"},
        GroupCase{"join_by_a_mask",
                  "select pg_catalog.count(*) from {b} join support.tickets t using (birthday) where "
                  "{tickets} having {n} "
                  ">= 10",
                  "joined by a masked column"},
        GroupCase{"join_by_a_renamed_mask",
                  "select pg_catalog.count(*) from {b}(id, city, subject) join support.tickets t using "
                  "(subject) where "
                  "{tickets} having {n} >= 10",
                  "joined by a masked column"},
        GroupCase{
            "aggregate_without_the_condition",
            "select pg_catalog.count(*) from {c} having {n} filter (where (c.city = 'x')) >= 10 and {n} "
            "filter (where (c.city = 'x') is not true) not between 1 and 9"},
        GroupCase{
            "nothing_says_whom_it_leaves_out",
            "select pg_catalog.count(*) filter (where (c.city = 'x')) from {c} having {n} filter (where "
            "(c.city = 'x')) >= 10"},
        GroupCase{
            "leaves_out_a_few",
            "select pg_catalog.count(*) filter (where (c.city = 'x')) from {c} having {n} filter (where "
            "(c.city = 'x')) >= 10 and {n} filter (where (c.city = 'x') is not true) not between 1 and 8"},
        GroupCase{
            "filter_without_proof",
            "select pg_catalog.count(*) filter (where (c.city = 'x')), pg_catalog.count(*) from {c} having "
            "{n} >= 10"},
        GroupCase{"filter_in_having_without_proof",
                  "select pg_catalog.count(*) from {c} having {n} >= 10 and ({n} filter (where (c.city = "
                  "'x')) > 0)"},
        GroupCase{
            "proof_that_is_a_question",
            "select pg_catalog.count(*) from {c} having {n} >= 10 and {n} filter (where (c.city = 'x')) not "
            "between 1 and 9"},
        GroupCase{"condition_on_a_person",
                  "select pg_catalog.count(*) filter (where (c.id <> 4)) from {c} having {n} filter (where "
                  "(c.id <> "
                  "4)) >= 10 and {n} filter (where (c.id <> 4) is not true) not between 1 and 9"},
        GroupCase{"condition_on_two_columns",
                  "select pg_catalog.count(*) filter (where (c.city || c.created_at = 'x')) from {c} having "
                  "{n} filter "
                  "(where (c.city || c.created_at = 'x')) >= 10 and {n} filter (where (c.city || "
                  "c.created_at = 'x') is not "
                  "true) not between 1 and 9"},
        GroupCase{"largest", "select pg_catalog.max(c.city) from {c} having {n} >= 10"},
        GroupCase{"collected", "select pg_catalog.array_agg(c.city) from {c} having {n} >= 10"},
        GroupCase{"collected_text", "select pg_catalog.string_agg(c.city, ',') from {c} having {n} >= 10"},
        GroupCase{"chosen_value",
                  "select pg_catalog.sum(case when c.city = 'x' then 1 end) from {c} having {n} >= 10"},
        GroupCase{"value_chosen_twice",
                  "select pg_catalog.sum(case when c.city = 'x' then 1 when c.city = 'y' then 2 end) from "
                  "{c} having {n} "
                  ">= 10 and {n} filter (where (c.city = 'x')) not between 1 and 9 and {n} filter (where "
                  "(c.city = 'x') is "
                  "not true) not between 1 and 9"},
        GroupCase{"choice_of_a_person",
                  "select pg_catalog.sum(case when c.id = 4 then 1 end) from {c} having {n} >= 10 and {n} "
                  "filter (where "
                  "(c.id = 4)) not between 1 and 9 and {n} filter (where (c.id = 4) is not true) not between "
                  "1 and 9"},
        GroupCase{"choice_that_leaves_out_a_few",
                  "select pg_catalog.sum(case when c.city = 'x' then 1 end) from {c} having {n} >= 10 and "
                  "{n} filter (where "
                  "(c.city = 'x')) not between 1 and 9"},
        GroupCase{"choice_within_a_filter",
                  "select pg_catalog.sum(case when c.city = 'x' then 1 end) filter (where (c.city > 'a')) "
                  "from {c} having "
                  "{n} >= 10 and {n} filter (where (c.city > 'a')) not between 1 and 9 and {n} filter (where "
                  "(c.city > 'a') "
                  "is not true) not between 1 and 9 and {n} filter (where (c.city = 'x')) not between 1 and "
                  "9 and {n} "
                  "filter (where (c.city = 'x') is not true) not between 1 and 9"},
        GroupCase{"ordered_by_the_largest",
                  "select pg_catalog.count(*) from {c} having {n} >= 10 order by pg_catalog.max(c.city)"},
        GroupCase{"window", "select pg_catalog.count(*) over () from {c}", "a sub-query or window"},
        GroupCase{"named_window",
                  "select pg_catalog.lag(c.city) over w from {c} window w as (order by c.city)",
                  "a sub-query or window"},
        GroupCase{"largest_in_a_window",
                  "select pg_catalog.sum(pg_catalog.max(c.city)) over () from {c} having {n} >= 10"},
        GroupCase{"ordered_by_the_largest_in_a_named_window",
                  "select pg_catalog.rank() over w from {c} having {n} >= 10 window w as (order by "
                  "pg_catalog.max(c.city))"},
        GroupCase{
            "filter_in_a_window_without_proof",
            "select pg_catalog.sum(pg_catalog.count(*)) over (partition by pg_catalog.count(*) filter (where "
            "(c.city = 'x'))) from {c} having {n} >= 10"},
        GroupCase{"sub_query", "select pg_catalog.count(*), exists (select 1) from {c} having {n} >= 10",
                  "a sub-query or window"},
        GroupCase{"key_of_a_sub_query",
                  "select pg_catalog.count(*) from {c} group by (select 1) having {n} >= 10",
                  "a sub-query or window"},
        GroupCase{"filter_by_a_sub_query",
                  "select pg_catalog.count(*) filter (where (select true)) from {c} having {n} >= 10 and {n} "
                  "filter (where (select true)) not between 1 and 9 and {n} filter (where (select true) is "
                  "not true) not between 1 and 9"},
        GroupCase{"sum_of_sub_queries", "select pg_catalog.sum((select c.id)) from {c} having {n} >= 10",
                  "columns around it"},
        GroupCase{"aggregate_of_this_level_in_a_sub_query",
                  "select (select pg_catalog.max(c.created_at)) from {c} having {n} >= 10",
                  "columns around it"},
        GroupCase{"aggregate_of_this_level_further_inside",
                  "select (select (select pg_catalog.array_agg(city))) from {c} having {n} >= 10",
                  "columns around it"},
        GroupCase{"aggregate_of_this_level_in_values",
                  "select (values (pg_catalog.max(c.city))) from {c} having {n} >= 10", "columns around it"},
        GroupCase{"aggregate_of_this_level_in_an_arm",
                  "select (select 'a' union all select pg_catalog.max(c.city)) from {c} having {n} >= 10",
                  "columns around it"},
        GroupCase{"rows_in_a_sub_query",
                  "select pg_catalog.count(*), (select c.id from {c}) from {c} having {n} >= 10"},
        GroupCase{"equal_to_the_query_around",
                  "select (select pg_catalog.count(*) from {c} where g.k = c.id having {n} >= 10) from "
                  "(select 1 as k) g",
                  "a column of the query around"},
        GroupCase{"output_called_like_a_column_around",
                  "select (select pg_catalog.count(*) as k from {c} where k = c.id having {n} >= 10) from "
                  "(select 1 as k) g",
                  "a column of the query around"},
        GroupCase{"key_of_the_query_around",
                  "select (select pg_catalog.count(*) from {c} group by g.k having {n} >= 10) from (select 1 "
                  "as k) g",
                  "a column of the query around"},
        GroupCase{"joined_sub_select",
                  "select pg_catalog.count(*) from {c} join (select customer_id from support.tickets where "
                  "{tickets} and id <> 4) "
                  "t on t.customer_id = c.id having {n} >= 10",
                  "joined to what is no table"},
        GroupCase{
            "joined_list",
            "with v as (select 1 as n) select pg_catalog.count(*) from {c} join v on v.n = c.id having {n} "
            ">= 10",
            "joined to what is no table"},
        GroupCase{"each_person_shown", "select x.n from {t}"},
        GroupCase{"each_person_without_proof", "select pg_catalog.avg(x.n) from {t}"},
        GroupCase{"fewer_of_them", "select pg_catalog.avg(x.n) from {t} having {m} >= 9"},
        GroupCase{"rows_counted_in_place_of_people",
                  "select pg_catalog.avg(x.n) from {t} having pg_catalog.count(distinct x.n) >= 10"},
        GroupCase{"largest_of_them", "select pg_catalog.max(x.n) from {t} having {m} >= 10"},
        GroupCase{"keys_of_them_summed", "select pg_catalog.sum(x.id) from {t} having {m} >= 10"},
        GroupCase{"condition_on_them_without_proof",
                  "select pg_catalog.count(*) filter (where (x.n > 1)) from {t} having {m} >= 10"},
        GroupCase{"beside_people_who_are_not_counted",
                  "select pg_catalog.avg(x.n) from {c} join {t} on x.id = c.id having {m} >= 10"},
        GroupCase{
            "without_their_keys",
            "select pg_catalog.avg(x.n) from (select c.id, pg_catalog.count(*) as n from {c} group by c.id) "
            "as x having pg_catalog.count(distinct x.id) >= 10"},
        GroupCase{"greatest_key_of_a_group",
                  "select pg_catalog.avg(x.n) from (select c.city, pg_catalog.count(*) as n, "
                  "pg_catalog.max(c.id) as __tabir_p1 from {c} group by c.city) as x having {m} >= 10"},
        GroupCase{
            "rows_chosen_below",
            "select pg_catalog.avg(x.n) from (select c.id, pg_catalog.count(*) as n, c.id as __tabir_p1 from "
            "{c} where c.city = 'x' group by c.id) as x having {m} >= 10",
            "a condition chooses people before"},
        GroupCase{"rows_counted_apart_below",
                  "select pg_catalog.avg(x.n) from (select c.id, pg_catalog.count(*) filter (where c.city = "
                  "'x') as "
                  "n, c.id as __tabir_p1 from {c} group by c.id) as x having {m} >= 10"},
        GroupCase{
            "all_values_below",
            "select pg_catalog.count(x.n) from (select c.id, pg_catalog.array_agg(c.city) as n, c.id as "
            "__tabir_p1 from {c} group by c.id) as x having {m} >= 10"},
        GroupCase{"different_values_without_who_is_left",
                  "select pg_catalog.count(distinct x.n) filter (where (x.n > 1)) from {t} having {m} >= 10 "
                  "and {m} filter "
                  "(where (x.n > 1)) not between 1 and 9 and {m} filter (where (x.n > 1) is not true) not "
                  "between 1 and "
                  "9"},
        GroupCase{"different_values_with_others_left",
                  "select pg_catalog.count(distinct x.n) filter (where (x.n > 1)) from {t} having {m} >= 10 "
                  "and {m} filter "
                  "(where (x.n > 1)) not between 1 and 9 and {m} filter (where (x.n > 1) is not true) not "
                  "between 1 and 9 "
                  "and {m} - {m} filter (where (x.n > 2)) not between 1 and 9"},
        GroupCase{"steps_where_a_constant_says",
                  "select pg_catalog.sum(pg_catalog.floor((c.id + 987.0) / 1000)) from {c} having {n} >= 10"},
        GroupCase{"a_part_of_what_a_constant_moved",
                  "select pg_catalog.sum(pg_catalog.extract('year', c.created_at - '1 "
                  "day'::pg_catalog.interval)) from {c} "
                  "having {n} >= 10"},
        GroupCase{"a_power", "select pg_catalog.sum(x.n * x.n) from {t} having {m} >= 10"},
        GroupCase{"max_of_what_a_key_is_made_of",
                  "select pg_catalog.max(c.created_at) from {c} group by pg_catalog.date_trunc('year', "
                  "c.created_at) having "
                  "{n} >= 10"},
        GroupCase{
            "some_of_them_below",
            "select pg_catalog.avg(x.n) from (select c.id, pg_catalog.count(*) as n, c.id as __tabir_p1 from "
            "{c} group by c.id limit 3) as x having {m} >= 10"},
        GroupCase{"of_each_person_in_a_list",
                  "select 1 where 1 in (select pg_catalog.count(*) as __tabir_p1 from {c} group by c.id)"},
        GroupCase{"in_a_sub_select", "select s.id from (select c.id from {c}) s"},
        GroupCase{"in_a_sub_query", "select 1 where exists (select 1 from {c})"},
        GroupCase{
            "in_one_arm",
            "(select pg_catalog.count(*) from {c} having {n} >= 10 offset 0) union all select 1 from {c}"}),
    case_name);

}  // namespace
