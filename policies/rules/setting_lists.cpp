#include "policies/rules/setting_lists.hpp"

#include <algorithm>
#include <array>
#include <span>

// Every setting of PostgreSQL 15 (pg_settings, and those that it does not list), made from pg_settings and
// read through by hand. Sorted; a test holds the lists against a server. session_authorization may be put
// back to the log-in, nothing else.
// clang-format off

namespace policies::rules {
namespace {

// How values look, how long things may take, and what only makes the session stricter
constexpr auto harmless = std::to_array<std::string_view>({
    "application_name", "backslash_quote", "bytea_output", "check_function_bodies",
    "client_connection_check_interval", "constraints", "datestyle", "default_text_search_config",
    "default_toast_compression", "default_transaction_deferrable", "default_transaction_isolation",
    "default_transaction_read_only", "escape_string_warning",
    "idle_in_transaction_session_timeout", "idle_session_timeout",
    "intervalstyle", "lc_monetary", "lc_numeric", "lc_time", "lock_timeout", "quote_all_identifiers",
    "restrict_nonsystem_relation_kind", "row_security", "statement_timeout", "synchronize_seqscans",
    "synchronous_commit", "timezone", "timezone_abbreviations", "transaction_deferrable",
    "transaction_isolation", "transaction_read_only", "xmlbinary", "xmloption",
});

// What the server tells of its own work: lines of its log, too
constexpr auto messages = std::to_array<std::string_view>({
    "client_min_messages",
});

// Keys of people are told apart by their digits
constexpr auto digits = std::to_array<std::string_view>({
    "extra_float_digits",
});

// How statements are planned: never what they give
constexpr auto planning = std::to_array<std::string_view>({
    "constraint_exclusion", "cpu_index_tuple_cost", "cpu_operator_cost", "cpu_tuple_cost",
    "cursor_tuple_fraction", "effective_cache_size", "effective_io_concurrency", "enable_async_append",
    "enable_bitmapscan", "enable_gathermerge", "enable_hashagg", "enable_hashjoin",
    "enable_incremental_sort", "enable_indexonlyscan", "enable_indexscan", "enable_material",
    "enable_memoize", "enable_mergejoin", "enable_nestloop", "enable_parallel_append",
    "enable_parallel_hash", "enable_partition_pruning", "enable_partitionwise_aggregate",
    "enable_partitionwise_join", "enable_seqscan", "enable_sort", "enable_tidscan", "force_parallel_mode",
    "from_collapse_limit", "geqo", "geqo_effort", "geqo_generations", "geqo_pool_size", "geqo_seed",
    "geqo_selection_bias", "geqo_threshold", "jit", "jit_above_cost", "jit_expressions",
    "jit_inline_above_cost", "jit_optimize_above_cost", "jit_tuple_deforming", "join_collapse_limit",
    "max_parallel_workers", "max_parallel_workers_per_gather", "min_parallel_index_scan_size",
    "min_parallel_table_scan_size", "parallel_leader_participation", "parallel_setup_cost",
    "parallel_tuple_cost", "random_page_cost", "recursive_worktable_factor",
    "seq_page_cost",
});

// Whether the values of parameters are known when a statement is planned
constexpr auto plan_cache = std::to_array<std::string_view>({
    "plan_cache_mode",
});

// Followed by the gateway: no back end sees it
constexpr auto tracked = std::to_array<std::string_view>({
    "search_path",
});

// Restricted sessions speak UTF-8
constexpr auto utf8 = std::to_array<std::string_view>({
    "client_encoding", "names",
});

// Tabir's print of string constants hangs on it
constexpr auto pinned_on = std::to_array<std::string_view>({
    "standard_conforming_strings",
});

// Whose rights the session has
constexpr auto identity = std::to_array<std::string_view>({
    "role",
});

// As whom the session logged in
constexpr auto log_in = std::to_array<std::string_view>({
    "session_authorization",
});

// What text and values mean
constexpr auto text_meaning = std::to_array<std::string_view>({
    "array_nulls", "lc_messages", "transform_null_equals",
});

// What is written into the server's log and shown of the session
constexpr auto server_log = std::to_array<std::string_view>({
    "backtrace_functions", "compute_query_id", "debug_pretty_print", "debug_print_parse",
    "debug_print_plan", "debug_print_rewritten", "jit_dump_bitcode", "log_connections",
    "log_disconnections", "log_duration", "log_error_verbosity", "log_executor_stats", "log_lock_waits",
    "log_min_duration_sample", "log_min_duration_statement", "log_min_error_statement",
    "log_min_messages", "log_parameter_max_length", "log_parameter_max_length_on_error",
    "log_parser_stats", "log_planner_stats", "log_replication_commands", "log_statement",
    "log_statement_sample_rate", "log_statement_stats", "log_temp_files", "log_transaction_sample_rate",
    "trace_notify", "trace_sort", "track_activities", "track_counts", "track_functions",
    "track_io_timing", "track_wal_io_timing", "update_process_title",
});

// Code that the server loads
constexpr auto code = std::to_array<std::string_view>({
    "dynamic_library_path", "extension_destdir", "jit_debugging_support", "jit_profiling_support",
    "local_preload_libraries", "output_plugin_libraries", "session_preload_libraries",
});

// How much of the server the session takes
constexpr auto memory = std::to_array<std::string_view>({
    "hash_mem_multiplier", "logical_decoding_work_mem", "maintenance_work_mem",
    "max_parallel_maintenance_workers", "max_stack_depth", "temp_buffers", "temp_file_limit",
});

// The same of one sort or hash: within bounds
constexpr auto working_memory = std::to_array<std::string_view>({
    "work_mem",
});

// Where tables are stored
constexpr auto storage = std::to_array<std::string_view>({
    "allow_in_place_tablespaces", "default_table_access_method", "default_tablespace", "temp_tablespaces",
});

// Whether triggers and rules run
constexpr auto triggers = std::to_array<std::string_view>({
    "session_replication_role",
});

// Between Tabir and the server
constexpr auto connection = std::to_array<std::string_view>({
    "exit_on_error", "post_auth_delay", "tcp_keepalives_count", "tcp_keepalives_idle",
    "tcp_keepalives_interval", "tcp_user_timeout", "wal_sender_timeout",
});

// Another transaction's view of the data
constexpr auto snapshot = std::to_array<std::string_view>({
    "transaction_snapshot",
});

// random() of whoever has the connection next
constexpr auto seed = std::to_array<std::string_view>({
    "seed",
});

// A sample of what fits, another one each time
constexpr auto samples = std::to_array<std::string_view>({
    "gin_fuzzy_search_limit",
});

// For whoever keeps the database
constexpr auto maintenance = std::to_array<std::string_view>({
    "allow_system_table_mods", "backend_flush_after", "commit_delay", "commit_siblings",
    "composite_type_mismatch", "deadlock_timeout", "debug_discard_caches", "default_statistics_target",
    "gin_pending_list_limit", "ignore_checksum_failure", "ignore_system_indexes", "lo_compat_privileges",
    "maintenance_io_concurrency", "password_encryption", "stats_fetch_consistency", "vacuum_cost_delay",
    "vacuum_cost_limit", "vacuum_cost_page_dirty", "vacuum_cost_page_hit", "vacuum_cost_page_miss",
    "vacuum_failsafe_age", "vacuum_freeze_min_age", "vacuum_freeze_table_age",
    "vacuum_multixact_failsafe_age", "vacuum_multixact_freeze_min_age",
    "vacuum_multixact_freeze_table_age", "wal_compression", "wal_consistency_checking", "wal_init_zero",
    "wal_recycle", "wal_skip_threshold", "zero_damaged_pages",
});

// The server's own: shown, never set by a session
constexpr auto server = std::to_array<std::string_view>({
    "archive_mode", "archive_timeout", "authentication_timeout", "autovacuum",
    "autovacuum_analyze_scale_factor", "autovacuum_analyze_threshold", "autovacuum_freeze_max_age",
    "autovacuum_max_workers", "autovacuum_multixact_freeze_max_age", "autovacuum_naptime",
    "autovacuum_vacuum_cost_delay", "autovacuum_vacuum_cost_limit",
    "autovacuum_vacuum_insert_scale_factor", "autovacuum_vacuum_insert_threshold",
    "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_threshold", "autovacuum_work_mem",
    "bgwriter_delay", "bgwriter_flush_after", "bgwriter_lru_maxpages", "bgwriter_lru_multiplier",
    "block_size", "bonjour", "bonjour_name", "checkpoint_completion_target", "checkpoint_flush_after",
    "checkpoint_timeout", "checkpoint_warning", "cluster_name", "data_checksums", "data_directory_mode",
    "data_sync_retry", "db_user_namespace", "debug_assertions", "dynamic_shared_memory_type",
    "event_source", "fsync", "full_page_writes", "hot_standby", "hot_standby_feedback", "huge_page_size",
    "huge_pages", "ignore_invalid_pages", "in_hot_standby", "integer_datetimes", "is_superuser",
    "jit_provider", "krb_caseins_users", "lc_collate", "lc_ctype", "log_autovacuum_min_duration",
    "log_checkpoints", "log_destination", "log_file_mode", "log_hostname", "log_line_prefix",
    "log_recovery_conflict_waits", "log_rotation_age", "log_rotation_size",
    "log_startup_progress_interval", "log_timezone", "log_truncate_on_rotation", "logging_collector",
    "max_connections", "max_files_per_process", "max_function_args", "max_identifier_length",
    "max_index_keys", "max_locks_per_transaction", "max_logical_replication_workers",
    "max_pred_locks_per_page", "max_pred_locks_per_relation", "max_pred_locks_per_transaction",
    "max_prepared_transactions", "max_replication_slots", "max_slot_wal_keep_size",
    "max_standby_archive_delay", "max_standby_streaming_delay", "max_sync_workers_per_subscription",
    "max_wal_senders", "max_wal_size", "max_worker_processes", "min_dynamic_shared_memory",
    "min_wal_size", "old_snapshot_threshold", "port", "pre_auth_delay", "recovery_init_sync_method",
    "recovery_min_apply_delay", "recovery_prefetch", "recovery_target", "recovery_target_action",
    "recovery_target_inclusive", "recovery_target_lsn", "recovery_target_name", "recovery_target_time",
    "recovery_target_timeline", "recovery_target_xid", "remove_temp_files_after_crash",
    "restart_after_crash", "segment_size", "server_encoding", "server_version", "server_version_num",
    "shared_buffers", "shared_memory_size", "shared_memory_size_in_huge_pages", "shared_memory_type",
    "ssl", "ssl_ciphers", "ssl_ecdh_curve", "ssl_library", "ssl_max_protocol_version",
    "ssl_min_protocol_version", "ssl_passphrase_command_supports_reload", "ssl_prefer_server_ciphers",
    "superuser_reserved_connections", "synchronous_standby_names", "syslog_facility", "syslog_ident",
    "syslog_sequence_numbers", "syslog_split_messages", "trace_recovery_messages",
    "track_activity_query_size", "track_commit_timestamp", "unix_socket_group", "unix_socket_permissions",
    "vacuum_defer_cleanup_age", "wal_block_size", "wal_buffers", "wal_decode_buffer_size",
    "wal_keep_size", "wal_level", "wal_log_hints", "wal_receiver_create_temp_slot",
    "wal_receiver_status_interval", "wal_receiver_timeout", "wal_retrieve_retry_interval",
    "wal_segment_size", "wal_sync_method", "wal_writer_delay", "wal_writer_flush_after",
});

// Files, commands and addresses of the server: not shown either
constexpr auto files = std::to_array<std::string_view>({
    "archive_cleanup_command", "archive_command", "archive_library", "config_file", "data_directory",
    "external_pid_file", "hba_file", "ident_file", "krb_server_keyfile", "listen_addresses",
    "log_directory", "log_filename", "primary_conninfo", "primary_slot_name", "promote_trigger_file",
    "recovery_end_command", "restore_command", "shared_preload_libraries", "ssl_ca_file", "ssl_cert_file",
    "ssl_crl_dir", "ssl_crl_file", "ssl_dh_params_file", "ssl_key_file", "ssl_passphrase_command",
    "unix_socket_directories",
});

// Told by Tabir itself
constexpr auto budget = std::to_array<std::string_view>({
    "tabir.budget",
});

// For whom a tool asks: judged by the session
constexpr auto person = std::to_array<std::string_view>({
    "tabir.user",
});
constexpr auto token = std::to_array<std::string_view>({
    "tabir.token",
});

// clang-format on
struct Group {
    SettingKind kind;
    std::span<const std::string_view> names;
};
constexpr std::array groups{
    Group{SettingKind::harmless, harmless},
    Group{SettingKind::plan_cache, plan_cache},
    Group{SettingKind::messages, messages},
    Group{SettingKind::digits, digits},
    Group{SettingKind::planning, planning},
    Group{SettingKind::tracked, tracked},
    Group{SettingKind::budget, budget},
    Group{SettingKind::person, person},
    Group{SettingKind::token, token},
    Group{SettingKind::utf8, utf8},
    Group{SettingKind::pinned_on, pinned_on},
    Group{SettingKind::identity, identity},
    Group{SettingKind::log_in, log_in},
    Group{SettingKind::text_meaning, text_meaning},
    Group{SettingKind::server_log, server_log},
    Group{SettingKind::code, code},
    Group{SettingKind::memory, memory},
    Group{SettingKind::working_memory, working_memory},
    Group{SettingKind::storage, storage},
    Group{SettingKind::triggers, triggers},
    Group{SettingKind::connection, connection},
    Group{SettingKind::snapshot, snapshot},
    Group{SettingKind::seed, seed},
    Group{SettingKind::samples, samples},
    Group{SettingKind::maintenance, maintenance},
    Group{SettingKind::server, server},
    Group{SettingKind::files, files},
};

}  // namespace

std::optional<SettingKind> kind_of_setting(std::string_view name) {
    for (const Group& group : groups) {
        if (std::ranges::binary_search(group.names, name)) return group.kind;
    }
    return std::nullopt;
}

}  // namespace policies::rules
