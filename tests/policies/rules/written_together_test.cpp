// What PostgreSQL looks at together when a row is written tells of values and rows that the role does not
// see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "policies/decide.hpp"
#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/sample_catalog.hpp"

namespace policies::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* policy_text = R"(version: 1
databases: [payments]
classes: { phone: { mask: { keep_last: 4 } }, amount: { mask: null } }
tables:
  public.customers: { subject: { customer: id }, columns: { id: open, phone: phone, city: open } }
  billing.transactions: { subject: { customer: customer_id }, columns: { id: open, customer_id: open, amount: amount } }
  support.tickets: open
roles:
  editor:
    tables: [public.customers, support.tickets, billing.transactions]
    search: { phone: exact }
    write: [{ public.customers: ["*", phone] }, support.tickets, billing.transactions]
    statements: [explain_analyze]
  filtered:
    tables: [public.customers, support.tickets]
    rows: { support.tickets: "assignee = :user" }
    write: [public.customers]
  clear: { tables: [public.customers, billing.transactions], clear: [phone, amount], write: [public.customers] }
)";

constexpr sql::AttributeNumber id = 1;
constexpr sql::AttributeNumber phone = 3;
constexpr sql::AttributeNumber email = 4;  // stripped
constexpr sql::AttributeNumber city = 5;
constexpr sql::AttributeNumber amount = 3;

std::shared_ptr<const BoundPolicy> bound(const std::function<void(sql::Relation&)>& change,
                                         sql::Oid changed = oid::customers) {
    sql::Catalog catalog = sample_catalog();
    sql::Relation relation = *catalog.relation(changed);
    change(relation);
    catalog.add(std::move(relation));
    auto result =
        BoundPolicy::bind(good_policy(policy_text), std::make_shared<const sql::Catalog>(std::move(catalog)));
    if (const auto* mistakes = std::get_if<Mistakes>(&result))
        throw std::logic_error(mistakes->front().text());
    return std::get<std::shared_ptr<const BoundPolicy>>(std::move(result));
}

std::shared_ptr<const BoundPolicy> tied(std::vector<sql::AttributeNumber> columns,
                                        bool with_other_rows = false) {
    return bound([&](sql::Relation& customers) {
        customers.ties = {{.columns = std::move(columns), .with_other_rows = with_other_rows}};
    });
}

std::string message(const BoundPolicy& policy, const char* role, const sql::Facts& facts) {
    const Decision decided = decide(policy, policy.policy().roles.at(role), "u", facts);
    const auto* denied = std::get_if<Deny>(&decided);
    return denied == nullptr ? "allowed" : denied->message;
}

sql::Facts change(sql::WriteUse use) {
    sql::Facts facts{.kind = sql::StatementKind::update, .command = "UPDATE"};
    facts.writes.push_back(std::move(use));
    return facts;
}

sql::Facts updating(std::initializer_list<sql::AttributeNumber> columns) {
    sql::WriteUse use{.relation = oid::customers, .updates = true};
    for (const sql::AttributeNumber column : columns)
        use.columns.push_back({.number = column});
    return change(std::move(use));
}

sql::Facts inserting(std::initializer_list<sql::AttributeNumber> columns,
                     std::initializer_list<sql::AttributeNumber> on_conflict = {}) {
    sql::WriteUse use{.relation = oid::customers, .inserts = true, .updates = on_conflict.size() > 0};
    for (const sql::AttributeNumber column : columns)
        use.columns.push_back({.number = column, .inserted = true});
    for (const sql::AttributeNumber column : on_conflict)
        use.columns.push_back({.number = column});
    return change(std::move(use));
}

TEST(WrittenTogether, AColumnIsNotChangedThatIsLookedAtTogetherWithAHiddenOne) {
    EXPECT_THAT(
        message(*tied({phone, city}), "editor", updating({city})),
        HasSubstr("may not write column city of public.customers, because a constraint, index or generated "
                  "column would compare it with phone"));
    EXPECT_THAT(message(*tied({email, city}), "editor", updating({city})),
                HasSubstr("compare it with email"));
    EXPECT_THAT(message(*tied({0, city}), "editor", updating({city})), HasSubstr("compare it with one"));
    EXPECT_EQ(message(*tied({phone, email}), "editor", updating({city})), "allowed");
    EXPECT_EQ(message(*tied({id, city}), "editor", updating({city})), "allowed");
    EXPECT_EQ(message(*tied({phone, city}), "clear", updating({city})), "allowed");
}

TEST(WrittenTogether, AHiddenValueIsKeptWhereItsMaskIsWritten) {
    EXPECT_THAT(message(*tied({phone, city}), "editor", updating({city, phone})), HasSubstr("with phone"));
    EXPECT_EQ(message(*tied({phone, city}), "editor", updating({phone})), "allowed") << "nothing else is";
    EXPECT_EQ(message(*tied({phone, city}), "clear", updating({city, phone})), "allowed");
}

TEST(WrittenTogether, AMaskTellsWhetherAValueIsNull) {
    const auto asked = [](std::vector<sql::AttributeNumber> null_tests) {
        return bound([&](sql::Relation& customers) {
            customers.ties = {{.columns = {phone, email, city}, .null_tests = std::move(null_tests)}};
        });
    };
    EXPECT_THAT(message(*asked({phone}), "editor", updating({city})), HasSubstr("with email"));
    EXPECT_THAT(message(*asked({phone, email}), "editor", updating({city})), HasSubstr("with email"))
        << "of which the role sees nothing";
    const auto phone_only = bound([](sql::Relation& customers) {
        customers.ties = {{.columns = {phone, city}, .null_tests = {phone}}};
    });
    EXPECT_EQ(message(*phone_only, "editor", updating({city})), "allowed");
    EXPECT_EQ(message(*phone_only, "editor", updating({city, phone})), "allowed");
    const auto null_mask = bound(
        [](sql::Relation& transactions) {
            transactions.ties = {{.columns = {id, amount}, .null_tests = {amount}}};
        },
        oid::transactions);
    EXPECT_THAT(
        message(*null_mask, "editor",
                change({.relation = oid::transactions, .updates = true, .columns = {{.number = id}}})),
        HasSubstr("with amount"))
        << "which is shown as NULL, whatever it is";
}

TEST(WrittenTogether, ANewRowComparesTheRolesOwnValues) {
    EXPECT_EQ(message(*tied({phone, city}, true), "editor", inserting({city, phone})), "allowed");
    EXPECT_THAT(message(*tied({phone, city}), "editor", inserting({city, phone}, {city})),
                HasSubstr("with phone"))
        << "what ON CONFLICT changes keeps the other column";
    sql::Facts merge = updating({city, phone});
    merge.writes.front().merges = true;
    EXPECT_THAT(message(*tied({phone, city}), "editor", merge), HasSubstr("with phone"))
        << "each WHEN has its own columns";
}

TEST(WrittenTogether, ANewRowIsComparedWithOthersOnly) {
    EXPECT_EQ(message(*tied({phone, city}), "editor", inserting({city})), "allowed");
    EXPECT_THAT(message(*tied({phone, city}, true), "editor", inserting({city})), HasSubstr("with phone"));
    EXPECT_EQ(message(*tied({phone, city}, true), "editor", inserting({city, phone})), "allowed");
    EXPECT_EQ(message(*tied({phone, city}), "editor", inserting({city}, {id})), "allowed");
}

sql::Column& column_of(sql::Relation& relation, sql::AttributeNumber number) {
    return *std::ranges::find(relation.columns, number, &sql::Column::number);
}

TEST(WrittenTogether, WhoMaySearchIsToldWhatIsEqual) {
    const auto unique = [](sql::AttributeNumber hidden) {
        return bound([&](sql::Relation& customers) {
            customers.ties = {{.columns = {hidden, city}, .with_other_rows = true, .equalities = {hidden}}};
        });
    };
    EXPECT_EQ(message(*unique(phone), "editor", updating({city})), "allowed");
    EXPECT_THAT(message(*unique(email), "editor", updating({city})), HasSubstr("with email"));
    EXPECT_EQ(message(*unique(email), "editor", inserting({city})), "allowed") << "NULL equals no other";
    const auto filled = bound([](sql::Relation& customers) {
        column_of(customers, email).has_default = true;
        customers.ties = {{.columns = {email, city}, .with_other_rows = true, .equalities = {email}}};
    });
    EXPECT_THAT(message(*filled, "editor", inserting({city})), HasSubstr("with email"));
}

TEST(WrittenTogether, ARowThatLeavesAnIndexIsNotLookedAt) {
    const auto partial = bound([](sql::Relation& customers) {
        customers.ties = {{.columns = {phone, city, id}, .with_other_rows = true, .only_where_null = {city}}};
    });
    sql::Facts marked = updating({city});
    EXPECT_THAT(message(*partial, "editor", marked), HasSubstr("with phone"));
    marked.writes.front().columns.front().never_null = true;
    EXPECT_EQ(message(*partial, "editor", marked), "allowed");
    marked.writes.front().merges = true;
    EXPECT_THAT(message(*partial, "editor", marked), HasSubstr("with phone"));
}

TEST(WrittenTogether, WhatAnIndexOnlyHoldsIsComparedWithNothing) {
    const auto held = bound([](sql::Relation& customers) {
        customers.ties = {{.columns = {email, city}, .held = {email}}};
    });
    EXPECT_EQ(message(*held, "editor", updating({city})), "allowed");
}

TEST(WrittenTogether, WhatIsGeneratedIsWrittenWithWhatItIsComputedFrom) {
    const auto tied_by = [](std::vector<sql::AttributeNumber> from) {
        return bound([&](sql::Relation& customers) {
            column_of(customers, email).generated_from = std::move(from);
            customers.ties = {{.columns = {email, phone}}};
        });
    };
    EXPECT_THAT(message(*tied_by({city}), "editor", updating({city})),
                HasSubstr("write column city of public.customers, because a constraint, index or generated "
                          "column would compare it with phone"));
    EXPECT_EQ(message(*tied_by({id}), "editor", updating({city})), "allowed");
    const auto compared_by = [](sql::AttributeNumber from) {
        return bound([&](sql::Relation& customers) {
            column_of(customers, email).generated_from = {from};
            customers.compared = {email};
        });
    };
    EXPECT_THAT(message(*compared_by(phone), "editor", updating({phone})),
                HasSubstr("would tell whether another row has the value"));
    EXPECT_EQ(message(*compared_by(city), "editor", updating({city})), "allowed")
        << "the role sees all of it";
}

TEST(WrittenTogether, WhoMaySearchExactlyIsToldOfNoParts) {
    const auto unique = [](std::vector<sql::AttributeNumber> otherwise) {
        return bound([&](sql::Relation& customers) {
            customers.compared = {phone};
            customers.compared_otherwise = std::move(otherwise);
        });
    };
    EXPECT_EQ(message(*unique({}), "editor", updating({phone})), "allowed");
    EXPECT_THAT(message(*unique({phone}), "editor", updating({phone})), HasSubstr("or a part of it"));
}

std::shared_ptr<const BoundPolicy> referred(sql::Oid from, sql::KeyAction action) {
    return bound([&](sql::Relation& customers) {
        customers.referred_by = {{.from = from, .columns = {id}, .on_delete = action, .on_update = action}};
    });
}

sql::Facts deleting() { return change({.relation = oid::customers, .deletes = true}); }

TEST(WrittenTogether, AForeignKeyTellsOfNoRowThatARowFilterHides) {
    using enum sql::KeyAction;
    const char* const reason = "because a foreign key would tell of rows that its row filters hide";
    EXPECT_THAT(message(*referred(oid::tickets, refuses), "filtered", deleting()), HasSubstr(reason));
    EXPECT_THAT(message(*referred(oid::tickets, refuses), "filtered", updating({id})), HasSubstr(reason));
    EXPECT_EQ(message(*referred(oid::tickets, refuses), "filtered", updating({city})), "allowed");
    EXPECT_EQ(message(*referred(oid::tickets, refuses), "filtered", inserting({id, city}, {city})),
              "allowed");
    EXPECT_EQ(message(*referred(oid::tickets, follows), "filtered", deleting()), "allowed");
    EXPECT_EQ(message(*referred(oid::tickets, sets_null), "filtered", updating({id})), "allowed");
    EXPECT_EQ(message(*referred(oid::tickets, refuses), "editor", deleting()), "allowed");
    EXPECT_EQ(message(*referred(oid::notes, refuses), "editor", deleting()), "allowed");
}

TEST(WrittenTogether, NorDoesAKeyThatIsTakenFromThem) {
    const auto taken = [](sql::KeyAction action, const std::function<void(sql::Relation&)>& change) {
        sql::Catalog catalog = sample_catalog();
        sql::Relation customers = *catalog.relation(oid::customers);
        customers.referred_by = {{.from = oid::tickets,
                                  .columns = {id},
                                  .from_columns = {2},
                                  .emptied = {2},
                                  .on_delete = action}};
        sql::Relation tickets = *catalog.relation(oid::tickets);
        change(tickets);
        catalog.add(std::move(customers));
        catalog.add(std::move(tickets));
        return std::get<std::shared_ptr<const BoundPolicy>>(BoundPolicy::bind(
            good_policy(policy_text), std::make_shared<const sql::Catalog>(std::move(catalog))));
    };
    using enum sql::KeyAction;
    const auto may_be_null = [](sql::Relation& tickets) { column_of(tickets, 2).not_null = false; };
    const auto is_not_null = [](sql::Relation& tickets) { column_of(tickets, 2).not_null = true; };
    const auto is_checked = [](sql::Relation& tickets) {
        column_of(tickets, 2).not_null = false;
        tickets.ties = {{.columns = {1, 2}}};
    };
    EXPECT_EQ(message(*taken(sets_null, may_be_null), "filtered", deleting()), "allowed");
    for (const auto& policy :
         {taken(sets_null, is_not_null), taken(sets_null, is_checked), taken(sets_default, may_be_null)}) {
        EXPECT_THAT(message(*policy, "filtered", deleting()), HasSubstr("a foreign key would tell"));
        EXPECT_EQ(message(*policy, "editor", deleting()), "allowed") << "it sees all rows";
    }
}

TEST(WrittenTogether, NorDoesOneOfRowsThatGoWithTheOthers) {
    sql::Catalog catalog = sample_catalog();
    sql::Relation customers = *catalog.relation(oid::customers);
    customers.referred_by = {{.from = oid::notes, .columns = {id}, .on_delete = sql::KeyAction::follows}};
    sql::Relation notes = *catalog.relation(oid::notes);
    notes.referred_by = {{.from = oid::customers, .columns = {id}, .on_delete = sql::KeyAction::follows},
                         {.from = oid::tickets, .columns = {id}, .on_delete = sql::KeyAction::refuses}};
    catalog.add(std::move(customers));
    catalog.add(std::move(notes));
    const auto policy = std::get<std::shared_ptr<const BoundPolicy>>(BoundPolicy::bind(
        good_policy(policy_text), std::make_shared<const sql::Catalog>(std::move(catalog))));
    EXPECT_THAT(message(*policy, "filtered", deleting()), HasSubstr("a foreign key would tell"));
    EXPECT_EQ(message(*policy, "editor", deleting()), "allowed");
}

std::shared_ptr<const BoundPolicy> parted_by(sql::AttributeNumber column) {
    return bound([&](sql::Relation& transactions) { transactions.partition_key = {column}; },
                 oid::transactions);
}

sql::Facts reading(sql::Oid relation, sql::AttributeNumber column = id) {
    sql::Facts facts{.kind = sql::StatementKind::select, .command = "SELECT"};
    facts.relations.push_back({.relation = relation});
    facts.columns.push_back({.relation = relation, .number = column});
    return facts;
}

TEST(Partitions, AreNotNamedWhereAHiddenColumnChoosesThem) {
    const auto hidden = parted_by(amount);
    EXPECT_THAT(message(*hidden, "editor", reading(oid::transactions_2024)),
                HasSubstr("may not name billing.transactions_2024 by itself: its rows are chosen by amount"));
    sql::Facts write = change({.relation = oid::transactions_2024, .deletes = true});
    EXPECT_THAT(message(*hidden, "editor", write), HasSubstr("by itself"));
    EXPECT_EQ(message(*hidden, "editor", reading(oid::transactions)), "allowed");
    EXPECT_EQ(message(*hidden, "clear", reading(oid::transactions_2024)), "allowed");
    EXPECT_EQ(message(*parted_by(id), "editor", reading(oid::transactions_2024)), "allowed");
}

TEST(Partitions, AreNotToldByWhereARowStands) {
    constexpr sql::AttributeNumber tableoid = -6;
    EXPECT_THAT(message(*parted_by(amount), "editor", reading(oid::transactions, tableoid)),
                HasSubstr("may not read a system column of billing.transactions"));
    EXPECT_EQ(message(*parted_by(id), "editor", reading(oid::transactions, tableoid)), "allowed");
    sql::Facts plan = reading(oid::transactions);
    plan.kind = sql::StatementKind::explain;
    plan.carries = sql::StatementKind::select;
    plan.runs_a_plan = true;
    EXPECT_THAT(message(*parted_by(amount), "editor", plan), HasSubstr("EXPLAIN ANALYZE"));
    EXPECT_EQ(message(*parted_by(id), "editor", plan), "allowed");
}

}  // namespace
}  // namespace policies::testing
