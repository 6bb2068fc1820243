#include "sql/document_paths.hpp"

#include <algorithm>
#include <string_view>

#include "sql/parse/literals.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {
namespace {

using Keys = std::vector<std::string>;

/// Of '{contact,city}', without quotes and blanks; nullopt where one may be the number of an element.
std::optional<Keys> keys_of(std::string_view path) {
    if (path.size() < 3 || path.front() != '{' || path.back() != '}') return std::nullopt;
    Keys keys(1);
    for (const char c : path.substr(1, path.size() - 2)) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (c == ',' && !keys.back().empty())
            keys.emplace_back();
        else if (letter || (!keys.back().empty() && c >= '0' && c <= '9'))
            keys.back() += c;
        else
            return std::nullopt;
    }
    return keys.back().empty() ? std::nullopt : std::optional(std::move(keys));
}

/// Masks go through arrays: the number of an element is no key. False: what the step reads is not known.
bool add_step(const Node* step, Keys& keys) {
    if (const char* key = parse::literal_text(step)) {
        keys.emplace_back(key);
        return true;
    }
    const A_Const* number = parse::literal(step);
    return number != nullptr && !number->isnull && IsA(&number->val, Integer);
}

}  // namespace

std::optional<DocumentPath> document_path(const Node* member) {
    DocumentPath path;
    Keys& keys = path.keys;  // from the last to the first, until all are known
    const A_Expr* read = parse::as_operator(member, "->>");
    if (read != nullptr) {
        if (!add_step(read->rexpr, keys)) return std::nullopt;
    } else {
        read = parse::as_operator(member, "#>>");
        const char* written = read == nullptr ? nullptr : parse::literal_text(read->rexpr);
        const auto known = written == nullptr ? std::nullopt : keys_of(written);
        if (!known) return std::nullopt;
        keys.assign(known->rbegin(), known->rend());
    }
    const Node* document = read->lexpr;
    while (const A_Expr* step = parse::as_operator(document, "->")) {
        if (!add_step(step->rexpr, keys)) return std::nullopt;
        document = step->lexpr;
    }
    if (!IsA(document, ColumnRef)) return std::nullopt;
    path.document = reinterpret_cast<const ColumnRef*>(document);
    std::ranges::reverse(keys);
    return path;
}

bool is_open_path(const DocumentPath& path, const mask::Document& document) {
    return std::ranges::none_of(*document.paths, [&](const mask::Path& masked) {
        const auto [hidden, read] = std::ranges::mismatch(masked.keys, path.keys);
        return hidden == masked.keys.end() || read == path.keys.end();
    });
}

}  // namespace sql
