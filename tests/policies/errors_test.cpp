#include "policies/errors.hpp"

#include <gtest/gtest.h>

TEST(Mistake, ReadsAsFileLineColumnMessage) {
    const policies::Mistake mistake{
        .file = "p.yaml", .line = 8, .column = 5, .message = "duplicate key 'name'"};
    EXPECT_EQ(mistake.text(), "p.yaml:8:5: duplicate key 'name'");
}
