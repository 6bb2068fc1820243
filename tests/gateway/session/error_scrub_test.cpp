#include "gateway/session/error_scrub.hpp"

#include <gtest/gtest.h>

#include "gateway/session/error_words.hpp"
#include "gateway/session/joined_text.hpp"

namespace gateway::session {
namespace {

using Fields = std::vector<wire::ReportField>;

struct ReportCase {
    std::string name;
    Fields fields;  // without S and V
    std::string message;
    sql::StatementKind kind = sql::StatementKind::select;
    bool in_client_text = false;
};
class MessageOf : public testing::TestWithParam<ReportCase> {};

TEST_P(MessageOf, HoldsNoData) {
    const auto& test = GetParam();
    wire::Report report;
    report.fields = test.fields;
    EXPECT_EQ(words_for(report, test.in_client_text, test.kind).message, test.message);
}

std::string name_of_case(const testing::TestParamInfo<ReportCase>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    PassesAsItIs, MessageOf,
    testing::Values(
        ReportCase{"duplicate_key",
                   {{'C', "23505"},
                    {'M', "duplicate key value violates unique constraint \"notes_pkey\""},
                    {'F', "nbtinsert.c"}},
                   "duplicate key value violates unique constraint \"notes_pkey\""},
        ReportCase{"duplicate_key_in_copy",
                   {{'C', "23505"},
                    {'M', "duplicate key value violates unique constraint \"notes_pkey\""},
                    {'W', "COPY notes, line 1"},
                    {'F', "nbtinsert.c"}},
                   "duplicate key value violates unique constraint \"notes_pkey\""},
        ReportCase{"another_language",
                   {{'C', "57014"},
                    {'M', "storniere Anfrage wegen Zeitüberschreitung der Anfrage"},
                    {'F', "postgres.c"}},
                   "storniere Anfrage wegen Zeitüberschreitung der Anfrage"},
        ReportCase{"a_whole_path_of_the_file",
                   {{'C', "42501"}, {'M', "permission denied for table notes"}, {'F', "/build/src/aclchk.c"}},
                   "permission denied for table notes"},
        ReportCase{
            "a_literal_of_the_clients",
            {{'C', "22P02"}, {'M', "invalid input syntax for type integer: \"abc\""}, {'F', "numutils.c"}},
            "invalid input syntax for type integer: \"abc\"",
            sql::StatementKind::select,
            true},
        ReportCase{
            "a_value_for_a_setting",
            {{'C', "22023"}, {'M', "invalid value for parameter \"DateStyle\": \"x\""}, {'F', "guc.c"}},
            "invalid value for parameter \"DateStyle\": \"x\"",
            sql::StatementKind::set},
        ReportCase{"no_place_for_data",
                   {{'C', "22012"}, {'M', "division by zero"}, {'W', "SQL function \"f\" statement 1"}},
                   "division by zero"},
        ReportCase{"a_length",
                   {{'C', "22001"}, {'M', "value too long for type character varying(20)"}},
                   "value too long for type character varying(20)"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    IsCut, MessageOf,
    testing::Values(
        ReportCase{
            "input_syntax",
            {{'C', "22P02"}, {'M', "invalid input syntax for type integer: \"+62811\""}, {'F', "numutils.c"}},
            "invalid input syntax for type integer"},
        ReportCase{"a_quote_within",
                   {{'C', "22P02"}, {'M', "invalid input syntax for type uuid: \"a\": \"b\""}},
                   "invalid input syntax for type uuid"},
        ReportCase{"range",
                   {{'C', "22003"}, {'M', "value \"6281100\" is out of range for type smallint"}},
                   "value is out of range for type smallint"},
        ReportCase{"tsquery",
                   {{'C', "42601"}, {'M', "syntax error in tsquery: \"+62811\""}, {'F', "tsquery.c"}},
                   "syntax error in tsquery"},
        ReportCase{"date",
                   {{'C', "22008"}, {'M', "date/time field value out of range: \"6281100\""}},
                   "date/time field value out of range"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    IsReplaced, MessageOf,
    testing::Values(
        ReportCase{"raise",
                   {{'C', "P0001"},
                    {'M', "customer +62811"},
                    {'W', "PL/pgSQL function f() line 3 at RAISE"},
                    {'F', "pl_exec.c"}},
                   "a function of the database raised an error"},
        ReportCase{"raise_in_another_name",
                   {{'C', "57014"},
                    {'M', "+62811"},
                    {'W', "PL/pgSQL function f() line 3 at RAISE"},
                    {'F', "pl_exec.c"}},
                   "an operator intervened"},
        ReportCase{"a_file_of_names_below_a_function",
                   {{'C', "42P01"},
                    {'M', "relation \"+62811\" does not exist"},
                    {'W', "PL/pgSQL function f() line 3 at EXECUTE"},
                    {'F', "parse_relation.c"}},
                   "a relation does not exist"},
        ReportCase{"a_function_within_copy",
                   {{'C', "23505"},
                    {'M', "+62811"},
                    {'W', "PL/pgSQL function f() line 3 at RAISE\nCOPY notes, line 1"},
                    {'F', "pl_exec.c"}},
                   "a unique constraint is violated"},
        ReportCase{"a_literal_that_calls_a_function",
                   {{'C', "22P02"},
                    {'M', "invalid input syntax for type integer: \"+62811\""},
                    {'W', "PL/pgSQL function f() line 3 at assignment"},
                    {'F', "numutils.c"}},
                   "invalid input syntax for type integer",
                   sql::StatementKind::select,
                   true},
        ReportCase{"regclass_of_a_row",
                   {{'C', "42P01"}, {'M', "relation \"+62811\" does not exist"}, {'F', "namespace.c"}},
                   "a relation does not exist"},
        ReportCase{"current_setting_of_a_row",
                   {{'C', "42704"}, {'M', "unrecognized configuration parameter \"+62811\""}, {'F', "guc.c"}},
                   "an object does not exist"},
        ReportCase{"a_type_that_is_none",
                   {{'C', "22P02"}, {'M', "invalid input syntax for type +62811: \"x\""}},
                   "invalid input syntax for the type"},
        ReportCase{"no_number",
                   {{'C', "22001"}, {'M', "value too long for type character varying(+62811)"}},
                   "value too long for its type"},
        ReportCase{"names_of_ours",
                   {{'C', "42703"}, {'M', "column \"__tabir_k1\" does not exist"}, {'F', "parse_relation.c"}},
                   "a column does not exist"},
        ReportCase{"no_source",
                   {{'C', "42P01"}, {'M', "relation \"+62811\" does not exist"}},
                   "a relation does not exist"},
        ReportCase{"an_extension",
                   {{'C', "XX000"}, {'M', "+62811"}, {'F', "extension.c"}},
                   "the database could not carry out the statement"}),
    name_of_case);

class Position : public testing::Test {
protected:
    enforcement::MessagePlan plan;
    std::string client = "SELECT 'ä', ident; SELECT wrong";

    void SetUp() override {
        // The second column of the first statement stands in printed text only.
        plan.statements.push_back({.kind = sql::StatementKind::select,
                                   .printed = {.text = "SELECT 'ä', left(\"ident\", 2)",
                                               .spans = {{0, 0, 6}, {7, 7, 4}, {11, 11, 1}}}});
        plan.statements.push_back(
            {.kind = sql::StatementKind::select,
             .printed = {.text = "SELECT \"wrong\"", .spans = {{0, 20, 6}, {7, 27, 5}}}});
    }

    std::string position(std::size_t printed) const {
        wire::Report report;
        const std::string number = std::to_string(printed);
        report.fields = {{'C', "42703"}, {'M', "m"}, {'P', number}};
        const ScrubbedReport scrubbed(report, {.plan = &plan, .client_text = client});
        for (const auto& field : scrubbed.fields()) {
            if (field.code == 'P') return std::string(field.text);
        }
        return "";
    }
};

TEST_F(Position, IsInTheClientsTextAndInCharacters) {
    EXPECT_EQ(position(8), "8");
    const auto text = joined_text(plan);
    const auto second = text.find("\"wrong\"");
    // ä is one character of two bytes.
    EXPECT_EQ(position(second - 1 + 1), "27");
}

TEST_F(Position, IsLeftOutWhereTheWordsAreOurs) {
    const auto at = joined_text(plan).find("left(");
    EXPECT_EQ(position(at - 1 + 1), "");
    EXPECT_EQ(position(100'000), "");
}

TEST(ScrubbedReport, LeavesOutWhatMayHoldData) {
    wire::Report report;
    report.fields = {{'S', "ERROR"},
                     {'V', "ERROR"},
                     {'C', "23505"},
                     {'M', "duplicate key value violates unique constraint \"k\""},
                     {'D', "Key (phone)=(+62811) already exists."},
                     {'q', "SELECT 1"},
                     {'p', "3"},
                     {'t', "notes"},
                     {'n', "k"},
                     {'F', "nbtinsert.c"},
                     {'L', "664"},
                     {'R', "_bt_check_unique"}};
    const ScrubbedReport scrubbed(report, {});
    std::string codes;
    for (const auto& field : scrubbed.fields())
        codes += field.code;
    EXPECT_EQ(codes, "SVCMtn");
}

TEST(ScrubbedReport, KeepsTheKeyThatAnOpenTableHasAlready) {
    wire::Report report;
    report.fields = {{'C', "23505"},
                     {'M', "duplicate key value violates unique constraint \"k\""},
                     {'D', "Key (code)=(x) already exists."},
                     {'F', "nbtinsert.c"}};
    enforcement::MessagePlan plan;
    plan.statements.emplace_back().kind = sql::StatementKind::insert;
    const auto has_detail = [&] {
        const ScrubbedReport scrubbed(report, {.plan = &plan});
        return std::ranges::count(scrubbed.fields(), 'D', &wire::ReportField::code) == 1;
    };
    EXPECT_TRUE(has_detail());
    plan.statements[0].printed.reads_protected = true;
    EXPECT_FALSE(has_detail());
    plan.statements[0].printed.reads_protected = false;
    report.fields.push_back({'W', "PL/pgSQL function f() line 3 at SQL statement"});
    EXPECT_FALSE(has_detail()) << "a trigger may have read anything";
    report.fields.pop_back();
    plan.statements[0].kind = sql::StatementKind::commit;
    EXPECT_FALSE(has_detail());
    plan.statements[0].kind = sql::StatementKind::update;
    EXPECT_TRUE(has_detail());
    report.fields.push_back({'s', "pg_temp_3"});
    EXPECT_FALSE(has_detail());
    report.fields.pop_back();
    report.fields[0].text = "23503";
    EXPECT_FALSE(has_detail());
}

TEST(ScrubbedReport, NamesNothingBesideWordsOfOurs) {
    wire::Report report;
    report.fields = {{'C', "P0001"},  {'M', "+62811"}, {'H', "+62811"},
                     {'t', "+62811"}, {'n', "+62811"}, {'W', "PL/pgSQL function f() line 3 at RAISE"}};
    const ScrubbedReport scrubbed(report, {});
    EXPECT_FALSE(scrubbed.as_the_server_said());
    for (const auto& field : scrubbed.fields())
        EXPECT_EQ(field.text.find("62811"), std::string_view::npos);
}

}  // namespace
}  // namespace gateway::session
