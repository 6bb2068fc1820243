#include "sql/catalog.hpp"

#include <gtest/gtest.h>

TEST(Catalog, FindsARelationByItsQualifiedNameOnly) {
    sql::Catalog catalog;
    catalog.add(sql::Relation{.oid = 1, .schema = "public", .name = "customers"});
    ASSERT_NE(catalog.relation("public", "customers"), nullptr);
    EXPECT_EQ(catalog.relation("public", "customers")->oid, 1u);
    EXPECT_EQ(catalog.relation("kyc", "customers"), nullptr);
}

TEST(Catalog, HasANumberThatNoOtherContentHas) {
    sql::Catalog catalog;
    catalog.add(sql::Relation{.oid = 1, .schema = "public", .name = "customers"});
    const sql::Catalog copy = catalog;
    EXPECT_EQ(copy.number(), catalog.number());
    catalog.add(sql::Relation{.oid = 2, .schema = "public", .name = "orders"});
    EXPECT_NE(copy.number(), catalog.number());
    const sql::Catalog with_temporary(catalog, {});
    EXPECT_EQ(with_temporary.number(), catalog.number());
}
