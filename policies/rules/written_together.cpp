#include "policies/rules/written_together.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "policies/rules/columns.hpp"
#include "policies/rules/derived.hpp"
#include "sql/masks.hpp"
#include "sql/stored_values.hpp"

namespace policies::rules {
namespace {

ColumnView shown_view_of(const Request& request, const sql::Relation& relation, sql::AttributeNumber number) {
    const TableRule* table = request.policy.rule_of(relation.oid);
    if (table == nullptr || (table->open && !request.policy.keeps_classes(relation.oid)))
        return {sql::Open{}, false, {}};
    const sql::Column* column = relation.column(number);
    if (column == nullptr) return {sql::Stripped{}, false, {}};
    return view_of(request.policy, request.role, *table, relation, *column);
}

bool writes(const sql::WriteUse& use, sql::AttributeNumber number, bool inserted) {
    return number > 0 && std::ranges::any_of(use.columns, [&](const sql::WrittenColumn& column) {
               return column.number == number && column.inserted == inserted;
           });
}

/// Whether the tie looks at a value of the column that the role neither gave nor sees. What is given a masked
/// column may be its mask, which keeps the value that it has; which columns a MERGE gives is not known.
bool is_hidden(const Request& request, const sql::Relation& relation, const sql::WriteUse& use,
               const sql::Tie& tie, sql::AttributeNumber number, bool inserted) {
    const auto [treatment, searchable, because] = shown_view_of(request, relation, number);
    if (std::holds_alternative<sql::Open>(treatment)) return false;
    const auto is_among = [number](const std::vector<sql::AttributeNumber>& some) {
        return std::ranges::find(some, number) != some.end();
    };
    if (is_among(tie.held)) return false;  // of what is too long for an index the README speaks
    if (is_among(tie.equalities)) {
        // Who may search is told who has a value that he knows; here, that two have one that he may not.
        if (searchable) return false;
        const bool is_null =
            inserted && !use.through && !writes(use, number, true) && !relation.column(number)->has_default;
        if (is_null) return false;
    }
    const auto* masked = std::get_if<sql::Masked>(&treatment);
    if (masked != nullptr && is_among(tie.null_tests) &&
        sql::shows_nulls(masked->mask, *relation.column(number), request.policy.catalog()))
        return false;
    return use.merges || (masked != nullptr && !inserted) || !writes(use, number, inserted);
}

/// Whether it is given parts of the role's choice beside others that are kept.
bool keeps_parts(const Request& request, const sql::Relation& relation, sql::AttributeNumber number) {
    const sql::ColumnTreatment treatment = shown_view_of(request, relation, number).treatment;
    const auto* masked = std::get_if<sql::Masked>(&treatment);
    return masked != nullptr &&
           sql::is_masked_in_parts(masked->mask, *relation.column(number), request.policy.catalog());
}

/// Whether the rows that it changes are none that the tie looks at: of a soft delete, DELETED IS NULL.
bool leaves(const sql::WriteUse& use, const sql::Tie& tie) {
    return !use.merges && std::ranges::any_of(tie.only_where_null, [&](sql::AttributeNumber number) {
        return number > 0 && std::ranges::any_of(use.columns, [&](const sql::WrittenColumn& column) {
                   return column.number == number && !column.inserted && column.never_null;
               });
    });
}

// Whether a value that the role chose goes together with one that it does not see is told by success or
// failure. Values that it gives a new row together are both its own.
std::optional<Deny> check_tie(const Request& request, const WriteRule& write, const sql::Relation& relation,
                              const sql::WriteUse& use, const sql::Tie& tie, bool inserted) {
    for (const sql::AttributeNumber hidden : tie.columns) {
        const bool in_parts = !inserted && keeps_parts(request, relation, hidden);
        const auto chosen = std::ranges::find_if(tie.columns, [&](sql::AttributeNumber number) {
            return (number != hidden || in_parts) && writes(use, number, inserted);
        });
        if (chosen == tie.columns.end() || !is_hidden(request, relation, use, tie, hidden, inserted))
            continue;
        const sql::Column* column = relation.column(hidden);
        return refuse_by(request, write, Reason::stripped_column,
                         "write column " + relation.column(*chosen)->name + " of " + name_of(relation) +
                             ", because a constraint, index or generated column would compare it with " +
                             (*chosen == hidden   ? "parts of it"
                              : column == nullptr ? "one"
                                                  : column->name) +
                             " which the role does not see as it is",
                         "leave the column out");
    }
    return std::nullopt;
}

std::optional<Deny> check_ties(const Request& request, const WriteRule& write, const sql::Relation& relation,
                               const sql::WriteUse& use) {
    for (const sql::Tie& tie : relation.ties) {
        if (!leaves(use, tie)) {
            if (auto denied = check_tie(request, write, relation, use, tie, false)) return denied;
        }
        if (!tie.with_other_rows) continue;  // a new row holds nothing but what the role gave it
        if (auto denied = check_tie(request, write, relation, use, tie, true)) return denied;
    }
    return std::nullopt;
}

/// Whether the role reads the table, and not all of its rows. (That a table which it may not read at all
/// refers to a row is told: nobody could delete anything else.)
bool hides_rows(const Request& request, const sql::Relation& relation) {
    const TableRule unlisted{.schema = relation.schema, .name = relation.name};
    const TableRule* rule = request.policy.rule_of(relation.oid);
    return row_filter_of(request.role, rule != nullptr ? *rule : unlisted).has_value();
}

/// A table that would keep a row of `relation` from going, and tell by that of rows which the role does not
/// see.
const sql::Relation* hidden_keeper(const Request& request, const sql::Relation& relation,
                                   std::set<sql::Oid>& seen) {
    if (!seen.insert(relation.oid).second) return nullptr;
    for (const sql::ForeignKey& key : relation.referred_by) {
        const sql::Relation* from = request.policy.catalog().relation(key.from);
        if (from == nullptr || key.on_delete == sql::KeyAction::lets_go) continue;
        if (key.on_delete == sql::KeyAction::refuses) {
            if (hides_rows(request, *from)) return from;
        } else if (const sql::Relation* keeper = hidden_keeper(request, *from, seen)) {
            return keeper;
        }
    }
    return nullptr;
}

std::optional<Deny> check_references(const Request& request, const WriteRule& write,
                                     const sql::Relation& relation, const sql::WriteUse& use) {
    const char* const hint = "its row filters hide rows of a table that refers to it";
    std::set<sql::Oid> seen;
    if (use.deletes && hidden_keeper(request, relation, seen) != nullptr) {
        return refuse_by(request, write, Reason::table_not_granted,
                         "delete rows of " + name_of(relation) +
                             ", because a foreign key would tell of rows that its row filters hide",
                         hint);
    }
    for (const sql::ForeignKey& key : relation.referred_by) {
        const sql::Relation* from = request.policy.catalog().relation(key.from);
        const auto written = std::ranges::find_if(
            key.columns, [&](sql::AttributeNumber number) { return writes(use, number, false); });
        if (key.on_update != sql::KeyAction::refuses || from == nullptr || written == key.columns.end() ||
            !hides_rows(request, *from))
            continue;
        return refuse_by(request, write, Reason::stripped_column,
                         "change column " + relation.column(*written)->name + " of " + name_of(relation) +
                             ", because a foreign key would tell of rows that its row filters hide",
                         hint);
    }
    return std::nullopt;
}

}  // namespace

std::optional<Deny> check_written_together(const Request& request, const WriteRule& write,
                                           const sql::Relation& relation, const sql::WriteUse& use) {
    if (auto denied = check_ties(request, write, relation, use)) return denied;
    return check_references(request, write, relation, use);
}

}  // namespace policies::rules
