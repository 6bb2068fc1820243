#include "sql/facts.hpp"

namespace sql {

const char* name_of(StatementKind kind) {
    switch (kind) {
        case StatementKind::empty: return "empty";
        case StatementKind::select: return "select";
        case StatementKind::insert: return "insert";
        case StatementKind::update: return "update";
        case StatementKind::delete_rows: return "delete";
        case StatementKind::merge: return "merge";
        case StatementKind::copy: return "copy";
        case StatementKind::explain: return "explain";
        case StatementKind::prepare: return "prepare";
        case StatementKind::execute: return "execute";
        case StatementKind::deallocate: return "deallocate";
        case StatementKind::declare_cursor: return "declare";
        case StatementKind::fetch: return "fetch";
        case StatementKind::close_cursor: return "close";
        case StatementKind::begin: return "begin";
        case StatementKind::commit: return "commit";
        case StatementKind::rollback: return "rollback";
        case StatementKind::savepoint: return "savepoint";
        case StatementKind::release_savepoint: return "release_savepoint";
        case StatementKind::rollback_to_savepoint: return "rollback_to_savepoint";
        case StatementKind::set: return "set";
        case StatementKind::reset: return "reset";
        case StatementKind::show: return "show";
        case StatementKind::discard: return "discard";
        case StatementKind::listen: return "listen";
        case StatementKind::notify: return "notify";
        case StatementKind::unlisten: return "unlisten";
        case StatementKind::lock: return "lock";
        case StatementKind::call: return "call";
        case StatementKind::do_block: return "do";
        case StatementKind::create_temporary: return "create_temporary";
        case StatementKind::drop_temporary: return "drop_temporary";
        case StatementKind::truncate_temporary: return "truncate_temporary";
        case StatementKind::alter_temporary: return "alter_temporary";
        case StatementKind::ddl: return "ddl";
        case StatementKind::other: return "other";
    }
    return "other";
}

}  // namespace sql
