#include "gateway/auth/canonical_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/auth/users.hpp"

namespace gateway::auth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct SpellingCase {
    std::string name;
    std::string spelling;
    std::optional<std::string> folded;
};
class Spelling : public testing::TestWithParam<SpellingCase> {};

TEST_P(Spelling, IsFoldedToOneName) {
    const auto folded = folded_name(GetParam().spelling);
    EXPECT_EQ(folded, GetParam().folded);
    if (folded) EXPECT_EQ(folded_name(*folded), folded);
}

INSTANTIATE_TEST_SUITE_P(
    Auth, Spelling,
    testing::Values(
        SpellingCase{"small", "a.setiawan", "a.setiawan"},
        SpellingCase{"capitals", "A.SetiaWAN", "a.setiawan"},
        SpellingCase{"blanks", "  A.   Setiawan ", "a. setiawan"},
        SpellingCase{"no_break_space", "A.\u00a0Setiawan", "a. setiawan"},
        SpellingCase{"full_width", "\uff41gent\uff17", "agent7"},
        SpellingCase{"composed", "Jos\u00e9", "jos\u00e9"},
        SpellingCase{"decomposed", "Jose\u0301", "jos\u00e9"},
        SpellingCase{"sharp_s", "Stra\u00dfe", "strasse"}, SpellingCase{"ligature", "\ufb01nance", "finance"},
        SpellingCase{"final_sigma", "\u039d\u0399\u039a\u039f\u03a3", "\u03bd\u03b9\u03ba\u03bf\u03c3"},
        SpellingCase{"kelvin_sign", "\u212aeller", "keller"},
        SpellingCase{"soft_hyphen", "set\u00adiawan", "setiawan"},
        SpellingCase{"zero_width_space", "set\u200biawan", "setiawan"},
        SpellingCase{"arabic", "\u0623\u062d\u0645\u062f", "\u0623\u062d\u0645\u062f"},
        SpellingCase{"mail", "A.Setiawan@Mail.Example", "a.setiawan@mail.example"},
        SpellingCase{"empty", "", std::nullopt}, SpellingCase{"blank", "   ", std::nullopt},
        SpellingCase{"only_invisible", "\u00ad", std::nullopt},
        SpellingCase{"not_utf8", "a\xff", std::nullopt},
        SpellingCase{"overlong_utf8", "\xc0\xaf", std::nullopt},
        SpellingCase{"nul", std::string("a\0b", 3), std::nullopt},
        SpellingCase{"line_end", "a\nb", std::nullopt}, SpellingCase{"c1_control", "a\u0085", std::nullopt},
        SpellingCase{"right_to_left_override", "a\u202eb", std::nullopt},
        SpellingCase{"two_directions", "a\u0623", std::nullopt},
        SpellingCase{"private_use", "\ue000", std::nullopt},
        SpellingCase{"newer_than_unicode_3_2", "\U0001f600", std::nullopt},
        SpellingCase{"64_bytes", std::string(64, 'a'), std::nullopt},
        SpellingCase{"63_bytes", std::string(63, 'A'), std::string(63, 'a')}),
    [](const auto& info) { return info.param.name; });

const std::string people =
    "\"A.Setiawan\" none alias=agus \"alias=Agus Setiawan\"\n"
    "agent7 token\n";

TEST(CanonicalNames, AreTheUsersFilesForEverySpellingAndAlias) {
    const auto users = UsersFile::from_text(people, "users").value().users();
    for (const auto* spelling : {"A.Setiawan", "a.setiawan", "A.SETIAWAN", " agus ", "AGUS  SETIAWAN"})
        EXPECT_EQ(users.names().of(spelling), "A.Setiawan") << spelling;
    EXPECT_EQ(users.names().of("Agent7"), "agent7");
    EXPECT_EQ(users.names().of("Somebody Else"), "somebody else");
    EXPECT_EQ(users.names().of("a\nb"), std::nullopt);
}

TEST(CanonicalNames, ArePutInNobodysPlaceAtTheLogIn) {
    const auto users = UsersFile::from_text(people, "users").value().users();
    EXPECT_TRUE(users.contains("agent7"));
    for (const auto* name : {"Agent7", "A.Setiawan", "agus", "a.setiawan"})
        EXPECT_FALSE(users.contains(name)) << name;
}

std::vector<std::string> mistakes_in(const std::string& text) {
    const auto file = UsersFile::from_text(text, "users");
    std::vector<std::string> texts;
    if (file) return texts;
    for (const auto& mistake : file.error().list)
        texts.push_back(mistake.text());
    return texts;
}

TEST(CanonicalNames, ThatMeetAreMistakesOfTheUsersFile) {
    EXPECT_THAT(mistakes_in("agent7 token\nAGENT7 none\n"),
                ElementsAre(HasSubstr("users:2: \"AGENT7\" is the same as \"agent7\" in line 1")));
    EXPECT_THAT(mistakes_in("a none alias=x\nb none alias=X\n"),
                ElementsAre(HasSubstr("users:2: \"X\" is the same as \"x\" in line 1")));
    EXPECT_THAT(mistakes_in("a none alias=b\nb none\n"),
                ElementsAre(HasSubstr("users:2: \"b\" is the same as")));
    EXPECT_THAT(mistakes_in("a none alias=A\n"), ElementsAre(HasSubstr("users:1: \"A\" is the same as")));
    EXPECT_THAT(mistakes_in("a none \"alias=\x01\"\n"),
                ElementsAre(HasSubstr("users:1: an alias is a name")));
    EXPECT_THAT(mistakes_in("\"a\xff\" none\n\"b\xff\" none\n"), ElementsAre());
}

}  // namespace
}  // namespace gateway::auth
