#include <gtest/gtest.h>

#include "gateway/auth/digests.hpp"
#include "gateway/auth/md5_answer.hpp"
#include "gateway/auth/saslprep.hpp"

namespace gateway::auth {
namespace {

using namespace std::string_literals;

struct PreparedCase {
    std::string name;
    std::string password;
    std::string expected;
};
class NormalizedPassword : public testing::TestWithParam<PreparedCase> {};

TEST_P(NormalizedPassword, FollowsSaslprepOrStaysAsItIs) {
    EXPECT_EQ(normalized_password(GetParam().password), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Auth, NormalizedPassword,
    testing::Values(PreparedCase{"ascii", "secret", "secret"}, PreparedCase{"empty", "", ""},
                    PreparedCase{"soft_hyphen_goes", "I\u00ADX", "IX"},       // RFC 4013, section 3
                    PreparedCase{"ordinal_becomes_a_letter", "\u00AA", "a"},  // the same
                    PreparedCase{"roman_numeral", "\u2168", "IX"},            // the same
                    PreparedCase{"wide_blank", "a\u3000b", "a b"},
                    PreparedCase{"prohibited_control", "\u00E4\x07", "\u00E4\x07"},
                    PreparedCase{"mixed_direction", "\u0627\u0031", "\u0627\u0031"},
                    PreparedCase{"not_utf8", "\xff\xfe", "\xff\xfe"},
                    PreparedCase{"cut_utf8", "a\xc3", "a\xc3"},
                    PreparedCase{"nothing_left", "\u00AD", "\u00AD"},
                    PreparedCase{"nul", "\u00E4\0b"s, "\u00E4\0b"s}),
    [](const auto& info) { return info.param.name; });

TEST(Md5Answer, IsWhatPostgresqlExpects) {
    // md5(md5('secret' || 'agent7') || 'salt'), computed with psql's md5().
    EXPECT_EQ(md5_answer("agent7", "secret", "salt").value(), "md5f26177439dd68ebb76207d0b00e11e69");
}

class OddBase64 : public testing::TestWithParam<std::string> {};

TEST_P(OddBase64, IsRefused) { EXPECT_EQ(from_base64(GetParam()), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(Auth, OddBase64,
                         testing::Values("A", "AA", "AAA", "AA=A", "====", "A===", "AA==AAAA", " AAA",
                                         "AAA\n", "AB==", "AAB=", "AA-_", "AAAA\n"));

TEST(Base64, IsReadAsItIsWritten) {
    for (std::size_t size = 0; size < 70; ++size) {
        const auto data = random_bytes(size);
        EXPECT_EQ(from_base64(base64(data)), data);
    }
}

}  // namespace
}  // namespace gateway::auth
