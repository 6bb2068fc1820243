#pragma once

#include <cstddef>

#include "sql/errors.hpp"
#include "sql/parse/tokens.hpp"
#include "sql/print/edit_list.hpp"
#include "sql/print/printed.hpp"

namespace sql::print {

/// One token in its canonical spelling.
[[nodiscard]] std::string spelled(const parse::Token& token);
/// The same, behind what `text` holds.
void append_spelled(const parse::Token& token, std::string& text);

/// The tokens of bytes [begin, end) in one canonical spelling, with `edits` put in: no comments, identifiers
/// quoted, strings and bit strings re-quoted, keywords and numbers as they are, one blank where something
/// must part tokens. The meaning of the result hangs on no setting of a session.
///
/// Edits outside of the range are left out: of the insertions those belong to it that stand before or behind
/// one of its own tokens. The error (verify_failed) is an edit that cuts a token or the range, or lies in
/// another edit.
[[nodiscard]] Result<Printed> print(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                    const EditList& edits);

}  // namespace sql::print
