#include "sql/lineage/constants.hpp"
#include "sql/lineage/copy_facts.hpp"
#include "sql/lineage/facts_of.hpp"
#include "sql/parse/explain_options.hpp"
#include "sql/parse/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

Facts named(StatementKind kind, const char* command) {
    Facts facts;
    facts.kind = kind;
    facts.command = command;
    return facts;
}

// SET TRANSACTION and SET SESSION CHARACTERISTICS hold a list of settings; the first names the statement.
SettingUse transaction_setting(const VariableSetStmt* set) {
    SettingUse use;
    const bool session = std::string_view(set->name) == "SESSION CHARACTERISTICS";
    if (std::string_view(set->name) == "TRANSACTION SNAPSHOT") {
        use.name = "transaction_snapshot";
        use.values.push_back(text_of(static_cast<const Node*>(linitial(set->args))));
        return use;
    }
    const ListCell* c = nullptr;
    foreach (c, set->args) {
        const auto* element = static_cast<const DefElem*>(lfirst(c));
        if (use.name.empty())
            use.name = (session ? std::string("default_") : std::string()) + element->defname;
        use.values.push_back(text_of(element->arg));
    }
    use.local = !session;
    return use;
}

Facts setting(const VariableSetStmt* set) {
    Facts facts = named(StatementKind::set, "SET");
    SettingUse use;
    switch (set->kind) {
        case VAR_SET_VALUE:
        case VAR_SET_DEFAULT: {
            use.name = lower(set->name);
            const ListCell* c = nullptr;
            foreach (c, set->args)
                use.values.push_back(text_of(static_cast<const Node*>(lfirst(c))));
            use.local = set->is_local;
            break;
        }
        case VAR_SET_MULTI: use = transaction_setting(set); break;
        case VAR_RESET:
            facts = named(StatementKind::reset, "RESET");
            use.name = lower(set->name);
            break;
        case VAR_RESET_ALL:
            facts = named(StatementKind::reset, "RESET ALL");
            use.name = "all";
            break;
        case VAR_SET_CURRENT: return named(StatementKind::other, "SET FROM CURRENT");
    }
    facts.setting = std::move(use);
    return facts;
}

// As a setting of the transaction, which PostgreSQL does not know by this name otherwise. Constraints by name
// would be looked for under the back end's search_path.
Facts constraints(const ConstraintsSetStmt* statement) {
    if (statement->constraints != nullptr) return named(StatementKind::other, "SET CONSTRAINTS with names");
    Facts facts = named(StatementKind::set, "SET CONSTRAINTS");
    facts.setting = SettingUse{
        .name = "constraints", .values = {statement->deferred ? "deferred" : "immediate"}, .local = true};
    return facts;
}

Facts transaction(const TransactionStmt* statement) {
    const auto with_savepoint = [statement](Facts facts) {
        facts.savepoint = statement->savepoint_name;
        return facts;
    };
    switch (statement->kind) {
        case TRANS_STMT_BEGIN: return named(StatementKind::begin, "BEGIN");
        case TRANS_STMT_START: return named(StatementKind::begin, "START TRANSACTION");
        case TRANS_STMT_COMMIT: return named(StatementKind::commit, "COMMIT");
        case TRANS_STMT_ROLLBACK: return named(StatementKind::rollback, "ROLLBACK");
        case TRANS_STMT_SAVEPOINT: return with_savepoint(named(StatementKind::savepoint, "SAVEPOINT"));
        case TRANS_STMT_RELEASE:
            return with_savepoint(named(StatementKind::release_savepoint, "RELEASE SAVEPOINT"));
        case TRANS_STMT_ROLLBACK_TO:
            return with_savepoint(named(StatementKind::rollback_to_savepoint, "ROLLBACK TO SAVEPOINT"));
        case TRANS_STMT_PREPARE: return named(StatementKind::other, "PREPARE TRANSACTION");
        case TRANS_STMT_COMMIT_PREPARED: return named(StatementKind::other, "COMMIT PREPARED");
        case TRANS_STMT_ROLLBACK_PREPARED: return named(StatementKind::other, "ROLLBACK PREPARED");
    }
    return named(StatementKind::other, "TRANSACTION");
}

Facts show(const VariableShowStmt* statement) {
    Facts facts = named(StatementKind::show, "SHOW");
    facts.setting = SettingUse{.name = lower(statement->name)};
    return facts;
}

std::string name_or_all(const char* name) { return name == nullptr ? std::string() : name; }

Facts cursor(StatementKind kind, const char* command, CursorUse use) {
    Facts facts = named(kind, command);
    facts.cursor = std::move(use);
    return facts;
}

Facts prepared(StatementKind kind, const char* command, const char* name) {
    Facts facts = named(kind, command);
    facts.prepared = PreparedUse{name_or_all(name)};
    return facts;
}

Facts fetch(const FetchStmt* statement) {
    return cursor(
        StatementKind::fetch, statement->ismove ? "MOVE" : "FETCH",
        {.name = statement->portalname, .moves = statement->ismove, .all = statement->howMany == FETCH_ALL});
}

Facts explain(const ExplainStmt* statement) {
    Facts facts = named(StatementKind::explain, "EXPLAIN");
    facts.runs_a_plan = parse::explain_options(statement).runs;
    if (IsA(statement->query, ExecuteStmt))
        facts.prepared = PreparedUse{reinterpret_cast<const ExecuteStmt*>(statement->query)->name};
    return facts;
}

// storage/lockdefs.h; ACCESS SHARE is the only weaker mode.
constexpr int row_share_lock = 2;

Facts lock(const LockStmt* statement) {
    Facts facts = named(StatementKind::lock, "LOCK");
    facts.weak_lock = statement->mode <= row_share_lock;
    return facts;
}

Facts discard_all() {
    Facts facts = prepared(StatementKind::discard, "DISCARD ALL", nullptr);
    facts.cursor = CursorUse{};
    return facts;
}

}  // namespace

Facts facts_of_kind(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_SelectStmt:
            if (parse::temporary_made_by(statement) != nullptr)
                return named(StatementKind::create_temporary, "SELECT INTO");
            return named(StatementKind::select, "SELECT");
        case T_VariableSetStmt: return setting(reinterpret_cast<const VariableSetStmt*>(statement));
        case T_ConstraintsSetStmt: return constraints(reinterpret_cast<const ConstraintsSetStmt*>(statement));
        case T_VariableShowStmt: return show(reinterpret_cast<const VariableShowStmt*>(statement));
        case T_TransactionStmt: return transaction(reinterpret_cast<const TransactionStmt*>(statement));
        case T_InsertStmt: return named(StatementKind::insert, "INSERT");
        case T_UpdateStmt: return named(StatementKind::update, "UPDATE");
        case T_DeleteStmt: return named(StatementKind::delete_rows, "DELETE");
        case T_MergeStmt: return named(StatementKind::merge, "MERGE");
        case T_CopyStmt: {
            Facts facts = named(StatementKind::copy, "COPY");
            facts.copy = copy_use(reinterpret_cast<const CopyStmt*>(statement));
            return facts;
        }
        case T_ExplainStmt: return explain(reinterpret_cast<const ExplainStmt*>(statement));
        case T_PrepareStmt:
            return prepared(StatementKind::prepare, "PREPARE",
                            reinterpret_cast<const PrepareStmt*>(statement)->name);
        case T_ExecuteStmt:
            return prepared(StatementKind::execute, "EXECUTE",
                            reinterpret_cast<const ExecuteStmt*>(statement)->name);
        case T_DeallocateStmt:
            return prepared(StatementKind::deallocate, "DEALLOCATE",
                            reinterpret_cast<const DeallocateStmt*>(statement)->name);
        case T_DeclareCursorStmt: {
            const auto* declare = reinterpret_cast<const DeclareCursorStmt*>(statement);
            return cursor(StatementKind::declare_cursor, "DECLARE",
                          {.name = declare->portalname, .holds = (declare->options & CURSOR_OPT_HOLD) != 0});
        }
        case T_FetchStmt: return fetch(reinterpret_cast<const FetchStmt*>(statement));
        case T_ClosePortalStmt:
            return cursor(
                StatementKind::close_cursor, "CLOSE",
                {.name = name_or_all(reinterpret_cast<const ClosePortalStmt*>(statement)->portalname)});
        case T_DiscardStmt:
            switch (reinterpret_cast<const DiscardStmt*>(statement)->target) {
                case DISCARD_ALL: return discard_all();
                case DISCARD_PLANS: return named(StatementKind::discard, "DISCARD PLANS");
                case DISCARD_SEQUENCES: return named(StatementKind::discard, "DISCARD SEQUENCES");
                case DISCARD_TEMP: return named(StatementKind::discard, "DISCARD TEMP");
            }
            return named(StatementKind::other, "DISCARD");
        case T_ListenStmt: return named(StatementKind::listen, "LISTEN");
        case T_NotifyStmt: return named(StatementKind::notify, "NOTIFY");
        case T_UnlistenStmt: return named(StatementKind::unlisten, "UNLISTEN");
        case T_LockStmt: return lock(reinterpret_cast<const LockStmt*>(statement));
        case T_CallStmt: return named(StatementKind::call, "CALL");
        case T_DoStmt: return named(StatementKind::do_block, "DO");
        case T_CreateStmt:
            if (parse::temporary_made_by(statement) != nullptr)
                return named(StatementKind::create_temporary, "CREATE TEMPORARY TABLE");
            return named(StatementKind::ddl, "CREATE TABLE");
        case T_CreateTableAsStmt:
            if (parse::temporary_made_by(statement) != nullptr)
                return named(StatementKind::create_temporary, "CREATE TEMPORARY TABLE AS");
            return named(StatementKind::ddl, "CREATE TABLE AS");
        case T_ViewStmt: return named(StatementKind::ddl, "CREATE VIEW");
        case T_IndexStmt: return named(StatementKind::ddl, "CREATE INDEX");
        case T_AlterTableStmt: return named(StatementKind::ddl, "ALTER TABLE");
        case T_DropStmt: return named(StatementKind::ddl, "DROP");
        case T_TruncateStmt: return named(StatementKind::ddl, "TRUNCATE");
        case T_CreateFunctionStmt: return named(StatementKind::ddl, "CREATE FUNCTION");
        case T_CreateSchemaStmt: return named(StatementKind::ddl, "CREATE SCHEMA");
        case T_CreateSeqStmt: return named(StatementKind::ddl, "CREATE SEQUENCE");
        case T_CreateTrigStmt: return named(StatementKind::ddl, "CREATE TRIGGER");
        case T_CreateExtensionStmt: return named(StatementKind::ddl, "CREATE EXTENSION");
        case T_CreateRoleStmt: return named(StatementKind::ddl, "CREATE ROLE");
        case T_AlterRoleStmt: return named(StatementKind::ddl, "ALTER ROLE");
        case T_GrantStmt: return named(StatementKind::ddl, "GRANT");
        case T_GrantRoleStmt: return named(StatementKind::ddl, "GRANT");
        case T_CommentStmt: return named(StatementKind::ddl, "COMMENT");
        case T_RenameStmt: return named(StatementKind::ddl, "ALTER ... RENAME");
        case T_RefreshMatViewStmt: return named(StatementKind::ddl, "REFRESH MATERIALIZED VIEW");
        case T_VacuumStmt:
            return named(StatementKind::other,
                         reinterpret_cast<const VacuumStmt*>(statement)->is_vacuumcmd ? "VACUUM" : "ANALYZE");
        case T_CheckPointStmt: return named(StatementKind::other, "CHECKPOINT");
        case T_ReindexStmt: return named(StatementKind::other, "REINDEX");
        case T_ClusterStmt: return named(StatementKind::other, "CLUSTER");
        case T_LoadStmt: return named(StatementKind::other, "LOAD");
        case T_CompositeTypeStmt:
        case T_CreateEnumStmt:
        case T_CreateRangeStmt: return named(StatementKind::other, "CREATE TYPE");
        case T_AlterEnumStmt: return named(StatementKind::other, "ALTER TYPE");
        case T_CreateDomainStmt: return named(StatementKind::other, "CREATE DOMAIN");
        case T_RuleStmt: return named(StatementKind::other, "CREATE RULE");
        case T_CreatePolicyStmt: return named(StatementKind::other, "CREATE POLICY");
        case T_AlterSystemStmt: return named(StatementKind::other, "ALTER SYSTEM");
        case T_CreatedbStmt: return named(StatementKind::other, "CREATE DATABASE");
        case T_DropRoleStmt: return named(StatementKind::other, "DROP ROLE");
        default: return named(StatementKind::other, "this command");  // refused by kind, whatever it is
    }
}

}  // namespace sql::lineage
