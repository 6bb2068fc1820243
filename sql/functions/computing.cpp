#include "sql/functions/tables.hpp"

#include <array>

// Made from pg_proc of PostgreSQL 15 (stable and immutable functions without internal, cstring or trigger
// types), then read through by hand. refused.cpp has what was left out, with reasons.
// clang-format off

namespace sql::functions {
namespace {

// Numbers, identifiers, series
constexpr auto numbers = std::to_array<std::string_view>({
    "abs", "acos", "acosd", "acosh", "asin", "asind", "asinh", "atan", "atan2", "atan2d", "atand",
    "atanh", "bool", "cash_words", "cbrt", "ceil", "ceiling", "cos", "cosd", "cosh", "cot", "cotd",
    "degrees", "dexp", "div", "dlog1", "dlog10", "dround", "dtrunc", "exp", "factorial", "float4",
    "float8", "floor", "gcd", "gen_random_uuid", "generate_series", "int2", "int4", "int4inc", "int8",
    "int8_sum", "lcm", "ln", "log", "log10", "min_scale", "mod", "money", "num_nonnulls", "num_nulls",
    "numeric", "numeric_div_trunc", "numeric_exp", "numeric_inc", "numeric_ln", "numeric_log",
    "numeric_sqrt", "oid", "pg_lsn", "pg_wal_lsn_diff", "pi", "pow", "power", "radians", "random",
    "round", "scale", "sign", "sin", "sind", "sinh", "sqrt", "tan", "tand", "tanh", "to_number",
    "trim_scale", "trunc", "width_bucket", "xid",
});

// Text, bytes, bits, regular expressions
constexpr auto texts = std::to_array<std::string_view>({
    "ascii", "bit", "bit_count", "bit_length", "bpchar", "btrim", "char", "char_length",
    "character_length", "chr", "concat", "concat_ws", "convert", "convert_from", "convert_to", "decode",
    "encode", "format", "get_bit", "get_byte", "initcap", "is_normalized", "left", "length", "like",
    "like_escape", "lower", "lpad", "ltrim", "md5", "name", "nameconcatoid", "normalize", "notlike",
    "octet_length", "overlay", "parse_ident", "pg_char_to_encoding", "pg_client_encoding",
    "pg_collation_for", "pg_column_compression", "pg_column_size", "pg_encoding_max_length",
    "pg_encoding_to_char", "pg_size_bytes", "pg_size_pretty", "pg_typeof", "position", "quote_ident",
    "quote_literal", "quote_nullable", "regexp_count", "regexp_instr", "regexp_like", "regexp_match",
    "regexp_matches", "regexp_replace", "regexp_split_to_array", "regexp_split_to_table", "regexp_substr",
    "repeat", "replace", "reverse", "right", "rpad", "rtrim", "set_bit", "set_byte", "sha224", "sha256",
    "sha384", "sha512", "similar_escape", "similar_to_escape", "split_part", "starts_with",
    "string_to_array", "string_to_table", "strpos", "substr", "substring", "text", "textcat", "textlen",
    "to_ascii", "to_char", "to_hex", "translate", "unistr", "upper", "varbit", "varchar",
});

// Dates and times
constexpr auto dates = std::to_array<std::string_view>({
    "age", "clock_timestamp", "date", "date_bin", "date_part", "date_trunc", "extract", "interval",
    "isfinite", "justify_days", "justify_hours", "justify_interval", "make_date", "make_interval",
    "make_time", "make_timestamp", "make_timestamptz", "now", "overlaps", "pg_timezone_abbrevs",
    "pg_timezone_names", "statement_timestamp", "time", "timeofday", "timestamp", "timestamptz",
    "timetz", "timezone", "to_date", "to_timestamp", "transaction_timestamp",
});

// JSON and XML, built and read
constexpr auto documents = std::to_array<std::string_view>({
    "json_array_elements", "json_array_elements_text", "json_array_length", "json_build_array",
    "json_build_object", "json_each", "json_each_text", "json_extract_path", "json_extract_path_text",
    "json_object", "json_object_keys", "json_populate_record", "json_populate_recordset",
    "json_strip_nulls", "json_to_record", "json_to_recordset", "json_to_tsvector", "json_typeof",
    "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array",
    "jsonb_build_object", "jsonb_each", "jsonb_each_text", "jsonb_extract_path",
    "jsonb_extract_path_text", "jsonb_insert", "jsonb_object", "jsonb_object_keys", "jsonb_path_exists",
    "jsonb_path_exists_tz", "jsonb_path_match", "jsonb_path_match_tz", "jsonb_path_query",
    "jsonb_path_query_array", "jsonb_path_query_array_tz", "jsonb_path_query_first",
    "jsonb_path_query_first_tz", "jsonb_path_query_tz", "jsonb_populate_record",
    "jsonb_populate_recordset", "jsonb_pretty", "jsonb_set", "jsonb_set_lax", "jsonb_strip_nulls",
    "jsonb_to_record", "jsonb_to_recordset", "jsonb_to_tsvector", "jsonb_typeof", "row_to_json",
    "to_json", "to_jsonb", "xml", "xml_is_well_formed", "xml_is_well_formed_content",
    "xml_is_well_formed_document", "xmlcomment", "xmlexists", "xmlvalidate", "xpath", "xpath_exists",
});

// Arrays, ranges, enumerations
constexpr auto collections = std::to_array<std::string_view>({
    "array_append", "array_cat", "array_dims", "array_fill", "array_length", "array_lower", "array_ndims",
    "array_position", "array_positions", "array_prepend", "array_remove", "array_replace",
    "array_to_json", "array_to_string", "array_upper", "cardinality", "datemultirange", "daterange",
    "daterange_canonical", "daterange_subdiff", "enum_first", "enum_last", "enum_range",
    "generate_subscripts", "int4multirange", "int4range", "int4range_canonical", "int4range_subdiff",
    "int8multirange", "int8range", "int8range_canonical", "int8range_subdiff", "isempty", "lower_inc",
    "lower_inf", "multirange", "nummultirange", "numrange", "numrange_subdiff", "range_merge",
    "trim_array", "tsmultirange", "tsrange", "tsrange_subdiff", "tstzmultirange", "tstzrange",
    "tstzrange_subdiff", "unnest", "upper_inc", "upper_inf",
});

// Aggregates and window functions
constexpr auto aggregates = std::to_array<std::string_view>({
    "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count",
    "covar_pop", "covar_samp", "cume_dist", "dense_rank", "every", "first_value", "json_agg",
    "json_object_agg", "jsonb_agg", "jsonb_object_agg", "lag", "last_value", "lead", "max", "min",
    "mode", "nth_value", "ntile", "percent_rank", "percentile_cont", "percentile_disc", "range_agg",
    "range_intersect_agg", "rank", "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2",
    "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "row_number", "stddev", "stddev_pop",
    "stddev_samp", "string_agg", "sum", "var_pop", "var_samp", "variance", "xmlagg",
});

// Network addresses, geometry, text search
constexpr auto others = std::to_array<std::string_view>({
    "abbrev", "area", "array_to_tsvector", "box", "broadcast", "center", "cidr", "circle", "diagonal",
    "diameter", "family", "get_current_ts_config", "height", "host", "hostmask", "inet_merge",
    "inet_same_family", "isclosed", "ishorizontal", "isopen", "isparallel", "isperp", "isvertical",
    "line", "lseg", "macaddr", "macaddr8", "macaddr8_set7bit", "masklen", "netmask", "network", "npoints",
    "numnode", "path", "pclose", "phraseto_tsquery", "plainto_tsquery", "point", "polygon", "popen",
    "querytree", "radius", "set_masklen", "setweight", "slope", "strip", "to_tsquery", "to_tsvector",
    "ts_debug", "ts_delete", "ts_filter", "ts_headline", "ts_lexize", "ts_parse", "ts_rank", "ts_rank_cd",
    "tsquery_phrase", "tsvector_to_array", "websearch_to_tsquery", "width",
});

constexpr std::array<std::span<const std::string_view>, 7> topics = {
    numbers, texts, dates, documents, collections, aggregates, others,
};

}  // namespace

std::span<const std::span<const std::string_view>> computing() { return topics; }

}  // namespace sql::functions
