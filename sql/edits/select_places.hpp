#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// Where the clauses of one SELECT stand, as token indices. Raw trees have no locations for them.
struct SelectPlaces {
    std::optional<std::size_t> distinct;  // DISTINCT of SELECT DISTINCT, without ON
    std::size_t targets_end = 0;          // behind the target list
    std::size_t from = 0;                 // FROM, or 0
    std::size_t where = 0;                // WHERE, or where it would stand
    std::size_t where_end = 0;            // behind its condition; equal to `where` without one
    std::size_t grouping = 0;             // where GROUP BY stands or would stand
    std::size_t grouping_end = 0;         // behind its list; equal to `grouping` without one
    std::size_t having = 0;               // HAVING, or where it would stand
    std::size_t having_end = 0;           // behind its condition; equal to `having` without one
};

/// The clauses of the SELECT whose first target begins at token `first_target`; without targets, what stands
/// behind SELECT.
[[nodiscard]] SelectPlaces places_of(const parse::Tokens& tokens, std::size_t first_target);

/// Whether token `i`, not the first one, is a word that begins a clause there.
[[nodiscard]] bool begins_clause(std::span<const parse::Token> all, std::size_t i);

/// Behind the target that begins at token `target`.
[[nodiscard]] std::size_t target_end(const parse::Tokens& tokens, std::size_t target);

}  // namespace sql::edits
