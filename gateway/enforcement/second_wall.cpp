#include "gateway/enforcement/second_wall.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "policies/needed_rights.hpp"

namespace gateway::enforcement {
namespace {

using policies::NeededRight;

std::string quoted(const std::string& name) {
    const bool plain =
        !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    if (plain) return name;
    std::string text = "\"";
    for (const char c : name)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

class Wall {
public:
    Wall(const policies::BoundPolicy& policy, const WallUser& user, const backend::DatabaseRights& rights)
        : catalog_(policy.catalog()), user_(user), rights_(rights) {
        for (const policies::Role* role : user.roles) {
            for (const NeededRight& right : policies::needed_rights(policy, *role)) {
                NeededRight& all = needed_[right.relation];
                all.relation = right.relation;
                all.through_parent = right.through_parent;
                all.whole = all.whole || right.whole;
                all.write = all.write || right.write;
                all.columns.insert(right.columns.begin(), right.columns.end());
            }
            for (const auto& [name, rule] : role->functions)
                named_functions_.insert(name);
        }
    }

    std::vector<WallFinding> findings() {
        if (!rights_.exists) {
            found_.push_back({fmt::format("user {} does not exist", user_.name),
                              fmt::format("CREATE ROLE {} LOGIN;", quoted(user_.name))});
            return std::move(found_);
        }
        for (const backend::RightFinding& finding : rights_.findings)
            found_.push_back({user_.name + ' ' + finding.what, finding.fix});
        if (rights_.superuser) return std::move(found_);
        for (const backend::DefinerFunction& function : rights_.definers) {
            if (!named_functions_.contains(function.name))
                found_.push_back({user_.name + ' ' + function.finding.what, function.finding.fix});
        }
        too_much();
        too_little();
        return std::move(found_);
    }

private:
    [[nodiscard]] std::string name_of(const sql::Relation& relation) const {
        return quoted(relation.schema) + '.' + quoted(relation.name);
    }

    [[nodiscard]] const NeededRight* need_of(const sql::Relation& relation) const {
        auto found = needed_.find(relation.oid);
        // nextval and its kind, of tables that are written.
        if (found == needed_.end() && relation.kind == sql::RelationKind::sequence)
            found = needed_.find(relation.owned_by);
        return found == needed_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] bool is_needed(const sql::Relation& relation, const backend::RelationGrant& grant) const {
        const NeededRight* need = need_of(relation);
        if (need == nullptr) return false;
        const bool sequence = relation.kind == sql::RelationKind::sequence;
        if (sequence) return need->write || (grant.privilege == "SELECT" && need->whole);
        if (grant.privilege == "SELECT") return reads(*need);
        const bool writing =
            grant.privilege == "INSERT" || grant.privilege == "UPDATE" || grant.privilege == "DELETE";
        return writing && need->write;
    }

    static bool reads(const NeededRight& need) { return need.whole || need.write || !need.columns.empty(); }

    /// Every column is needed, or the statement to grant must name them.
    [[nodiscard]] static bool whole(const NeededRight& need) { return need.whole || need.write; }

    [[nodiscard]] std::string columns_of(const sql::Relation& relation, const NeededRight& need) const {
        std::string list;
        for (const sql::Column& column : relation.columns) {
            if (need.columns.contains(column.number))
                list += (list.empty() ? "" : ", ") + quoted(column.name);
        }
        return list;
    }

    void too_much() {
        for (const backend::RelationGrant& grant : rights_.relations) {
            const sql::Relation* relation = catalog_.relation(grant.relation);
            if (relation == nullptr) continue;
            if (grant.owner) {
                if (owners_.insert(relation->oid).second) {
                    found_.push_back(
                        {fmt::format("{} owns {}", user_.name, name_of(*relation)),
                         fmt::format("ALTER TABLE {} OWNER TO CURRENT_USER;", name_of(*relation))});
                }
            } else if (!is_needed(*relation, grant)) {
                revoke(*relation, grant);
            } else if (grant.privilege == "SELECT" && relation->kind != sql::RelationKind::sequence) {
                advise_columns(*relation, grant, *need_of(*relation));
            }
        }
        for (auto& [key, grants] : revoked_) {
            const auto& [relation, grantee, direct] = key;
            const std::string to =
                grantee == "PUBLIC" ? " through PUBLIC" : (direct ? "" : " through " + grantee);
            found_.push_back({fmt::format("{} may {} {}{}, which no role of the policy needs", user_.name,
                                          fmt::join(grants, ", "), name_of(*catalog_.relation(relation)), to),
                              fmt::format("REVOKE {} ON {} FROM {};", fmt::join(grants, ", "),
                                          name_of(*catalog_.relation(relation)), grantee)});
        }
    }

    void revoke(const sql::Relation& relation, const backend::RelationGrant& grant) {
        revoked_[{relation.oid, grant.grantee, grant.direct}].insert(
            grant.column == 0 ? grant.privilege : grant.privilege + " (" + grant.column_name + ')');
    }

    void advise_columns(const sql::Relation& relation, const backend::RelationGrant& grant,
                        const NeededRight& need) {
        if (whole(need)) return;
        const std::string columns = columns_of(relation, need);
        if (grant.column == 0) {
            found_.push_back(
                {fmt::format("{} may read every column of {}, also those that its roles have stripped",
                             user_.name, name_of(relation)),
                 fmt::format("REVOKE SELECT ON {0} FROM {1}; GRANT SELECT ({2}) ON {0} TO {3};",
                             name_of(relation), grant.grantee, columns, quoted(user_.name)),
                 true});
        } else if (!need.columns.contains(grant.column)) {
            found_.push_back({fmt::format("{} may read column {} of {}, which its roles have stripped",
                                          user_.name, grant.column_name, name_of(relation)),
                              fmt::format("REVOKE SELECT ({}) ON {} FROM {};", grant.column_name,
                                          name_of(relation), grant.grantee),
                              true});
        }
    }

    [[nodiscard]] bool has(sql::Oid relation, const std::string& privilege,
                           sql::AttributeNumber column) const {
        return std::ranges::any_of(rights_.relations, [&](const backend::RelationGrant& grant) {
            return grant.relation == relation && grant.privilege == privilege &&
                   (grant.column == 0 || grant.column == column);
        });
    }

    void too_little() {
        const bool makes_temporary = std::ranges::any_of(
            user_.roles, [](const policies::Role* role) { return role->may_run("temp_tables"); });
        if (makes_temporary && !rights_.makes_temporary) {
            found_.push_back(
                {fmt::format("{} may not make temporary tables, which the policy lets it", user_.name),
                 fmt::format("GRANT TEMPORARY ON DATABASE {} TO {};",
                             quoted(std::string(catalog_.database())), quoted(user_.name))});
        }
        std::set<std::string> schemas;
        for (const auto& [oid, need] : needed_) {
            const sql::Relation* relation = catalog_.relation(oid);
            if (relation == nullptr || need.through_parent) continue;
            if (!rights_.schemas.contains(relation->schema)) schemas.insert(relation->schema);
            if (relation->kind == sql::RelationKind::sequence) {
                grant_using(*relation, "the policy lets it");
                continue;
            }
            grant_reading(*relation, need);
            if (need.write) grant_writing(*relation);
        }
        for (const std::string& schema : catalog_.trusted_schemas()) {
            if (!rights_.schemas.contains(schema)) schemas.insert(schema);
        }
        for (const std::string& schema : schemas) {
            found_.push_back(
                {fmt::format("{} may not use schema {}", user_.name, schema),
                 fmt::format("GRANT USAGE ON SCHEMA {} TO {};", quoted(schema), quoted(user_.name))});
        }
    }

    void grant_reading(const sql::Relation& relation, const NeededRight& need) {
        if (!reads(need)) return;
        const bool all = whole(need);
        const bool missing = std::ranges::any_of(relation.columns, [&](const sql::Column& column) {
            return (all || need.columns.contains(column.number)) &&
                   !has(relation.oid, "SELECT", column.number);
        });
        if (!missing) return;
        found_.push_back(
            {fmt::format("{} may not read {}, which the policy lets it", user_.name, name_of(relation)),
             fmt::format("GRANT SELECT{} ON {} TO {};", all ? "" : " (" + columns_of(relation, need) + ')',
                         name_of(relation), quoted(user_.name))});
    }

    void grant_writing(const sql::Relation& relation) {
        std::vector<std::string> missing;
        for (const char* privilege : {"INSERT", "UPDATE", "DELETE"}) {
            if (!has(relation.oid, privilege, 0)) missing.emplace_back(privilege);
        }
        if (!missing.empty()) {
            found_.push_back(
                {fmt::format("{} may not write {}, which the policy lets it", user_.name, name_of(relation)),
                 fmt::format("GRANT {} ON {} TO {};", fmt::join(missing, ", "), name_of(relation),
                             quoted(user_.name))});
        }
        for (const auto& [oid, sequence] : catalog_.relations()) {
            if (sequence.kind == sql::RelationKind::sequence && sequence.owned_by == relation.oid)
                grant_using(sequence, "fills a column of " + name_of(relation));
        }
    }

    void grant_using(const sql::Relation& sequence, const std::string& why) {
        if (has(sequence.oid, "USAGE", 0)) return;
        found_.push_back(
            {fmt::format("{} may not use sequence {}, which {}", user_.name, name_of(sequence), why),
             fmt::format("GRANT USAGE ON SEQUENCE {} TO {};", name_of(sequence), quoted(user_.name))});
    }

    const sql::Catalog& catalog_;
    const WallUser& user_;
    const backend::DatabaseRights& rights_;
    std::map<sql::Oid, NeededRight> needed_;
    std::set<std::string> named_functions_;
    std::set<sql::Oid> owners_;
    std::map<std::tuple<sql::Oid, std::string, bool>, std::set<std::string>> revoked_;
    std::vector<WallFinding> found_;
};

std::string doubt_about(const backend::NamedFunction& function) {
    if (function.definer)
        return "runs with the rights of its owner: what it reads is neither masked nor counted";
    if (function.volatility == 'v')
        return "is VOLATILE: it may read and change tables, unmasked and uncounted";
    if (function.volatility == 's' && !function.leakproof)
        return "is STABLE and not LEAKPROOF: it may read tables, unmasked and uncounted";
    return {};
}

}  // namespace

std::vector<WallFinding> check_wall(const policies::BoundPolicy& policy, const WallUser& user,
                                    const backend::DatabaseAudit& audit) {
    std::vector<WallFinding> found;
    if (const auto rights = audit.users.find(user.name); rights != audit.users.end())
        found = Wall(policy, user, rights->second).findings();
    for (const policies::Role* role : user.roles) {
        for (const auto& [name, rule] : role->functions) {
            const auto functions = audit.functions.find(name);
            if (functions == audit.functions.end()) continue;
            for (const backend::NamedFunction& function : functions->second) {
                const std::string doubt = doubt_about(function);
                if (doubt.empty()) continue;
                found.push_back({fmt::format("{}: role {} may call {}, which {}", rule.text(), role->name,
                                             function.signature, doubt),
                                 "", true});
            }
        }
    }
    return found;
}

}  // namespace gateway::enforcement
