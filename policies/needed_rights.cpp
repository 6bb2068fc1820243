#include "policies/needed_rights.hpp"

#include <algorithm>
#include <map>

#include "policies/bind/names.hpp"
#include "policies/rules/columns.hpp"
#include "policies/rules/derived.hpp"
#include "sql/analyze.hpp"

namespace policies {
namespace {

class Needs {
public:
    Needs(const BoundPolicy& policy, const Role& role) : policy_(policy), role_(role) {}

    std::vector<NeededRight> all() {
        for (const auto& [oid, relation] : policy_.catalog().relations()) {
            if (bind::is_system_schema(relation.schema) || !bind::holds_rows(relation.kind)) continue;
            const TableRule* rule = policy_.rule_of(oid);
            const std::string name =
                rule != nullptr ? rule->schema + '.' + rule->name : bind::name_of(relation);
            if (role_.may_read(name)) read(relation);
            if (role_.write_rule(name) != nullptr) needs_of(relation).write = true;
            const TableRule unlisted{.schema = relation.schema, .name = relation.name};
            const auto filter = rules::row_filter_of(role_, rule != nullptr ? *rule : unlisted);
            if (filter && role_.may_read(name)) look_up(relation, filter->first);
        }
        std::vector<NeededRight> rights;
        for (auto& [oid, right] : needs_)
            rights.push_back(std::move(right));
        return rights;
    }

private:
    NeededRight& needs_of(const sql::Relation& relation) {
        auto& right = needs_[relation.oid];
        right.relation = relation.oid;
        right.through_parent = !relation.parents.empty();
        return right;
    }

    void read(const sql::Relation& relation) {
        NeededRight& right = needs_of(relation);
        const TableRule* rule = policy_.rule_of(relation.oid);
        if (rule == nullptr || rule->open) {
            right.whole = true;
        } else {
            for (const sql::Column& column : relation.columns) {
                const auto view = rules::view_of(policy_, role_, *rule, relation, column);
                if (!std::holds_alternative<sql::Stripped>(view.treatment))
                    right.columns.insert(column.number);
            }
            for (const SubjectRule& subject : rule->subjects) {
                if (const auto* column = relation.column(subject.column))
                    right.columns.insert(column->number);
            }
            right.whole = right.columns.size() == relation.columns.size();
        }
        // A view is expanded: its tables are read with the role's own rights. What it shows of them is found
        // out statement by statement, so they are needed as the role sees them.
        if (relation.kind != sql::RelationKind::view) return;
        for (const sql::Oid source : relation.sources) {
            const sql::Relation* below = policy_.catalog().relation(source);
            if (below == nullptr || bind::is_system_schema(below->schema) || !seen_.insert(source).second)
                continue;
            read(*below);
        }
    }

    /// The columns that a row filter compares are read, whether the role sees them or not.
    void look_up(const sql::Relation& relation, std::string filter) {
        constexpr std::string_view variable = ":user";
        for (auto at = filter.find(variable); at != std::string::npos; at = filter.find(variable, at + 2))
            filter.replace(at, variable.size(), "''");
        const auto quoted = [](const std::string& name) {
            std::string text = "\"";
            for (const char c : name)
                text.append(c == '"' ? 2 : 1, c);
            return text + '"';
        };
        const auto analysis = sql::Analysis::of("SELECT FROM " + quoted(relation.schema) + '.' +
                                                    quoted(relation.name) + " WHERE (" + filter + ")",
                                                policy_.catalog(), {});
        if (!analysis) return;  // told by the policy's own check
        for (const sql::Facts& facts : analysis->statements()) {
            for (const sql::ColumnUse& use : facts.columns) {
                const sql::Relation* used = policy_.catalog().relation(use.relation);
                if (used == nullptr || bind::is_system_schema(used->schema)) continue;
                NeededRight& right = needs_of(*used);
                if (use.number > 0) right.columns.insert(use.number);
                if (use.number == 0) right.whole = true;
            }
        }
    }

    const BoundPolicy& policy_;
    const Role& role_;
    std::map<sql::Oid, NeededRight> needs_;
    std::set<sql::Oid> seen_;
};

}  // namespace

std::vector<NeededRight> needed_rights(const BoundPolicy& policy, const Role& role) {
    return Needs(policy, role).all();
}

}  // namespace policies
