#include "sql/functions/tables.hpp"

#include <array>

// What psql's \d, drivers and information_schema need to describe the schema. It holds no rows of tables;
// estimates of row counts (pg_class.reltuples) and constants in definitions are told. Left out on purpose:
// what refused.cpp lists: statistics about values, passwords, options of users at foreign servers, large
// objects, last values of sequences, files, and the activity and statements of others.
// clang-format off

namespace sql::functions {
namespace {

// Functions that tell about the schema, privileges and the session itself; and pg_advisory_unlock_all, which
// drivers send before they use a connection again
constexpr auto functions = std::to_array<std::string_view>({
    "acldefault", "aclexplode", "col_description", "current_database", "current_schema",
    "current_schemas", "current_user", "format_type", "getdatabaseencoding", "getpgusername",
    "has_any_column_privilege", "has_column_privilege", "has_database_privilege",
    "has_foreign_data_wrapper_privilege", "has_function_privilege", "has_language_privilege",
    "has_parameter_privilege", "has_schema_privilege", "has_sequence_privilege", "has_server_privilege",
    "has_table_privilege", "has_tablespace_privilege", "has_type_privilege", "inet_client_addr",
    "inet_client_port", "inet_server_addr", "inet_server_port", "makeaclitem", 
    "obj_description", "oidvectortypes", "pg_advisory_unlock_all", "pg_available_extension_versions",
    "pg_available_extensions", "pg_backend_pid", "pg_collation_actual_version", "pg_collation_is_visible",
    "pg_column_is_updatable", "pg_conf_load_time", "pg_conversion_is_visible", 
    "pg_database_collation_actual_version",
    "pg_describe_object", "pg_extension_update_paths", "pg_filenode_relation", "pg_function_is_visible",
    "pg_get_catalog_foreign_keys", "pg_get_constraintdef", "pg_get_expr", "pg_get_function_arg_default",
    "pg_get_function_arguments", "pg_get_function_identity_arguments", "pg_get_function_result",
    "pg_get_function_sqlbody", "pg_get_functiondef", "pg_get_indexdef", "pg_get_keywords",
    "pg_get_object_address", "pg_get_partition_constraintdef", "pg_get_partkeydef",
    "pg_get_publication_tables", "pg_get_replica_identity_index", "pg_get_ruledef",
    "pg_get_serial_sequence", "pg_get_statisticsobjdef", "pg_get_statisticsobjdef_columns",
    "pg_get_statisticsobjdef_expressions", "pg_get_triggerdef", "pg_get_userbyid", "pg_get_viewdef",
    "pg_has_role", "pg_identify_object", "pg_identify_object_as_address", "pg_index_column_has_property",
    "pg_index_has_property", "pg_indexam_has_property", "pg_indexam_progress_phasename",
    "pg_is_in_recovery", "pg_is_other_temp_schema", "pg_jit_available", "pg_my_temp_schema",
    "pg_opclass_is_visible", "pg_operator_is_visible", "pg_opfamily_is_visible", "pg_options_to_table",
    "pg_partition_ancestors", "pg_partition_root", "pg_partition_tree", "pg_postmaster_start_time",
    "pg_relation_filenode", "pg_relation_is_publishable", "pg_relation_is_updatable",
    "pg_sequence_parameters", "pg_settings_get_flags", "pg_show_all_settings", 
    "pg_statistics_obj_is_visible", "pg_table_is_visible",
    "pg_tablespace_databases", "pg_tablespace_location", "pg_trigger_depth", "pg_ts_config_is_visible",
    "pg_ts_dict_is_visible", "pg_ts_parser_is_visible", "pg_ts_template_is_visible", "pg_type_is_visible",
    "regclass", "row_security_active",
    "satisfies_hash_partition", "session_user", "shobj_description", "to_regclass", "to_regcollation",
    "to_regnamespace", "to_regoper", "to_regoperator", "to_regproc", "to_regprocedure", "to_regrole",
    "to_regtype", "ts_token_type", 
    
    "version",
});

// All functions of information_schema
constexpr auto numbers_of_columns = std::to_array<std::string_view>({
    "_pg_char_max_length", "_pg_char_octet_length", "_pg_datetime_precision", "_pg_expandarray",
    "_pg_index_position", "_pg_interval_type", "_pg_numeric_precision", "_pg_numeric_precision_radix",
    "_pg_numeric_scale", "_pg_truetypid", "_pg_truetypmod",
});

// Relations of pg_catalog; pg_statistic_ext only names what ANALYZE shall look at, and pg_settings shows a
// role without privileges neither files nor connection strings
constexpr auto pg_catalog = std::to_array<std::string_view>({
    "pg_aggregate", "pg_am", "pg_amop", "pg_amproc", "pg_attrdef", "pg_attribute", "pg_auth_members",
    "pg_available_extension_versions", "pg_available_extensions", "pg_cast", "pg_class", "pg_collation",
    "pg_constraint", "pg_conversion", "pg_database", "pg_default_acl", "pg_depend", "pg_description",
    "pg_enum", "pg_event_trigger", "pg_extension", "pg_foreign_data_wrapper", "pg_foreign_server",
    "pg_foreign_table", "pg_group", "pg_index", "pg_indexes", "pg_inherits", "pg_init_privs",
    "pg_language", "pg_largeobject_metadata", "pg_matviews", "pg_namespace", "pg_opclass", "pg_operator",
    "pg_opfamily", "pg_parameter_acl", "pg_partitioned_table", "pg_policies", "pg_policy", "pg_proc",
    "pg_publication", "pg_publication_namespace", "pg_publication_rel", "pg_publication_tables",
    "pg_range", "pg_rewrite", "pg_roles", "pg_rules", "pg_seclabel", "pg_seclabels", "pg_sequence",
    "pg_settings", "pg_shdepend", "pg_shdescription", "pg_shseclabel", "pg_stat_gssapi",
    "pg_statistic_ext", "pg_tables", "pg_tablespace", "pg_timezone_abbrevs", "pg_timezone_names",
    "pg_transform", "pg_trigger", "pg_ts_config", "pg_ts_config_map", "pg_ts_dict", "pg_ts_parser",
    "pg_ts_template", "pg_type", "pg_user", "pg_views",
});

// Views of information_schema
constexpr auto information_schema = std::to_array<std::string_view>({
    "administrable_role_authorizations", "applicable_roles", "attributes", "character_sets",
    "check_constraint_routine_usage", "check_constraints", "collation_character_set_applicability",
    "collations", "column_column_usage", "column_domain_usage", "column_privileges", "column_udt_usage",
    "columns", "constraint_column_usage", "constraint_table_usage", "data_type_privileges",
    "domain_constraints", "domain_udt_usage", "domains", "element_types", "enabled_roles",
    "foreign_data_wrappers", "foreign_servers", "foreign_tables", "information_schema_catalog_name",
    "key_column_usage", "parameters", "referential_constraints", "role_column_grants",
    "role_routine_grants", "role_table_grants", "role_udt_grants", "role_usage_grants",
    "routine_column_usage", "routine_privileges", "routine_routine_usage", "routine_sequence_usage",
    "routine_table_usage", "routines", "schemata", "sequences", "sql_features", "sql_implementation_info",
    "sql_parts", "sql_sizing", "table_constraints", "table_privileges", "tables", "transforms",
    "triggered_update_columns", "triggers", "udt_privileges", "usage_privileges", "user_defined_types",
    "user_mappings", "view_column_usage", "view_routine_usage", "view_table_usage", "views",
});

}  // namespace

std::span<const std::string_view> describing() { return functions; }
std::span<const std::string_view> information_schema_functions() { return numbers_of_columns; }
std::span<const std::string_view> pg_catalog_relations() { return pg_catalog; }
std::span<const std::string_view> information_schema_relations() { return information_schema; }

}  // namespace sql::functions
