#pragma once

#include <vector>

#include "sql/catalog.hpp"
#include "sql/resolve/model.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// A constant that PostgreSQL reads by the settings under which a statement is parsed.
struct ReadBySettings {
    const Node* constant = nullptr;  // an A_Const
    const TypeCast* cast = nullptr;  // of which it is the argument; nullptr: the next says what it becomes
    const char* type = nullptr;      // of pg_catalog
};

/// How settings of a session may change what a condition says of a row. Whatever is not known to be firm is
/// taken to hang on them.
struct SettingsUse {
    /// It reads, makes or compares times otherwise than times of one type with each other, with now(), or
    /// with constants that are spelled in one way under every setting (ISO 8601, with a time zone where the
    /// column has one): TimeZone, DateStyle, IntervalStyle, timezone_abbreviations.
    bool times = false;
    /// It turns bytea, xml or money into text, or searches texts by words.
    bool texts = false;
    std::vector<ReadBySettings> constants = {};
    /// A constant without a type that becomes a time somewhere.
    const Node* untyped = nullptr;
};

/// Of `condition`, which is part of the resolved `text`.
[[nodiscard]] SettingsUse settings_used(const resolve::Resolution& text, const Catalog& catalog,
                                        Node* condition);

}  // namespace sql::edits
