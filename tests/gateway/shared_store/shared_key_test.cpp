#include "gateway/shared_store/shared_key.hpp"

#include <gtest/gtest.h>

namespace gateway::shared_store {
namespace {

// By Python's cryptography: HKDF(SHA256(), 16, None, b"tabir shared budgets").derive(b"s" * 32),
// little-endian.
TEST(SharedKey, IsTheSameOnEveryReplica) {
    const auto key = shared_key(std::string(32, 's'));
    EXPECT_EQ(key[0], 0xe9795d98694c4c6eULL);
    EXPECT_EQ(key[1], 0x3780e3bc61f5f0afULL);
}

TEST(SharedKey, HangsOnEveryByteOfTheSecret) {
    std::string secret(40, 's');
    const auto key = shared_key(secret);
    for (char& byte : secret) {
        byte = 't';
        EXPECT_NE(shared_key(secret), key);
        byte = 's';
    }
}

}  // namespace
}  // namespace gateway::shared_store
