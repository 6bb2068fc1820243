#include "sql/catalog.hpp"

#include <gtest/gtest.h>

TEST(Catalog, FindsARelationByItsQualifiedNameOnly) {
    sql::Catalog catalog;
    catalog.add(sql::Relation{.oid = 1, .schema = "public", .name = "customers"});
    ASSERT_NE(catalog.relation("public", "customers"), nullptr);
    EXPECT_EQ(catalog.relation("public", "customers")->oid, 1u);
    EXPECT_EQ(catalog.relation("kyc", "customers"), nullptr);
}
