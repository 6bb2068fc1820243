#include "policies/needed_rights.hpp"

#include <algorithm>
#include <map>

#include "policies/bind/names.hpp"
#include "policies/rules/columns.hpp"
#include "policies/rules/derived.hpp"
#include "policies/rules/treatment.hpp"
#include "sql/analyze.hpp"

namespace policies {
namespace {

class Needs {
public:
    Needs(const BoundPolicy& policy, const Role& role) : policy_(policy), role_(role) {}

    std::vector<NeededRight> all() {
        for (const auto& [oid, relation] : policy_.catalog().relations()) {
            const std::string name = ruled_name(relation);
            if (relation.kind == sql::RelationKind::sequence && role_.write_rule(name) != nullptr)
                needs_of(relation).write = true;
            if (bind::is_system_schema(relation.schema) || !bind::holds_rows(relation.kind)) continue;
            if (role_.may_read(name)) read(relation);
            if (role_.write_rule(name) != nullptr || (role_.may_read(name) && changes_through(relation)))
                needs_of(relation).write = true;
            const TableRule* rule = policy_.rule_of(oid);
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
    [[nodiscard]] std::string ruled_name(const sql::Relation& relation) const {
        const TableRule* rule = policy_.rule_of(relation.oid);
        return rule != nullptr ? rule->schema + '.' + rule->name : bind::name_of(relation);
    }

    /// Whether the relation is a view whose table the role changes, by what it may write of the table: such a
    /// view stays the target of a statement. A view of what the role sees as it is has a grant of its own.
    [[nodiscard]] bool changes_through(const sql::Relation& relation) const {
        if (relation.kind != sql::RelationKind::view) return false;
        const auto analysis = sql::Analysis::of("DELETE FROM " + quoted(relation), policy_.catalog(), {});
        if (!analysis || analysis->statements().front().writes.empty()) return false;
        const auto& through = analysis->statements().front().writes.front().through;
        const sql::Relation* table = through ? policy_.catalog().relation(through->table) : nullptr;
        return table != nullptr && role_.write_rule(ruled_name(*table)) != nullptr &&
               rules::is_treated(policy_, role_, *table);
    }

    static std::string quoted(const sql::Relation& relation) {
        const auto in_quotes = [](const std::string& name) {
            std::string text = "\"";
            for (const char c : name)
                text.append(c == '"' ? 2 : 1, c);
            return text + '"';
        };
        return in_quotes(relation.schema) + '.' + in_quotes(relation.name);
    }

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
        const auto analysis = sql::Analysis::of("SELECT FROM " + quoted(relation) + " WHERE (" + filter + ")",
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
