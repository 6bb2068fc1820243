#include "gateway/enforcement/temporary_statements.hpp"

#include <algorithm>

namespace gateway::enforcement {

using sql::StatementKind;

bool changes_temporary(const sql::Facts& facts) {
    return facts.kind == StatementKind::create_temporary || facts.kind == StatementKind::drop_temporary ||
           facts.kind == StatementKind::alter_temporary || facts.kind == StatementKind::discard;
}

bool fills_temporary(const sql::Facts& facts) {
    return facts.kind == StatementKind::create_temporary ||
           std::ranges::any_of(facts.writes, &sql::WriteUse::temporary);
}

bool spreads_temporary(const sql::Facts& facts) {
    const auto is_temporary = [](const sql::ColumnUse& source) { return source.temporary; };
    return std::ranges::any_of(facts.writes, [&](const sql::WriteUse& use) {
        return !use.temporary && std::ranges::any_of(use.columns, [&](const sql::WrittenColumn& column) {
            return std::ranges::any_of(column.from, is_temporary);
        });
    });
}

bool runs_prepared(const sql::Facts& facts) {
    return facts.kind == StatementKind::execute ||
           (facts.kind == StatementKind::explain && facts.prepared.has_value());
}

bool uses_temporary(const sql::Facts& facts) {
    return std::ranges::any_of(facts.relations, &sql::RelationUse::temporary) ||
           std::ranges::any_of(facts.writes, &sql::WriteUse::temporary);
}

bool hangs_on_names(const sql::Facts& facts) {
    switch (facts.kind) {
        case StatementKind::empty:
        case StatementKind::begin:
        case StatementKind::commit:
        case StatementKind::rollback:
        case StatementKind::savepoint:
        case StatementKind::release_savepoint:
        case StatementKind::rollback_to_savepoint:
        case StatementKind::set:
        case StatementKind::reset:
        case StatementKind::show:
        case StatementKind::discard:
        case StatementKind::deallocate:
        case StatementKind::close_cursor:
        case StatementKind::listen:
        case StatementKind::notify:
        case StatementKind::unlisten: return false;
        case StatementKind::select:
        case StatementKind::insert:
        case StatementKind::update:
        case StatementKind::delete_rows:
        case StatementKind::merge:
        case StatementKind::copy:
        case StatementKind::explain:
        case StatementKind::prepare:
        case StatementKind::execute:
        case StatementKind::declare_cursor:
        case StatementKind::fetch:
        case StatementKind::lock:
        case StatementKind::call:
        case StatementKind::do_block:
        case StatementKind::create_temporary:
        case StatementKind::drop_temporary:
        case StatementKind::truncate_temporary:
        case StatementKind::alter_temporary:
        case StatementKind::ddl:
        case StatementKind::other: return true;
    }
    return true;
}

bool ends_transaction(const sql::Facts& facts) {
    return facts.kind == StatementKind::commit || facts.kind == StatementKind::rollback;
}

bool may_change_temporary(std::span<const sql::Facts> before, bool has_some) {
    return std::ranges::any_of(before, [&](const sql::Facts& facts) {
        switch (facts.kind) {
            case StatementKind::create_temporary:
            case StatementKind::alter_temporary:
            case StatementKind::drop_temporary: return true;
            case StatementKind::commit:
            case StatementKind::rollback:
            case StatementKind::rollback_to_savepoint:
            case StatementKind::discard: return has_some;
            default: return false;  // neither makes, drops nor takes back anything
        }
    });
}

}  // namespace gateway::enforcement
