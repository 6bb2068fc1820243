// What is printed answers as the client's statement does, and shows no masked value.
#include <gmock/gmock.h>

#include "tests/sql/own_treatment.hpp"
#include "tests/sql/rewrite_on_server.hpp"

namespace {

using namespace tests;

TEST_F(Rewrite, GivesTheSameRowsAsTheStatementItselfWhenEverythingIsOpen) {
    expect_equivalent("equivalent.sql", open_treatment());
    expect_equivalent("expressions_with_sub_queries.sql", open_treatment());
}

TEST_F(Rewrite, GivesTheSameAnswerInEveryFormOfSelect) {
    const sql::Treatment treatment = everything_open();
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, false);
}

TEST_F(Rewrite, GivesTheSameAnswerInEveryFormOfSelectWherePeopleAreCounted) {
    sql::Treatment treatment = everything_open();
    treatment.counted = {"customer"};
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, true);
    // The key is masked (to itself), so that it rides as a hidden column through every form.
    for (auto& shared : treatment.relations) {
        sql::RelationTreatment& relation = tests::own_copy(shared);
        for (const sql::SubjectKey& subject : relation.subjects)
            relation.columns[subject.column] = sql::Masked{sql::mask::Truncate{"1"}};
    }
    for (const std::string& line : lines_of("forms.sql"))
        expect_same_answer(line, treatment, true);
}

TEST_F(Rewrite, ObjectsOfTheSameNameSeeNothing) {
    server_->execute(R"(
        CREATE FUNCTION public.spy(varchar, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.spy, LEFTARG = varchar, RIGHTARG = text);
        CREATE FUNCTION public.spy2(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.spy2, LEFTARG = text, RIGHTARG = text);
        CREATE FUNCTION public.spy3(text, text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE OPERATOR public.|| (FUNCTION = public.spy3, LEFTARG = text, RIGHTARG = text);
        CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE FUNCTION public.right(text, int) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE FUNCTION public.count(text) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE TYPE public.seen AS (value text);
        CREATE FUNCTION public.to_seen(text) RETURNS public.seen LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen %', $1; END$$;
        CREATE CAST (text AS public.seen) WITH FUNCTION public.to_seen(text) AS IMPLICIT;
        CREATE FUNCTION public.same(public.seen, public.seen) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'seen'; END$$;
        CREATE OPERATOR public.= (FUNCTION = public.same, LEFTARG = public.seen, RIGHTARG = public.seen);)",
                     "rewrite");
    for (const char* sql :
         {"SELECT id FROM customers WHERE phone = '+62811000001'",
          "SELECT id FROM customers WHERE phone IN ('+62811000001', 'x') AND email = 'a'::text",
          "SELECT NULLIF(phone, 'x'), phone IS DISTINCT FROM 'x', CASE phone WHEN 'x' THEN 1 END FROM "
          "customers",
          "SELECT lower(phone), right(phone, 20), phone || 'x' FROM customers",
          "SELECT count(phone), count(DISTINCT phone) FROM customers",
          "SELECT a.id FROM customers a JOIN customers b USING (city) ORDER BY a.phone",
          "SELECT phone = 'x'::seen FROM customers",
          "SELECT phone, count(*) FROM customers GROUP BY phone"}) {
        for (const sql::Treatment& treatment : {open_treatment(), masked_treatment()}) {
            const auto printed = print(sql, treatment);
            if (!printed) continue;
            EXPECT_THAT(ask(masked_.get(), printed->text).error, testing::Not(testing::HasSubstr("seen +")))
                << printed->text;
        }
    }
    server_->execute(R"(
        DROP FUNCTION public.spy(varchar, text), public.spy2(text, text), public.spy3(text, text), public.lower(text),
            public.right(text, int), public.count(text), public.to_seen(text), public.same(public.seen, public.seen) CASCADE;
        DROP TYPE public.seen;)",
                     "rewrite");
}

TEST_F(Rewrite, GivesTheSameRowsWithHiddenKeys) {
    sql::Treatment treatment = open_treatment();
    treatment.counted = {"customer"};
    expect_equivalent("equivalent.sql", treatment);
    expect_equivalent_if_printed("expressions_with_sub_queries.sql", treatment, 6);
}

TEST_F(Rewrite, GivesTheSameRowsWithKeysThatAreNotShown) {
    sql::Treatment treatment = open_treatment();
    treatment.counted = {"customer"};
    // The key column is masked (to itself), so that it must ride as a hidden column.
    for (auto& shared : treatment.relations) {
        sql::RelationTreatment& relation = tests::own_copy(shared);
        relation.columns[relation.subjects[0].column] = sql::Masked{sql::mask::Truncate{"1"}};
    }
    // Whole rows and USING cannot be had then.
    expect_equivalent_if_printed("equivalent.sql", treatment, 70);
}

TEST_F(Rewrite, FindsByMaskedColumnsWhatTheRawColumnHolds) {
    sql::Treatment treatment = open_treatment();
    const sql::Relation* customers = catalog_->relation("public", "customers");
    tests::own_copy(treatment.relations[0]).columns[customers->column("phone")->number] =
        sql::Masked{sql::mask::Null{}};
    tests::own_copy(treatment.relations[0]).columns[customers->column("email")->number] =
        sql::Masked{sql::mask::Null{}};
    tests::own_copy(treatment.relations[0]).searchable = {customers->column("phone")->number,
                                                          customers->column("email")->number};
    struct Search {
        const char* where;
        int values;
    };
    for (const auto& [where, values] :
         {Search{"phone = '+62811000003'", 1}, Search{"'+62811000003' = c.phone", 1},
          Search{"(phone) = ('+62811000003')", 1}, Search{"phone = '+62811000003'::text", 1},
          Search{"phone IN ('+62811000003', '+62811000009')", 2}, Search{"phone = ANY ('{+62811000003}')", 1},
          Search{"phone = ANY (ARRAY['+62811000004', 'x'])", 2},
          Search{"phone = '+62811000003' OR id = 5 AND email = 'user5@example.com'", 2},
          Search{"email = CAST('user4@example.com' AS varchar(60))", 1},
          Search{"phone = '+62811000003'::character varying(20) AND true", 1},
          Search{"public.customers.phone = '+62811000003'", 1}}) {
        SCOPED_TRACE(where);
        const bool unaliased = std::string_view(where).starts_with("public");
        const std::string sql = std::string("SELECT id FROM public.customers") + (unaliased ? "" : " c") +
                                " WHERE " + where + " ORDER BY id";
        const auto printed = print(sql, treatment);
        if (unaliased) continue;
        ASSERT_TRUE(printed) << printed.error().message;
        EXPECT_EQ(printed->searched_values, values);
        EXPECT_EQ(ask(masked_.get(), printed->text), ask(raw_.get(), sql)) << printed->text;
    }
}

TEST_F(Rewrite, NeverShowsAMaskedValue) {
    for (const bool counted : {false, true}) {
        sql::Treatment treatment = masked_treatment();
        if (counted) treatment.counted = {"customer"};
        int answered = 0;
        for (const std::string& file :
             {"hostile.sql", "equivalent.sql", "expressions_with_sub_queries.sql", "forms.sql"}) {
            for (const std::string& line : lines_of(file)) {
                SCOPED_TRACE(line);
                auto analysis = sql::Analysis::of(line, *catalog_, {});
                if (!analysis || !std::ranges::all_of(analysis->statements(), permitted)) continue;
                const auto printed = analysis->print(0, treatment);
                if (!printed) {
                    EXPECT_NE(printed.error().code, sql::Errc::verify_failed) << printed.error().message;
                    continue;
                }
                Answer answer = ask(masked_.get(), printed->text);
                cut_hidden(answer, *printed);
                answered += answer.error.empty() ? 1 : 0;
                std::string all = answer.error.substr(0, answer.error.find("\nLINE"));
                for (const auto& row : answer.rows) {
                    for (const std::string& value : row)
                        all += "\n" + value;
                }
                for (const char* raw : {"+62811", "62811000", "user1@", "user2@", "Street "}) {
                    EXPECT_THAT(all, testing::Not(testing::HasSubstr(raw))) << printed->text;
                }
            }
        }
        EXPECT_GT(answered, 100);
    }
}

}  // namespace
