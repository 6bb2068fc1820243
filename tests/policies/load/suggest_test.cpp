#include "policies/load/suggest.hpp"

#include <gtest/gtest.h>

namespace policies::load {
namespace {

const std::vector<std::string> words{"phone", "email", "birthday", "public.customers"};

TEST(NearMiss, FindsSlipsAndLeavesOtherWordsAlone) {
    EXPECT_EQ(near_miss("fone", words), "phone");
    EXPECT_EQ(near_miss("fon", words), std::nullopt) << "two slips in three letters are another word";
    EXPECT_EQ(near_miss("phnoe", words), "phone");
    EXPECT_EQ(near_miss("Email", words), "email");
    EXPECT_EQ(near_miss("public.custmoer", words), "public.customers");
    EXPECT_EQ(near_miss("address", words), std::nullopt);
    EXPECT_EQ(near_miss("", words), std::nullopt);
}

TEST(Advice, ListsTheWordsWhenNoneIsNear) {
    EXPECT_EQ(advice("x", {"a1", "b1"}), "; write one of: a1, b1");
    EXPECT_EQ(advice("x", {"only"}), "; write only");
    EXPECT_EQ(advice("x", {}), "");
}

TEST(Quoted, CutsLongWordsAndHidesControlCharacters) {
    EXPECT_EQ(in_quotes("a\nb\x7f"), "'a?b?'");
    EXPECT_EQ(in_quotes(std::string(100, 'x')), '\'' + std::string(64, 'x') + "...'");
    EXPECT_EQ(in_quotes(std::string(63, 'x') + "\xc3\xa9" + "y"), '\'' + std::string(63, 'x') + "...'")
        << "no character is cut in half";
}

}  // namespace
}  // namespace policies::load
