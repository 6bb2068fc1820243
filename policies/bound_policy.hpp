#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "policies/bind/derived.hpp"
#include "policies/bind/kept_treatments.hpp"
#include "policies/errors.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies {

/// A policy whose tables and columns were found in one database's catalog. Partitions and inheritance
/// children inherit the rule of their parent. Immutable, but for what it has worked out already.
class BoundPolicy {
public:
    /// Checks every table, column, subject and row filter of `policy` against `catalog`; all mistakes at
    /// once. `before`: the same policy as it was bound to this database until now. A column keeps the class
    /// that it had then, whatever it is called by now: who renames columns does not decide what is shown.
    [[nodiscard]] static std::variant<std::shared_ptr<const BoundPolicy>, Mistakes> bind(
        std::shared_ptr<const PolicySet> policy, std::shared_ptr<const sql::Catalog> catalog,
        const BoundPolicy* before = nullptr);

    [[nodiscard]] const PolicySet& policy() const { return *policy_; }
    [[nodiscard]] const sql::Catalog& catalog() const { return *catalog_; }
    [[nodiscard]] const std::shared_ptr<const sql::Catalog>& shared_catalog() const { return catalog_; }
    /// The rule that governs a relation, by itself or by inheritance; nullptr: unlisted.
    [[nodiscard]] const TableRule* rule_of(sql::Oid relation) const;
    /// An unlisted relation that shows rows of a protected one, such as a materialized view over it: never
    /// open, whatever the defaults say.
    [[nodiscard]] bool shows_protected_rows(sql::Oid relation) const { return tainted_.contains(relation); }
    /// The class that the policy gave to a column under this name or an earlier one, "" for a column that it
    /// strips; nullptr: none.
    [[nodiscard]] const std::string* kept_class(sql::Oid relation, sql::AttributeNumber column) const;
    /// The class by which a column is shown, "" for a column that is stripped; nullopt: none. A column that
    /// was renamed while the policy is in force keeps the class of its earlier name.
    [[nodiscard]] std::optional<std::string> class_now(const TableRule& table, const sql::Relation& relation,
                                                       const sql::Column& column) const;
    [[nodiscard]] bool keeps_classes(sql::Oid relation) const {
        return kept_.contains(relation) || documents_.contains(relation);
    }
    /// Columns that are shown as what they were called before, for the log.
    [[nodiscard]] const std::vector<std::string>& renamed() const { return renamed_; }
    /// Of roles of policy() alone, and as rules/treatment.hpp makes them.
    [[nodiscard]] bind::KeptTreatments& treatments() const { return treatments_; }

private:
    BoundPolicy() = default;
    void keep_classes(const BoundPolicy* before);

    std::shared_ptr<const PolicySet> policy_;
    std::shared_ptr<const sql::Catalog> catalog_;
    std::unordered_map<sql::Oid, const TableRule*> rules_;
    bind::DerivedRules derived_;
    std::unordered_set<sql::Oid> tainted_;
    std::unordered_map<sql::Oid, std::unordered_map<sql::AttributeNumber, std::string>> kept_;
    std::unordered_map<sql::Oid, std::unordered_map<sql::AttributeNumber, std::string>>
        documents_;  // with paths
    std::vector<std::string> renamed_;
    mutable bind::KeptTreatments treatments_;
};

}  // namespace policies
