#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

namespace sql {

/// Why a statement could not be analyzed or rewritten.
enum class Errc {
    too_large,         // more bytes or statements than the guard lets through
    too_deep,          // nesting that would endanger the parser's stack or time
    invalid_encoding,  // not valid UTF-8, or a NUL byte
    syntax_error,
    unsupported,    // a form that Tabir cannot prove safe: always refused
    reserved_name,  // a name that begins with __tabir_
    undefined_table,
    undefined_column,
    ambiguous_column,
    undefined_function,
    undefined_object,   // types, operators, collations
    duplicate_alias,    // two FROM items or WITH queries of one name
    column_list,        // a list of column aliases that does not fit
    invalid_recursion,  // a WITH query that refers to itself where it may not
    too_many_columns,   // more than a row of PostgreSQL can have
    not_in_postgresql,  // what PostgreSQL itself has not implemented
    wrong_object_type,  // a view where only a table can stand
    not_countable,      // the people that a row reveals cannot be told
    not_aggregated,     // shows rows where only aggregates may be shown
    not_maskable,       // no place where the masked relation could stand
    verify_failed,      // what was printed is not what was meant: a defect of Tabir
};

/// A refusal or failure of this room. `message` and `hint` may be shown to the client.
struct Error {
    Errc code;
    std::string message;
    std::string hint = {};
    std::optional<std::size_t> offset = {};  // byte offset into the client's text
    std::size_t behind = 0;                  // of Analysis::of: the bytes of the statements before
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::logic_error("sql: " + error.message);
}

}  // namespace sql
