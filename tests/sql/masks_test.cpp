#include "sql/masks.hpp"

#include <gtest/gtest.h>

namespace {

using sql::check_mask;
using sql::Column;
using sql::Errc;
using sql::Mask;
namespace mask = sql::mask;

sql::Catalog catalog() {
    sql::Catalog made;
    made.add(sql::Type{.oid = 25, .schema = "pg_catalog", .name = "text", .category = 'S'});
    made.add(sql::Type{.oid = 1043, .schema = "pg_catalog", .name = "varchar", .category = 'S'});
    made.add(sql::Type{.oid = 1700, .schema = "pg_catalog", .name = "numeric", .category = 'N'});
    made.add(sql::Type{.oid = 23, .schema = "pg_catalog", .name = "int4", .category = 'N'});
    made.add(sql::Type{.oid = 1082, .schema = "pg_catalog", .name = "date", .category = 'D'});
    made.add(
        sql::Type{.oid = 1015, .schema = "pg_catalog", .name = "_varchar", .category = 'A', .element = 1043});
    made.add(sql::Type{.oid = 90001, .schema = "public", .name = "mood", .kind = 'e', .category = 'E'});
    made.add(sql::Type{
        .oid = 90002, .schema = "public", .name = "phone", .kind = 'd', .category = 'S', .base = 90003});
    made.add(sql::Type{
        .oid = 90003, .schema = "public", .name = "short_text", .kind = 'd', .category = 'S', .base = 25});
    made.add(sql::Collation{.oid = 100, .schema = "pg_catalog", .name = "default"});
    return made;
}

struct TypeCase {
    const char* name;
    Column column;
    std::string expected;
};

class TypeText : public testing::TestWithParam<TypeCase> {};

TEST_P(TypeText, NamesTheTypeWithItsModifier) {
    EXPECT_EQ(*sql::type_text(GetParam().column, catalog()), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Sql, TypeText,
    testing::Values(TypeCase{"text", Column{.type = 25}, R"("pg_catalog"."text")"},
                    TypeCase{"varchar", Column{.type = 1043, .typmod = 24}, R"("pg_catalog"."varchar"(20))"},
                    TypeCase{"numeric", Column{.type = 1700, .typmod = (10 << 16 | 2) + 4},
                             R"("pg_catalog"."numeric"(10, 2))"},
                    TypeCase{"numeric_of_negative_scale",
                             Column{.type = 1700, .typmod = (3 << 16 | 0x7FE) + 4},
                             R"("pg_catalog"."numeric"(3, -2))"},
                    TypeCase{"array", Column{.type = 1015, .typmod = 24}, R"("pg_catalog"."varchar"(20)[])"},
                    TypeCase{"enumeration", Column{.type = 90001}, R"("public"."mood")"},
                    TypeCase{"domain_over_a_domain", Column{.type = 90002}, R"("pg_catalog"."text")"}),
    [](const auto& info) { return info.param.name; });

TEST(MaskExpression, OfAnUnknownTypeOrCollationIsAnError) {
    EXPECT_EQ(sql::mask_expression(mask::Null{}, Column{.type = 4711}, "x", catalog()).error().code,
              Errc::undefined_object);
    EXPECT_EQ(sql::mask_expression(mask::Null{}, Column{.type = 25, .collation = 4711}, "x", catalog())
                  .error()
                  .code,
              Errc::undefined_object);
}

TEST(MaskExpression, IsStableTextThatAnIndexCanBeMadeOn) {
    const auto text = sql::mask_expression(
        mask::KeepLast{4}, Column{.type = 1043, .typmod = 24, .collation = 100}, "\"phone\"", catalog());
    ASSERT_TRUE(text);
    EXPECT_EQ(
        *text,
        R"((CASE WHEN "pg_catalog"."length"(("phone")::"pg_catalog"."text") OPERATOR("pg_catalog".<=) 8 THEN '***' )"
        R"(ELSE '***' OPERATOR("pg_catalog".||) "pg_catalog"."right"(("phone")::"pg_catalog"."text", 4) END))"
        R"(::"pg_catalog"."varchar"(20) COLLATE "pg_catalog"."default")");
}

struct FitCase {
    const char* name;
    Mask mask;
    sql::Oid type;
    bool fits;
};

class MaskOnType : public testing::TestWithParam<FitCase> {};

TEST_P(MaskOnType, IsCheckedWhenAPolicyIsBound) {
    const auto checked = check_mask(GetParam().mask, Column{.type = GetParam().type}, catalog());
    EXPECT_EQ(checked.has_value(), GetParam().fits);
    if (!checked) {
        EXPECT_EQ(checked.error().code, Errc::not_maskable);
        EXPECT_FALSE(checked.error().hint.empty());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Sql, MaskOnType,
    testing::Values(FitCase{"null_on_anything", mask::Null{}, 90001, true},
                    FitCase{"redact_on_anything", mask::Redact{}, 90001, true},
                    FitCase{"keep_last_on_text", mask::KeepLast{4}, 25, true},
                    FitCase{"keep_last_on_a_domain", mask::KeepLast{4}, 90002, true},
                    FitCase{"keep_last_of_nothing", mask::KeepLast{0}, 25, false},
                    FitCase{"keep_first_of_too_much", mask::KeepFirst{101}, 25, false},
                    FitCase{"keep_last_on_a_number", mask::KeepLast{4}, 23, false},
                    FitCase{"email_on_a_date", mask::Email{}, 1082, false},
                    FitCase{"initials_on_an_enumeration", mask::Initials{}, 90001, false},
                    FitCase{"truncate_a_date", mask::Truncate{"year"}, 1082, true},
                    FitCase{"truncate_a_date_to_hours", mask::Truncate{"hour"}, 1082, false},
                    FitCase{"truncate_a_date_to_nonsense", mask::Truncate{"year') --"}, 1082, false},
                    FitCase{"truncate_a_number", mask::Truncate{"1000"}, 23, true},
                    FitCase{"truncate_a_number_to_a_year", mask::Truncate{"year"}, 23, false},
                    FitCase{"truncate_a_number_to_zero", mask::Truncate{"0"}, 23, false},
                    FitCase{"truncate_a_number_beyond_64_bits", mask::Truncate{"99999999999999999999"}, 1700,
                            false},
                    FitCase{"truncate_text", mask::Truncate{"year"}, 25, false},
                    FitCase{"constant_text", mask::Constant{"it's \\ me"}, 25, true},
                    FitCase{"constant_number", mask::Constant{"-42"}, 23, true},
                    FitCase{"constant_word_for_a_number", mask::Constant{"many"}, 23, false},
                    FitCase{"constant_date", mask::Constant{"2000-01-01"}, 1082, true},
                    FitCase{"constant_day_31", mask::Constant{"2000-02-31"}, 1082, false},
                    FitCase{"constant_for_an_enumeration", mask::Constant{"happy"}, 90001, false}),
    [](const auto& info) { return info.param.name; });

}  // namespace
