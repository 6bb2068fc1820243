#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/treatment.hpp"

struct ColumnRef;
struct Node;

namespace sql {

/// document ->> 'lang', document -> 'contact' ->> 'city', document #>> '{contact,city}': a value that is read
/// of a column.
struct DocumentPath {
    const ColumnRef* document = nullptr;
    std::vector<std::string> keys;   // one after another; the number of an array's element is none
    std::vector<std::string> steps;  // the same with those numbers: what reads another value has others
};

/// nullopt: `member` is something else, or which key it reads is not known before it runs.
[[nodiscard]] std::optional<DocumentPath> document_path(const Node* member);

/// A document, an array, a range: one condition may ask for several of the values in it. False where the type
/// is not known.
[[nodiscard]] bool holds_many_values(Oid type, const Catalog& catalog);

/// How many values of a row `condition` names: columns, and of a document or a set that holds many, each path
/// that is read and each other mention by itself. `holds_many` says of a column whether it is one, as far as
/// that is known.
[[nodiscard]] std::size_t named_values(
    Node* condition,
    const std::function<bool(const ColumnRef*)>& holds_many = [](const ColumnRef*) { return false; });

/// Whether the path leads to nothing that a mask of the document changes: neither into it nor around it.
[[nodiscard]] bool is_open_path(const DocumentPath& path, const mask::Document& document);

}  // namespace sql
