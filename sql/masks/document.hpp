#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"
#include "sql/treatment.hpp"

namespace sql::masks {

/// The paths of a document, joined where they begin alike: each value is looked at once.
struct Branch {
    std::optional<Mask> mask;  // of what stands here; then nothing below matters
    std::map<std::string, Branch> keys;
};
[[nodiscard]] Branch joined_paths(const std::vector<mask::Path>& paths);

/// pg_catalog.name(argument)
[[nodiscard]] std::string builtin(std::string_view name, std::string_view argument);
/// `value`, of type jsonb, is an object, an array, ...
[[nodiscard]] std::string is_of_kind(std::string_view value, std::string_view kind);
/// The text of a value of type jsonb.
[[nodiscard]] std::string text_of_json(std::string_view value);
/// A literal of type jsonb.
[[nodiscard]] std::string json_literal(std::string_view literal);
/// (value -> key)
[[nodiscard]] std::string member(std::string_view value, std::string_view key);
/// object || {key: value}, where `present`, the key's old value, is not NULL.
[[nodiscard]] std::string with_member(std::string_view present, std::string_view key, std::string_view value);

/// What stands in place of `value`, of type jsonb, at the end of a path: a text, number or boolean is masked
/// as a text.
[[nodiscard]] Result<std::string> masked_leaf(const std::string& value, const Mask& mask,
                                              const Catalog& catalog);

/// `value`, of type jsonb, as it is shown at a branch. `level` is that of the names within.
[[nodiscard]] Result<std::string> masked_branch(const std::string& value, const Branch& branch, int level,
                                                const Catalog& catalog);

}  // namespace sql::masks
