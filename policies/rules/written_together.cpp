#include "policies/rules/written_together.hpp"

#include <algorithm>
#include <set>
#include <tuple>
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
    if (sees_through(request.policy, request.role, *table, relation, *column))
        return {sql::Open{}, false, {}};
    return view_of(request.policy, request.role, *table, relation, *column);
}

bool is_among(const std::vector<sql::AttributeNumber>& some, sql::AttributeNumber number) {
    return std::ranges::find(some, number) != some.end();
}

bool writes(const sql::WriteUse& use, sql::AttributeNumber number, bool inserted) {
    return number > 0 && std::ranges::any_of(use.columns, [&](const sql::WrittenColumn& column) {
               return column.number == number && column.inserted == inserted;
           });
}

/// The column by which the role chooses a value: itself, or one that it is generated from.
const sql::Column* chosen_by(const sql::Relation& relation, const sql::WriteUse& use,
                             sql::AttributeNumber number, bool inserted) {
    if (number <= 0) return nullptr;
    const sql::Column* column = relation.column(number);
    if (writes(use, number, inserted)) return column;
    const auto from = std::ranges::find_if(
        column->generated_from, [&](sql::AttributeNumber one) { return writes(use, one, inserted); });
    return from == column->generated_from.end() ? nullptr : relation.column(*from);
}

/// Whether the value is the role's own: it gives the column, or all of those that it is generated from.
bool gives(const sql::Relation& relation, const sql::WriteUse& use, sql::AttributeNumber number,
           bool inserted) {
    if (number <= 0) return false;
    if (writes(use, number, inserted)) return true;
    const auto& from = relation.column(number)->generated_from;
    return !from.empty() &&
           std::ranges::all_of(from, [&](sql::AttributeNumber one) { return writes(use, one, inserted); });
}

/// Whether the tie looks at a value of the column that the role neither gave nor sees. What is given a masked
/// column may be its mask, which keeps the value that it has; which columns a MERGE gives is not known.
bool is_hidden(const Request& request, const sql::Relation& relation, const sql::WriteUse& use,
               const sql::Tie& tie, sql::AttributeNumber number, bool inserted) {
    const auto [treatment, searchable, because] = shown_view_of(request, relation, number);
    if (std::holds_alternative<sql::Open>(treatment)) return false;
    if (number == 0) return true;
    if (is_among(tie.held, number)) return false;  // of what is too long for an index the README speaks
    if (is_among(tie.equalities, number)) {
        // Who may search is told who has a value that he knows; here, that two have one that he may not.
        if (searchable) return false;
        const bool is_null = inserted && !use.through && !gives(relation, use, number, true) &&
                             !relation.column(number)->has_default;
        if (is_null) return false;
    }
    const auto* masked = std::get_if<sql::Masked>(&treatment);
    if (masked != nullptr && is_among(tie.null_tests, number) &&
        sql::shows_nulls(masked->mask, *relation.column(number), request.policy.catalog()))
        return false;
    return use.merges || (masked != nullptr && !inserted) || !gives(relation, use, number, inserted);
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
        const sql::Column* chosen = nullptr;
        for (const sql::AttributeNumber number : tie.columns) {
            if (chosen == nullptr && (number != hidden || in_parts))
                chosen = chosen_by(relation, use, number, inserted);
        }
        if (chosen == nullptr || !is_hidden(request, relation, use, tie, hidden, inserted)) continue;
        const sql::Column* column = relation.column(hidden);
        return refuse_by(request, write, Reason::stripped_column,
                         "write column " + chosen->name + " of " + name_of(relation) +
                             ", because a constraint, index or generated column would compare it with " +
                             (chosen == column    ? "parts of it"
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

/// What foreign keys do with rows that refer to one which goes, or is given another key. By success or
/// failure it tells of such rows that the role does not see, or of values in them.
class Followers {
public:
    explicit Followers(const Request& request) : request_(request) {}

    [[nodiscard]] bool tell_of_delete(const sql::Relation& relation) {
        if (!deleted_.insert(relation.oid).second) return false;
        return std::ranges::any_of(relation.referred_by, [&](const sql::ForeignKey& key) {
            const sql::Relation* from = request_.policy.catalog().relation(key.from);
            if (from == nullptr) return false;
            return key.on_delete == sql::KeyAction::follows ? tell_of_delete(*from)
                                                            : tells(*from, key.emptied, key.on_delete);
        });
    }

    /// Of a change of the key's columns.
    [[nodiscard]] bool tell_of_update(const sql::ForeignKey& key) {
        const sql::Relation* from = request_.policy.catalog().relation(key.from);
        return from != nullptr && tells(*from, key.from_columns, key.on_update);
    }

private:
    /// `written`: the columns of `from` in which the key writes.
    bool tells(const sql::Relation& from, const std::vector<sql::AttributeNumber>& written,
               sql::KeyAction action) {
        const bool hidden = hides_rows(request_, from);
        if (action == sql::KeyAction::refuses) return hidden;
        if (!updated_.insert({from.oid, written, action}).second) return false;
        if (hidden && action == sql::KeyAction::sets_default) return true;
        sql::WriteUse use{.relation = from.oid, .updates = true};
        for (const sql::AttributeNumber number : written) {
            const sql::Column* column = from.column(number);
            if (column == nullptr) return true;
            if (hidden && action == sql::KeyAction::sets_null && column->not_null) return true;
            use.columns.push_back({.number = number});
        }
        const auto tells_of_tie = [&](const sql::Tie& tie) {
            // NULL equals no other.
            const bool is_spared = std::ranges::any_of(written, [&](sql::AttributeNumber number) {
                return action == sql::KeyAction::sets_null && is_among(tie.equalities, number);
            });
            const bool chosen = std::ranges::any_of(tie.columns, [&](sql::AttributeNumber number) {
                return chosen_by(from, use, number, false) != nullptr;
            });
            // An index that only holds values, where another one is NULL, takes whatever there is.
            const bool may_fail =
                tie.with_other_rows || std::ranges::any_of(tie.columns, [&](sql::AttributeNumber number) {
                    return !is_among(tie.held, number) && !is_among(tie.only_where_null, number);
                });
            return chosen && !is_spared &&
                   ((hidden && may_fail) ||
                    std::ranges::any_of(tie.columns, [&](sql::AttributeNumber number) {
                        return !is_among(written, number) &&
                               is_hidden(request_, from, use, tie, number, false);
                    }));
        };
        if (std::ranges::any_of(from.ties, tells_of_tie)) return true;
        return std::ranges::any_of(from.referred_by, [&](const sql::ForeignKey& next) {
            return std::ranges::any_of(next.columns,
                                       [&](sql::AttributeNumber number) {
                                           return chosen_by(from, use, number, false) != nullptr;
                                       }) &&
                   tell_of_update(next);
        });
    }

    const Request& request_;
    std::set<sql::Oid> deleted_;
    std::set<std::tuple<sql::Oid, std::vector<sql::AttributeNumber>, sql::KeyAction>> updated_;
};

std::optional<Deny> check_references(const Request& request, const WriteRule& write,
                                     const sql::Relation& relation, const sql::WriteUse& use) {
    const char* const because =
        ", because a foreign key would tell of rows that its row filters hide, or of values that it does not "
        "see";
    const char* const hint = "a table refers to it of which the role does not see all";
    if (use.deletes && Followers(request).tell_of_delete(relation)) {
        return refuse_by(request, write, Reason::table_not_granted,
                         "delete rows of " + name_of(relation) + because, hint);
    }
    for (const sql::ForeignKey& key : relation.referred_by) {
        const sql::Column* written = nullptr;
        for (const sql::AttributeNumber number : key.columns) {
            if (written == nullptr) written = chosen_by(relation, use, number, false);
        }
        if (written == nullptr || !Followers(request).tell_of_update(key)) continue;
        return refuse_by(request, write, Reason::stripped_column,
                         "change column " + written->name + " of " + name_of(relation) + because, hint);
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
