#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/errors.hpp"

namespace sql {

/// One key and value of a sqlcommenter comment, decoded.
using StatementTag = std::pair<std::string, std::string>;

/// What the block comments of `text` say of it, in the form of sqlcommenter (its specification, "Format"):
/// /*key='value',key='value'*/, both URL-encoded, a quote within a value as \'. Comments that are of another
/// form say nothing, unless `must_parse` stands in one: that is a syntax_error, so that what was meant for
/// Tabir is never passed over.
[[nodiscard]] Result<std::vector<StatementTag>> statement_tags(std::string_view text,
                                                               std::string_view must_parse);

}  // namespace sql
