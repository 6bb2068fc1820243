#pragma once

#include <string>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"

namespace sql::masks {

/// What a mask can do with a type's values.
enum class Family {
    text,      // text, varchar, bpchar, name, citext
    integer,   // int2, int4, int8
    decimal,   // numeric
    floating,  // float4, float8
    date,
    timestamp,
    timestamptz,
    time,
    interval,
    boolean,
    uuid,
    json,  // json, jsonb
    bytea,
    inet,  // inet, cidr
    array,
    other,  // enums, composites, ranges, geometry, extension types: only NULL stands for a value
};

/// A column's type, as far as a mask has to know it.
struct ColumnType {
    Family family = Family::other;
    std::string text;       // "pg_catalog"."varchar"(20)
    std::string collation;  // empty, or ` COLLATE "pg_catalog"."C"`
    Oid element = 0;        // of an array: the type of its elements
};

/// Domains are followed to their base type: the CHECK of a domain would refuse masked values (SQLSTATE
/// 23514).
[[nodiscard]] Result<ColumnType> column_type(const Column& column, const Catalog& catalog);

}  // namespace sql::masks
