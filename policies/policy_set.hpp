#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policies/budget.hpp"
#include "policies/detector.hpp"
#include "policies/rule_id.hpp"
#include "sql/catalog.hpp"
#include "sql/treatment.hpp"

namespace policies {

struct ClassRule {
    std::string name;
    std::optional<sql::Mask> mask;  // nullopt: strip
    RuleId rule;
};

/// One column of a table: open, of a class, or stripped.
struct ColumnRule {
    std::string column;                // "*": every column not named
    std::optional<std::string> clazz;  // nullopt: open
    RuleId rule;
    /// Of a derived rule: the classes of what the column is computed from. Who sees all of them in clear sees
    /// the column, for everybody else it is stripped.
    std::vector<std::string> computed_from = {};
};

/// What stands at a path of a json or jsonb column that is open otherwise.
struct PathRule {
    std::string column;
    std::vector<std::string> keys;
    std::string clazz;
    RuleId rule;
};

/// Which column says whose data a row is.
struct SubjectRule {
    std::string kind;  // "customer"
    std::string column;
    RuleId rule;
};

/// A table whose rows stand behind those of a materialized view, once for each place in its definition.
struct SourceRule {
    std::string table;                   // "public.customers"
    std::vector<std::string> uncarried;  // kinds of its people whom no column of the view names
    std::string key;                     // its primary key, if one column
    std::string carried_key;             // the view's column that holds it; empty: none
};

/// What follows from a materialized view's definition, besides its subjects and columns.
struct DerivedRule {
    std::vector<SourceRule> sources;
    std::vector<std::string> chosen_by;  // classes by which its rows were chosen; "": of a stripped column
    std::string unclear;                 // why nothing follows; empty: all does
};

struct TableRule {
    std::string schema;
    std::string name;
    bool open = false;  // `table: open`: nothing about a person in it
    std::vector<SubjectRule> subjects;
    std::vector<ColumnRule> columns;
    std::vector<PathRule> paths;
    RuleId rule;
    std::optional<DerivedRule> derived = {};  // `table: derived`, or a rule that was derived

    [[nodiscard]] bool has_paths(std::string_view column) const;
};

/// What a role may change of one table.
struct WriteRule {
    std::string table;  // "schema.name"
    /// Rows may be inserted, updated and deleted, by the columns that the role sees in clear or that are
    /// open.
    bool rows = true;
    std::vector<std::pair<std::string, RuleId>> columns;  // that may be given values whatever the role sees
    RuleId rule;
};

struct Role {
    std::string name;
    bool unrestricted = false;
    std::vector<std::pair<std::string, RuleId>> tables;          // "schema.name"
    std::vector<std::pair<std::string, RuleId>> clear;           // classes
    std::map<std::string, RuleId> search;                        // class: exact
    std::map<std::string, std::pair<std::string, RuleId>> rows;  // "schema.name": SQL condition
    Budgets budget;                                              // of each person
    Budgets shared_budget;                                       // of all who have the role together
    bool masks_at_limit = false;       // what is left is shown masked; else it is refused
    bool limited = false;              // some budget counts what it reads
    std::vector<std::string> counted;  // kinds of people of whom a budget or detector counts what it reads
    std::vector<std::pair<std::string, RuleId>> functions;  // "schema.name": allowed besides safe built-ins
    std::vector<WriteRule> write;
    std::vector<std::pair<std::string, RuleId>> statements;  // of grantable_statements()
    std::vector<std::pair<std::string, RuleId>> settings;    // "application.name": that it may set and read
    std::optional<sql::AggregatesOnly> aggregates_only;
    std::vector<std::pair<std::string, RuleId>> taken =
        {};  // from `clear`, by used-up budgets: masked_role()
    RuleId rule;

    [[nodiscard]] bool may_read(std::string_view table) const;  // "schema.name"
    [[nodiscard]] bool sees_clear(std::string_view clazz) const;
    [[nodiscard]] bool may_run(std::string_view statement) const;             // of grantable_statements()
    [[nodiscard]] bool may_set(std::string_view setting) const;               // of `settings`
    [[nodiscard]] const WriteRule* write_rule(std::string_view table) const;  // nullptr: may not be changed
};

/// `role` once budgets are used up, and what follows is masked: without `classes` in clear; nullopt: without
/// any.
[[nodiscard]] Role masked_role(const Role& role, const std::optional<std::set<std::string>>& classes);

/// What a role's `statements` may grant beyond what every role may run: call, explain_analyze, listen, lock,
/// notify, temp_tables.
[[nodiscard]] const std::vector<std::string>& grantable_statements();

/// For whom a log-in reads.
enum class ActsFor {
    himself,
    required,  // for people whom it names; without a name it reads nothing
    signed_,   // and proves by a token that they asked
};

/// Who logs in: a person, or a tool that acts for people.
struct User {
    std::string name;
    std::string role;
    ActsFor acts_for = ActsFor::himself;
    Budgets budget;  // of all that goes through this log-in, for whomever
    RuleId rule;
};

/// People who share a budget.
struct Team {
    std::string name;
    std::vector<std::pair<std::string, RuleId>> members;
    Budgets budget;
    RuleId rule;
};

struct Defaults {
    bool deny_unlisted_tables = true;
    bool strip_unlisted_columns = true;  // false: unlisted columns are open
};

/// One policy file, checked by itself. Immutable once loaded.
struct PolicySet {
    std::string file;
    std::string version;                 // hash of the file's bytes
    std::vector<std::string> databases;  // those it governs; restricted roles reach only these
    std::map<std::string, ClassRule> classes;
    std::map<std::string, TableRule> tables;  // by "schema.name"
    std::map<std::string, Role> roles;
    std::map<std::string, User> users;
    std::map<std::string, Team> teams;
    std::set<std::string> budgeted_classes;  // some budget counts those by whom they are seen in clear
    Detectors detectors;
    Defaults defaults;
};

/// What a table's rule says of a column by its name, or by "*".
[[nodiscard]] const ColumnRule* rule_for(const TableRule& table, std::string_view column);
/// The class that a column has by its name, "" for one that is stripped; nullopt: it is open.
[[nodiscard]] std::optional<std::string> class_of(const PolicySet& policy, const TableRule& table,
                                                  const sql::Relation& relation, const sql::Column& column);

}  // namespace policies
