#include "sql/functions/tables.hpp"

#include <array>

// Functions of the extensions that PostgreSQL ships and databases often have, read through by hand: those
// that only compute over their arguments. Left out is what reads tables or settings by name (dblink,
// tablefunc, set_limit), other servers and files, and what decrypts.
// clang-format off

namespace sql::functions {
namespace {

// pg_trgm, fuzzystrmatch, unaccent; hstore; ltree; intarray; uuid-ossp, pgcrypto; cube and earthdistance
constexpr auto computing_names = std::to_array<std::string_view>({
    "akeys", "armor", "avals", "crypt", "cube", "cube_distance", "cube_enlarge", "cube_inter", "cube_union",
    "dearmor", "defined", "difference", "digest", "dmetaphone", "dmetaphone_alt", "each",
    "earth", "earth_box", "earth_distance", "exist", "exists_all", "exists_any", "gc_to_sec",
    "gen_random_bytes", "gen_salt", "geo_distance", "hmac", "hstore", "hstore_to_array", "hstore_to_json",
    "hstore_to_json_loose", "hstore_to_jsonb", "hstore_to_jsonb_loose", "hstore_to_matrix", "icount", "idx",
    "intset", "isdefined", "isexists", "latitude", "lca", "levenshtein", "levenshtein_less_equal",
    "ll_to_earth", "longitude", "ltree2text", "metaphone", "nlevel", "sec_to_gc", "show_limit", "show_trgm",
    "similarity", "skeys", "slice", "slice_array", "sort", "sort_asc", "sort_desc", "soundex",
    "strict_word_similarity", "subarray", "subltree", "subpath", "svals", "text2ltree", "text_soundex",
    "unaccent", "uniq", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3", "uuid_generate_v4",
    "uuid_generate_v5", "uuid_nil", "uuid_ns_dns", "uuid_ns_oid", "uuid_ns_url", "uuid_ns_x500",
    "word_similarity",
});

}  // namespace
// clang-format on

std::span<const std::string_view> computing_in_extensions() { return computing_names; }

}  // namespace sql::functions
