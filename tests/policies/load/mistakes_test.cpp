// What the loader says of each mistake in the policy language itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policies/load/policy_text.hpp"

namespace policies::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct MistakeCase {
    const char* name;
    PolicyText policy;
    const char* line;  // the whole line, or a part of it
};

std::string case_name(const ::testing::TestParamInfo<MistakeCase>& info) { return info.param.name; }

class PolicyMistake : public ::testing::TestWithParam<MistakeCase> {};

TEST_P(PolicyMistake, IsReportedOnceWithItsPlaceAndWhatToWrite) {
    EXPECT_THAT(mistakes_in(GetParam().policy.text()), ElementsAre(HasSubstr(GetParam().line)));
}

const MistakeCase class_mistakes[] = {
    {"unknown_mask",
     {.classes = "phone: { mask: keep_lats }, id_card: { mask: strip }"},
     "p.yaml:3:27: unknown mask 'keep_lats'; did you mean 'keep_last'?"},
    {"mask_without_its_argument",
     {.classes = "phone: { mask: keep_last }, id_card: { mask: strip }"},
     "p.yaml:3:27: mask keep_last needs a number of characters; write { keep_last: 4 }"},
    {"mask_with_an_argument_too_many",
     {.classes = "phone: { mask: { email: 4 } }, id_card: { mask: strip }"},
     "p.yaml:3:29: mask email takes no argument; write 'mask: email'"},
    {"nothing_kept",
     {.classes = "phone: { mask: { keep_last: 0 } }, id_card: { mask: strip }"},
     "p.yaml:3:40: keep_last takes a number of characters from 1 to 64; write { keep_last: 4 }"},
    {"too_much_kept",
     {.classes = "phone: { mask: { keep_first: 65 } }, id_card: { mask: strip }"},
     "keep_first takes a number of characters from 1 to 64"},
    {"kept_count_is_no_number",
     {.classes = "phone: { mask: { keep_first: four } }, id_card: { mask: strip }"},
     "keep_first takes a number of characters from 1 to 64"},
    {"kept_count_in_hexadecimal",
     {.classes = "phone: { mask: { keep_first: 0x4 } }, id_card: { mask: strip }"},
     "keep_first takes a number of characters from 1 to 64"},
    {"truncate_to_an_unknown_unit",
     {.classes = "phone: { mask: { truncate: yaer } }, id_card: { mask: strip }"},
     "truncate takes a unit of time or a positive number; did you mean 'year'?"},
    {"truncate_to_zero",
     {.classes = "phone: { mask: { truncate: 0.0 } }, id_card: { mask: strip }"},
     "truncate takes a unit of time or a positive number; write year, quarter"},
    {"truncate_by_an_expression",
     {.classes = "phone: { mask: { truncate: '1+1' } }, id_card: { mask: strip }"},
     "truncate takes a unit of time or a positive number"},
    {"constant_null",
     {.classes = "phone: { mask: { constant: null } }, id_card: { mask: strip }"},
     "a constant cannot be null; write 'mask: null'"},
    {"constant_list",
     {.classes = "phone: { mask: { constant: [1] } }, id_card: { mask: strip }"},
     "constant takes one value; write { constant: hidden }"},
    {"two_masks",
     {.classes = "phone: { mask: { keep_last: 4, keep_first: 2 } }, id_card: { mask: strip }"},
     "a mask is one word or one { name: argument }"},
    {"missing_mask_value",
     {.classes = "phone: { mask: }, id_card: { mask: strip }"},
     "a mask is one word or one { name: argument }"},
    {"class_without_mask",
     {.classes = "phone: { }, id_card: { mask: strip }"},
     "p.yaml:3:12: class phone has no mask; write { mask: redact } or { mask: strip }"},
    {"class_that_is_a_word",
     {.classes = "phone: redact, id_card: { mask: strip }"},
     "class phone must be a map, not 'redact'; write it with keys of: mask"},
    {"class_called_open",
     {.classes = "open: { mask: redact }, phone: { mask: redact }, id_card: { mask: strip }"},
     "'open' cannot be the name of a class"},
    {"class_with_an_odd_name",
     {.classes = "'a b': { mask: redact }, phone: { mask: redact }, id_card: { mask: strip }"},
     "'a b' cannot be the name of a class; write a letter, then letters, digits"},
    {"unknown_key_of_a_class",
     {.classes = "phone: { mask: redact, msk: email }, id_card: { mask: strip }"},
     "unknown key of class phone 'msk'; did you mean 'mask'?"},
};
INSTANTIATE_TEST_SUITE_P(Classes, PolicyMistake, ::testing::ValuesIn(class_mistakes), case_name);

const MistakeCase table_mistakes[] = {
    {"unknown_class",
     {.tables =
          "public.customers: { subject: { customer: id }, columns: { phone: fone } }, support.tickets: open"},
     "p.yaml:4:76: unknown class 'fone'; did you mean 'phone'?"},
    {"table_without_schema",
     {.tables = "customers: open, public.customers: open, support.tickets: open"},
     "p.yaml:4:11: 'customers' does not name a table; write schema.name as the catalog spells it"},
    {"table_with_a_database",
     {.tables = "payments.public.c: open, public.customers: open, support.tickets: open"},
     "'payments.public.c' does not name a table"},
    {"table_of_another_word",
     {.tables = "public.customers: { subject: none, columns: { id: open } }, support.tickets: opn"},
     "table support.tickets cannot be 'opn'; write open, derived, or { subject: ..., columns: ... }"},
    {"table_without_subject",
     {.tables = "public.customers: { columns: { id: open } }, support.tickets: open"},
     "p.yaml:4:11: table public.customers does not say whose data a row is; write subject: { customer: id }"},
    {"table_without_columns",
     {.tables = "public.customers: { subject: { customer: id } }, support.tickets: open"},
     "table public.customers has no columns; write columns: { id: open, ... }"},
    {"subject_that_is_a_word",
     {.tables = "public.customers: { subject: id, columns: { id: open } }, support.tickets: open"},
     "subject says which column names the person; write { customer: id }"},
    {"column_listed_twice",
     {.tables =
          "public.customers: { subject: none, columns: { id: open, id: phone } }, support.tickets: open"},
     "p.yaml:4:67: duplicate key 'id'; it stands already in line 4, remove one"},
    {"table_listed_twice",
     {.tables = "public.customers: open, public.customers: open, support.tickets: open"},
     "p.yaml:4:35: duplicate key 'public.customers'; it stands already in line 4, remove one"},
    {"column_without_a_class",
     {.tables = "public.customers: { subject: none, columns: { id: open, phone: } }, support.tickets: open"},
     "column phone must be a word, not nothing; write one word here"},
};
INSTANTIATE_TEST_SUITE_P(Tables, PolicyMistake, ::testing::ValuesIn(table_mistakes), case_name);

const MistakeCase role_mistakes[] = {
    {"unlisted_table",
     {.role = "tables: [public.custmers, support.tickets]"},
     "p.yaml:5:30: role support names table 'public.custmers', which is not in 'tables'; did you mean "
     "'public.customers'?"},
    {"table_granted_twice",
     {.role = "tables: [support.tickets, support.tickets]"},
     "p.yaml:5:47: 'support.tickets' stands twice in tables; remove one"},
    {"tables_that_are_no_list",
     {.role = "tables: support.tickets, functions: [public.f]"},
     "tables must be a list, not 'support.tickets'; write [a, b]"},
    {"unknown_key",
     {.role = "tables: [support.tickets], budgets: { customer: 1 per hour }"},
     "p.yaml:5:48: unknown key of role support 'budgets'; did you mean 'budget'?"},
    {"unknown_class_in_clear",
     {.role = "tables: [support.tickets], clear: [phon]"},
     "unknown class 'phon'; did you mean 'phone'?"},
    {"search_in_another_way",
     {.role = "tables: [public.customers], search: { phone: prefix }"},
     "p.yaml:5:66: a class can be searched for exact values only; write 'exact'"},
    {"search_of_an_unknown_class",
     {.role = "tables: [public.customers], search: { phoen: exact }"},
     "unknown class 'phoen'; did you mean 'phone'?"},
    {"search_of_a_stripped_class",
     {.role = "tables: [public.customers], search: { id_card: exact }"},
     "class id_card is stripped, so there is no column to search"},
    {"search_of_a_class_in_clear",
     {.role = "tables: [public.customers], clear: [phone], search: { phone: exact }"},
     "role support sees class phone in clear and can compare it anyway; remove it from 'search'"},
    {"search_of_a_class_in_no_table",
     {.role = "tables: [support.tickets], search: { phone: exact }"},
     "no table of role support has a column of class phone; remove it from 'search'"},
    {"rows_of_a_table_not_granted",
     {.role = "tables: [support.tickets], rows: { public.customers: id = 1 }"},
     "rows names 'public.customers', which is not among the role's tables; write support.tickets"},
    {"empty_row_filter",
     {.role = "tables: [support.tickets], rows: { support.tickets: ' ' }"},
     "the rows of 'support.tickets' need a condition"},
    {"write_of_an_unlisted_table",
     {.role = "tables: [support.tickets], write: [public.customes]"},
     "role support writes table 'public.customes', which is not in 'tables'; did you mean "
     "'public.customers'?"},
    {"write_twice",
     {.role = "tables: [support.tickets], write: [support.tickets, { support.tickets: [subject] }]"},
     "'support.tickets' stands twice in write; remove one"},
    {"write_of_no_column",
     {.role = "tables: [support.tickets], write: [{ support.tickets: [] }]"},
     "no column of support.tickets may be written; list columns, or remove it"},
    {"write_of_a_column_twice",
     {.role = "tables: [support.tickets], write: [{ support.tickets: [subject, subject] }]"},
     "'subject' stands twice in the columns of support.tickets; remove one"},
    {"function_without_schema",
     {.role = "tables: [support.tickets], functions: [lower]"},
     "'lower' does not name a function; write schema.name"},
    {"min_group_alone",
     {.role = "tables: [support.tickets], min_group: 10"},
     "min_group means nothing without 'only: aggregates'; add that, or remove min_group"},
    {"aggregates_without_min_group",
     {.role = "tables: [support.tickets], only: aggregates"},
     "'only: aggregates' needs the smallest group that may be shown; add 'min_group: 10'"},
    {"groups_of_one",
     {.role = "tables: [support.tickets], only: aggregates, min_group: 1"},
     "min_group is a number of people from 2 to 1000000; write 'min_group: 10'"},
    {"only_something_else",
     {.role = "tables: [support.tickets], only: sums, min_group: 10"},
     "'only' limits a role to aggregates; write 'only: aggregates'"},
    {"sees_nothing", {.role = ""}, "p.yaml:5:10: role support can see nothing; give it tables, or remove it"},
    {"sees_only_stripped_columns",
     {.tables = "public.customers: { subject: { customer: id }, columns: { photo: id_card } }",
      .role = "tables: [public.customers]"},
     "role support can see nothing: every column of its tables is stripped"},
    {"unrestricted_with_more",
     {.role = "unrestricted: true, tables: [support.tickets]"},
     "p.yaml:5:21: an unrestricted role sees everything, so its other keys would hold nothing back"},
    {"unrestricted_yes",
     {.role = "tables: [support.tickets], unrestricted: yes"},
     "unrestricted must be true or false, not 'yes'; write true or false"},
    {"unrestricted_on",
     {.role = "tables: [support.tickets], unrestricted: on"},
     "unrestricted must be true or false, not 'on'"},
    {"unrestricted_true_as_text",
     {.role = "tables: [support.tickets], unrestricted: 'true'"},
     "unrestricted must be true or false, not 'true'"},
    {"unrestricted_false",
     {.role = "tables: [support.tickets], unrestricted: false"},
     "'unrestricted: false' says nothing; remove it"},
    {"role_that_is_a_word",
     {.role = "tables: [support.tickets] }, dba: { unrestricted: true }, x: {"},
     "role x can see nothing"},
};
INSTANTIATE_TEST_SUITE_P(Roles, PolicyMistake, ::testing::ValuesIn(role_mistakes), case_name);

PolicyText with_budget(const std::string& budget) {
    return {.role = "tables: [public.customers], budget: { customer: " + budget + " }"};
}

const MistakeCase budget_mistakes[] = {
    {"number_alone", with_budget("30"),
     "p.yaml:5:69: a budget is so many people in a time, not '30'; write 30 per hour"},
    {"slash", with_budget("30/hour"),
     "a budget is so many people in a time, not '30/hour'; write 30 per hour"},
    {"none_at_all", with_budget("0 per hour"),
     "a budget allows a number of people from 1 to 1000000000, not '0'"},
    {"negative", with_budget("-5 per hour"),
     "a budget allows a number of people from 1 to 1000000000, not '-5'"},
    {"fraction", with_budget("1.5 per hour"),
     "a budget allows a number of people from 1 to 1000000000, not '1.5'"},
    {"beyond_64_bits", with_budget("99999999999999999999 per hour"),
     "a budget allows a number of people from 1"},
    {"unknown_unit", with_budget("30 per huor"), "unknown unit of time 'huor'; did you mean 'hour'?"},
    {"month", with_budget("30 per month"), "unknown unit of time 'month'"},
    {"empty_list", with_budget("[]"), "the budget of customer is empty; write [30 per hour, 100 per day]"},
    {"same_window_twice", with_budget("[30 per hour, 40 per hours]"),
     "the budget of customer has two limits for the same time; keep the smaller one"},
    {"without_a_subject",
     {.role = "tables: [support.tickets], budget: 30 per hour"},
     "a budget says of which subject; write { customer: 30 per hour }"},
    {"subject_of_no_table",
     {.role = "tables: [support.tickets], budget: { custmer: 30 per hour }"},
     "no table has the subject 'custmer' of this budget; did you mean 'customer'?"},
    {"key_of_many_words",
     {.role = "tables: [support.tickets], budget: { all customers seen: 30 per hour }"},
     "a budget counts a kind of subject, 'clear' with a class, or misses, not 'all customers seen'"},
    {"class_that_is_none",
     {.role = "tables: [public.customers], clear: [phone], budget: { clear fone: 3 per day }"},
     "unknown class 'fone'; did you mean 'phone'?"},
    {"class_that_is_not_clear",
     {.role = "tables: [public.customers], budget: { clear phone: 3 per day }"},
     "role support does not see class phone in clear, so this budget counts nobody; add it to 'clear'"},
    {"at_limit_of_another_word",
     {.role = "tables: [public.customers], budget: { customer: 3 per day }, at_limit: stop"},
     "at_limit is refuse or mask; write 'at_limit: mask'"},
    {"at_limit_without_a_budget",
     {.role = "tables: [public.customers], at_limit: mask"},
     "role support has at_limit without a budget; give it one, or remove at_limit"},
    {"shared_subject_of_no_table",
     {.role = "tables: [support.tickets], shared_budget: { custmer: 30 per hour }"},
     "no table has the subject 'custmer' of this budget; did you mean 'customer'?"},
    {"of_a_log_in",
     {.users = "crm: { role: support, budget: { custmer: 30 per hour } }"},
     "no table has the subject 'custmer' of this budget; did you mean 'customer'?"},
    {"team_without_members",
     {.more = "teams: { jakarta: { budget: { customer: 3 per day } } }"},
     "a team has members who share a budget; write { members: [agent7], budget:"},
    {"team_without_a_budget",
     {.more = "teams: { jakarta: { members: [agent7] } }"},
     "a team has members who share a budget; write { members: [agent7], budget:"},
    {"team_member_twice",
     {.more = "teams: { jakarta: { members: [a, a], budget: { customer: 3 per day } } }"},
     "'a' stands twice"},
    {"team_of_another_subject",
     {.more = "teams: { jakarta: { members: [a], budget: { custmer: 3 per day } } }"},
     "no table has the subject 'custmer' of this budget; did you mean 'customer'?"},
};
INSTANTIATE_TEST_SUITE_P(Budgets, PolicyMistake, ::testing::ValuesIn(budget_mistakes), case_name);

const MistakeCase other_mistakes[] = {
    {"user_with_an_unknown_role",
     {.users = "agent7: { role: suport }"},
     "p.yaml:6:26: unknown role 'suport'; did you mean 'support'?"},
    {"user_without_role", {.users = "agent7: { }"}, "user 'agent7' has no role; write { role: ... }"},
    {"user_twice", {.users = "a: { role: support }, a: { role: support }"}, "duplicate key 'a'"},
    {"acts_for_something",
     {.users = "crm: { role: support, acts_for: yes }"},
     "acts_for is required, signed or left out; write 'acts_for: required'"},
    {"user_with_a_long_name",
     {.users = "a123456789b123456789c123456789d123456789e123456789f123456789g123: { role: support }"},
     "cannot be the name of a user; write at most 63 visible bytes"},
    {"unknown_top_level_key",
     {.more = "rolls: {}"},
     "p.yaml:7:1: unknown key of a policy 'rolls'; did you mean 'roles'?"},
    {"defaults_with_another_word",
     {.more = "defaults: { unlisted_tables: allow }"},
     "unlisted_tables is deny or open; write 'unlisted_tables: deny'"},
    {"defaults_with_an_unknown_key",
     {.more = "defaults: { unlisted: deny }"},
     "unknown key of defaults 'unlisted'"},
    {"merge_key", {.more = "defaults: { <<: { unlisted_tables: deny } }"}, "merge keys (<<) are not allowed"},
};
INSTANTIATE_TEST_SUITE_P(Others, PolicyMistake, ::testing::ValuesIn(other_mistakes), case_name);

TEST(PolicyMistakes, AreAllReportedAtOnceInTheOrderOfTheFile) {
    EXPECT_THAT(
        mistakes_in("version: 2\n"
                    "databases: []\n"
                    "tables:\n"
                    "  public.a: opn\n"
                    "roles:\n"
                    "  support:\n"
                    "    tables: [public.b]\n"
                    "users:\n"
                    "  x: { role: y }\n"),
        ElementsAre(
            "p.yaml:1:10: this gateway reads version 1 of the policy language only; write 'version: 1'",
            HasSubstr("p.yaml:2:12: databases is empty"),
            HasSubstr("p.yaml:4:13: table public.a cannot be 'opn'"),
            HasSubstr("p.yaml:7:14: role support names table 'public.b'"),
            HasSubstr("p.yaml:9:14: unknown role 'y'")));
}

TEST(PolicyMistakes, SayWhichTopLevelKeysAreMissing) {
    EXPECT_THAT(mistakes_in("classes: {}\n"),
                ElementsAre("p.yaml:1:1: 'version' is missing; write 'version: 1'",
                            "p.yaml:1:1: 'databases' is missing; write 'databases: [payments]'",
                            HasSubstr("'roles' is missing")));
}

TEST(PolicyMistakes, AreCutAfterAHundred) {
    std::string text = "version: 1\ndatabases: [a]\nroles: { dba: { unrestricted: true } }\nusers:\n";
    for (int i = 0; i < 5000; ++i)
        text += "  u" + std::to_string(i) + ": { role: nobody }\n";
    const auto mistakes = mistakes_in(text);
    ASSERT_EQ(mistakes.size(), 101U);
    EXPECT_THAT(mistakes.back(), HasSubstr("there are more mistakes than these"));
}

}  // namespace
}  // namespace policies::testing
