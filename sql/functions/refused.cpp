#include "sql/functions/tables.hpp"

#include <array>

// Built-in functions and system relations that are refused, by reason (sql/functions.hpp has the words). Made
// from pg_proc and pg_class of PostgreSQL 15, then read through by hand: each name of pg_catalog is here, or
// among the safe ones, or a part of the server (internal.cpp); a test holds the lists against a server.
// clang-format off

namespace sql::functions {
namespace {

constexpr auto runs_sql = std::to_array<std::string_view>({
    "cursor_to_xml", "cursor_to_xmlschema", "query_to_xml", "query_to_xml_and_xmlschema",
    "query_to_xmlschema", "ts_rewrite", "ts_stat",
});

constexpr auto reads_by_name = std::to_array<std::string_view>({
    "currtid2", "database_to_xml", "database_to_xml_and_xmlschema", "database_to_xmlschema", "pg_nextoid",
    "schema_to_xml", "schema_to_xml_and_xmlschema", "schema_to_xmlschema", "table_to_xml",
    "table_to_xml_and_xmlschema", "table_to_xmlschema",
});

constexpr auto files = std::to_array<std::string_view>({
    "lo_export", "lo_import", "pg_config", "pg_current_logfile", "pg_hba_file_rules",
    "pg_ident_file_mappings", "pg_ls_archive_statusdir", "pg_ls_dir", "pg_ls_logdir",
    "pg_ls_logicalmapdir", "pg_ls_logicalsnapdir", "pg_ls_replslotdir", "pg_ls_tmpdir", "pg_ls_waldir",
    "pg_read_binary_file", "pg_read_file", "pg_read_file_old", "pg_relation_filepath",
    "pg_show_all_file_settings", "pg_stat_file",
});

constexpr auto large_objects = std::to_array<std::string_view>({
    "lo_close", "lo_creat", "lo_create", "lo_from_bytea", "lo_get", "lo_lseek", "lo_lseek64", "lo_open",
    "lo_put", "lo_tell", "lo_tell64", "lo_truncate", "lo_truncate64", "lo_unlink", "loread", "lowrite",
});

constexpr auto statistics = std::to_array<std::string_view>({
    "brin_bloom_summary_send", "brin_minmax_multi_summary_send", "pg_dependencies_send",
    "pg_mcv_list_items", "pg_mcv_list_send", "pg_ndistinct_send", "pg_sequence_last_value",
    "pg_stat_clear_snapshot", "pg_stat_force_next_flush", "pg_stat_get_activity",
    "pg_stat_get_analyze_count", "pg_stat_get_archiver", "pg_stat_get_autoanalyze_count",
    "pg_stat_get_autovacuum_count", "pg_stat_get_backend_activity", "pg_stat_get_backend_activity_start",
    "pg_stat_get_backend_client_addr", "pg_stat_get_backend_client_port", "pg_stat_get_backend_dbid",
    "pg_stat_get_backend_idset", "pg_stat_get_backend_pid", "pg_stat_get_backend_start",
    "pg_stat_get_backend_userid", "pg_stat_get_backend_wait_event", "pg_stat_get_backend_wait_event_type",
    "pg_stat_get_backend_xact_start", "pg_stat_get_bgwriter_buf_written_checkpoints",
    "pg_stat_get_bgwriter_buf_written_clean", "pg_stat_get_bgwriter_maxwritten_clean",
    "pg_stat_get_bgwriter_requested_checkpoints", "pg_stat_get_bgwriter_stat_reset_time",
    "pg_stat_get_bgwriter_timed_checkpoints", "pg_stat_get_blocks_fetched", "pg_stat_get_blocks_hit",
    "pg_stat_get_buf_alloc", "pg_stat_get_buf_fsync_backend", "pg_stat_get_buf_written_backend",
    "pg_stat_get_checkpoint_sync_time", "pg_stat_get_checkpoint_write_time", "pg_stat_get_db_active_time",
    "pg_stat_get_db_blk_read_time", "pg_stat_get_db_blk_write_time", "pg_stat_get_db_blocks_fetched",
    "pg_stat_get_db_blocks_hit", "pg_stat_get_db_checksum_failures",
    "pg_stat_get_db_checksum_last_failure", "pg_stat_get_db_conflict_all",
    "pg_stat_get_db_conflict_bufferpin", "pg_stat_get_db_conflict_lock",
    "pg_stat_get_db_conflict_snapshot", "pg_stat_get_db_conflict_startup_deadlock",
    "pg_stat_get_db_conflict_tablespace", "pg_stat_get_db_deadlocks",
    "pg_stat_get_db_idle_in_transaction_time", "pg_stat_get_db_numbackends",
    "pg_stat_get_db_session_time", "pg_stat_get_db_sessions", "pg_stat_get_db_sessions_abandoned",
    "pg_stat_get_db_sessions_fatal", "pg_stat_get_db_sessions_killed", "pg_stat_get_db_stat_reset_time",
    "pg_stat_get_db_temp_bytes", "pg_stat_get_db_temp_files", "pg_stat_get_db_tuples_deleted",
    "pg_stat_get_db_tuples_fetched", "pg_stat_get_db_tuples_inserted", "pg_stat_get_db_tuples_returned",
    "pg_stat_get_db_tuples_updated", "pg_stat_get_db_xact_commit", "pg_stat_get_db_xact_rollback",
    "pg_stat_get_function_calls", "pg_stat_get_function_self_time",
    "pg_stat_get_function_total_time", "pg_stat_get_ins_since_vacuum", "pg_stat_get_last_analyze_time",
    "pg_stat_get_last_autoanalyze_time", "pg_stat_get_last_autovacuum_time",
    "pg_stat_get_last_vacuum_time", "pg_stat_get_mod_since_analyze",
    "pg_stat_get_progress_info", "pg_stat_get_recovery_prefetch",
    "pg_stat_get_replication_slot", "pg_stat_get_slru", "pg_stat_get_snapshot_timestamp",
    "pg_stat_get_subscription", "pg_stat_get_subscription_stats", 
    "pg_stat_get_vacuum_count",
    "pg_stat_get_wal", "pg_stat_get_wal_receiver", "pg_stat_get_wal_senders",
    "pg_stat_get_xact_blocks_fetched", "pg_stat_get_xact_blocks_hit", "pg_stat_get_xact_function_calls",
    "pg_stat_get_xact_function_self_time", "pg_stat_get_xact_function_total_time",
    "pg_stat_get_xact_numscans", "pg_stat_get_xact_tuples_deleted", "pg_stat_get_xact_tuples_fetched",
    "pg_stat_get_xact_tuples_hot_updated", "pg_stat_get_xact_tuples_inserted",
    "pg_stat_get_xact_tuples_returned", "pg_stat_get_xact_tuples_updated", "pg_stat_have_stats",
    "pg_stat_reset", "pg_stat_reset_replication_slot", "pg_stat_reset_shared",
    "pg_stat_reset_single_function_counters", "pg_stat_reset_single_table_counters", "pg_stat_reset_slru",
    "pg_stat_reset_subscription_stats",
});

constexpr auto sizes = std::to_array<std::string_view>({
    "pg_database_size", "pg_indexes_size", "pg_relation_size",
    "pg_stat_get_dead_tuples", "pg_stat_get_live_tuples", "pg_stat_get_numscans", "pg_stat_get_tuples_deleted", "pg_stat_get_tuples_fetched", "pg_stat_get_tuples_hot_updated", "pg_stat_get_tuples_inserted", "pg_stat_get_tuples_returned", "pg_stat_get_tuples_updated",
    "pg_table_size", "pg_tablespace_size", "pg_total_relation_size",
});

constexpr auto other_sessions = std::to_array<std::string_view>({
    "pg_blocking_pids", "pg_cancel_backend", "pg_get_backend_memory_contexts", "pg_get_multixact_members",
    "pg_get_shmem_allocations", "pg_isolation_test_session_is_blocked", "pg_last_committed_xact",
    "pg_listening_channels", "pg_lock_status", "pg_log_backend_memory_contexts",
    "pg_notification_queue_usage", "pg_prepared_xact", "pg_safe_snapshot_blocking_pids",
    "pg_terminate_backend", "pg_xact_commit_timestamp", "pg_xact_commit_timestamp_origin",
});

constexpr auto our_text = std::to_array<std::string_view>({
    "current_query", "pg_cursor", "pg_prepared_statement",
});

constexpr auto notifies = std::to_array<std::string_view>({
    "pg_notify",
});

constexpr auto sleeps = std::to_array<std::string_view>({
    "pg_sleep", "pg_sleep_for", "pg_sleep_until",
});

constexpr auto locks = std::to_array<std::string_view>({
    "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_unlock", "pg_advisory_unlock_shared",
    "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared", "pg_try_advisory_lock",
    "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock", "pg_try_advisory_xact_lock_shared",
});

constexpr auto settings = std::to_array<std::string_view>({
    "current_setting", "set_config", "setseed",
});

constexpr auto sequences = std::to_array<std::string_view>({
    "currval", "lastval", "nextval", "setval",
});

constexpr auto replication = std::to_array<std::string_view>({
    "pg_copy_logical_replication_slot", "pg_copy_physical_replication_slot",
    "pg_create_logical_replication_slot", "pg_create_physical_replication_slot",
    "pg_drop_replication_slot", "pg_export_snapshot", "pg_get_replication_slots",
    "pg_logical_emit_message", "pg_logical_slot_get_binary_changes", "pg_logical_slot_get_changes",
    "pg_logical_slot_peek_binary_changes", "pg_logical_slot_peek_changes",
    "pg_replication_origin_advance", "pg_replication_origin_create", "pg_replication_origin_drop",
    "pg_replication_origin_oid", "pg_replication_origin_progress",
    "pg_replication_origin_session_is_setup", "pg_replication_origin_session_progress",
    "pg_replication_origin_session_reset", "pg_replication_origin_session_setup",
    "pg_replication_origin_xact_reset", "pg_replication_origin_xact_setup", "pg_replication_slot_advance",
    "pg_show_replication_origin_status",
});

constexpr auto wal = std::to_array<std::string_view>({
    "pg_backup_start", "pg_backup_stop", "pg_control_checkpoint", "pg_control_init",
    "pg_control_recovery", "pg_control_system", "pg_create_restore_point", "pg_current_wal_flush_lsn",
    "pg_current_wal_insert_lsn", "pg_current_wal_lsn", "pg_get_wal_replay_pause_state",
    "pg_get_wal_resource_managers", "pg_is_wal_replay_paused", "pg_last_wal_receive_lsn",
    "pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp", "pg_switch_wal", "pg_wal_replay_pause",
    "pg_wal_replay_resume", "pg_walfile_name", "pg_walfile_name_offset",
});

constexpr auto maintenance = std::to_array<std::string_view>({
    "amvalidate", "binary_upgrade_create_empty_extension", "binary_upgrade_set_missing_value",
    "binary_upgrade_set_next_array_pg_type_oid", "binary_upgrade_set_next_attribute_versions",
    "binary_upgrade_set_next_heap_pg_class_oid", "binary_upgrade_set_next_heap_relfilenode",
    "binary_upgrade_set_next_index_pg_class_oid", "binary_upgrade_set_next_index_relfilenode",
    "binary_upgrade_set_next_multirange_array_pg_type_oid",
    "binary_upgrade_set_next_multirange_pg_type_oid", "binary_upgrade_set_next_pg_authid_oid",
    "binary_upgrade_set_next_pg_enum_oid", "binary_upgrade_set_next_pg_tablespace_oid",
    "binary_upgrade_set_next_pg_type_oid", "binary_upgrade_set_next_toast_pg_class_oid",
    "binary_upgrade_set_next_toast_relfilenode", "binary_upgrade_set_record_init_privs",
    "brin_desummarize_range", "brin_summarize_new_values", "brin_summarize_range", "fmgr_c_validator",
    "fmgr_internal_validator", "fmgr_sql_validator", "gin_clean_pending_list",
    "pg_event_trigger_ddl_commands", "pg_event_trigger_dropped_objects",
    "pg_event_trigger_table_rewrite_oid", "pg_event_trigger_table_rewrite_reason",
    "pg_extension_config_dump", "pg_import_system_collations", "pg_promote", "pg_reload_conf",
    "pg_rotate_logfile", "pg_rotate_logfile_old", "pg_stop_making_pinned_objects", "plpgsql_validator",
    "postgresql_fdw_validator",
});

constexpr auto transactions = std::to_array<std::string_view>({
    "mxid_age", "pg_current_snapshot", "pg_current_xact_id", "pg_current_xact_id_if_assigned",
    "pg_snapshot_xip", "pg_snapshot_xmax", "pg_snapshot_xmin", "pg_visible_in_snapshot", "pg_xact_status",
    "txid_current", "txid_current_if_assigned", "txid_current_snapshot", "txid_snapshot_xip",
    "txid_snapshot_xmax", "txid_snapshot_xmin", "txid_status", "txid_visible_in_snapshot",
});

constexpr std::array refused{
    RefusedNames{Danger::runs_sql, runs_sql},
    RefusedNames{Danger::reads_by_name, reads_by_name},
    RefusedNames{Danger::files, files},
    RefusedNames{Danger::large_objects, large_objects},
    RefusedNames{Danger::statistics, statistics},
    RefusedNames{Danger::sizes, sizes},
    RefusedNames{Danger::other_sessions, other_sessions},
    RefusedNames{Danger::our_text, our_text},
    RefusedNames{Danger::notifies, notifies},
    RefusedNames{Danger::sleeps, sleeps},
    RefusedNames{Danger::locks, locks},
    RefusedNames{Danger::settings, settings},
    RefusedNames{Danger::sequences, sequences},
    RefusedNames{Danger::transactions, transactions},
    RefusedNames{Danger::replication, replication},
    RefusedNames{Danger::wal, wal},
    RefusedNames{Danger::maintenance, maintenance},
};

constexpr auto secrets_relations = std::to_array<std::string_view>({
    "pg_authid", "pg_db_role_setting", "pg_shadow", "pg_subscription", "pg_user_mapping",
    "pg_user_mappings",
});

constexpr auto files_relations = std::to_array<std::string_view>({
    "pg_config", "pg_file_settings", "pg_hba_file_rules", "pg_ident_file_mappings",
});

constexpr auto large_objects_relations = std::to_array<std::string_view>({
    "pg_largeobject",
});

constexpr auto our_text_relations = std::to_array<std::string_view>({
    "pg_backend_memory_contexts", "pg_cursors", "pg_prepared_statements",
});

constexpr auto other_sessions_relations = std::to_array<std::string_view>({
    "pg_locks", "pg_prepared_xacts", "pg_shmem_allocations", "pg_stat_activity",
    "pg_stat_progress_analyze", "pg_stat_progress_basebackup", "pg_stat_progress_cluster",
    "pg_stat_progress_copy", "pg_stat_progress_create_index", "pg_stat_progress_vacuum", "pg_stat_ssl",
});

constexpr auto replication_relations = std::to_array<std::string_view>({
    "pg_replication_origin", "pg_replication_origin_status", "pg_replication_slots",
    "pg_stat_replication", "pg_stat_replication_slots", "pg_stat_subscription",
    "pg_stat_subscription_stats", "pg_stat_wal_receiver", "pg_subscription_rel",
});

constexpr auto sequences_relations = std::to_array<std::string_view>({
    "pg_sequences",
});

constexpr auto wal_relations = std::to_array<std::string_view>({
    "pg_stat_archiver", "pg_stat_recovery_prefetch", "pg_stat_wal",
});

constexpr auto statistics_relations = std::to_array<std::string_view>({
    "pg_stat_all_indexes", "pg_stat_all_tables", "pg_stat_bgwriter", "pg_stat_database",
    "pg_stat_database_conflicts", "pg_stat_slru", "pg_stat_sys_indexes", "pg_stat_sys_tables",
    "pg_stat_user_functions", "pg_stat_user_indexes", "pg_stat_user_tables", "pg_stat_xact_all_tables",
    "pg_stat_xact_sys_tables", "pg_stat_xact_user_functions", "pg_stat_xact_user_tables",
    "pg_statio_all_indexes", "pg_statio_all_sequences", "pg_statio_all_tables", "pg_statio_sys_indexes",
    "pg_statio_sys_sequences", "pg_statio_sys_tables", "pg_statio_user_indexes",
    "pg_statio_user_sequences", "pg_statio_user_tables", "pg_statistic", "pg_statistic_ext_data",
    "pg_stats", "pg_stats_ext", "pg_stats_ext_exprs",
});

constexpr std::array relations{
    RefusedNames{Danger::secrets, secrets_relations},
    RefusedNames{Danger::files, files_relations},
    RefusedNames{Danger::large_objects, large_objects_relations},
    RefusedNames{Danger::our_text, our_text_relations},
    RefusedNames{Danger::other_sessions, other_sessions_relations},
    RefusedNames{Danger::replication, replication_relations},
    RefusedNames{Danger::sequences, sequences_relations},
    RefusedNames{Danger::wal, wal_relations},
    RefusedNames{Danger::statistics, statistics_relations},
};

// Views of information_schema that hold options of foreign servers and their users
constexpr auto option_views = std::to_array<std::string_view>({
    "_pg_foreign_data_wrappers", "_pg_foreign_servers", "_pg_foreign_table_columns", "_pg_foreign_tables",
    "_pg_user_mappings", "column_options", "foreign_data_wrapper_options", "foreign_server_options",
    "foreign_table_options", "user_mapping_options",
});
constexpr std::array information_schema{RefusedNames{Danger::secrets, option_views}};

}  // namespace

std::span<const RefusedNames> refused_functions() { return refused; }
std::span<const RefusedNames> refused_pg_catalog_relations() { return relations; }
std::span<const RefusedNames> refused_information_schema_relations() { return information_schema; }

}  // namespace sql::functions
