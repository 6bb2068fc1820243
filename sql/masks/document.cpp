#include "sql/masks/document.hpp"

#include <fmt/format.h>

#include "sql/masks.hpp"
#include "sql/masks/expressions.hpp"
#include "sql/print/quote.hpp"
#include "sql/type_oids.hpp"

namespace sql::masks {

Branch joined_paths(const std::vector<mask::Path>& paths) {
    Branch root;
    for (const mask::Path& path : paths) {
        Branch* at = &root;
        for (const std::string& key : path.keys)
            at = &at->keys[key];
        // Two masks of one value: neither may fit.
        at->mask = at->mask ? Mask(mask::Null{}) : path.mask;
    }
    return root;
}

std::string builtin(std::string_view name, std::string_view argument) {
    return fmt::format("\"pg_catalog\".\"{}\"({})", name, argument);
}

std::string is_of_kind(std::string_view value, std::string_view kind) {
    return fmt::format("{} OPERATOR(\"pg_catalog\".=) '{}'", builtin("jsonb_typeof", value), kind);
}

std::string text_of_json(std::string_view value) {
    return fmt::format("({} OPERATOR(\"pg_catalog\".#>>) '{{}}'::\"pg_catalog\".\"text\"[])", value);
}

std::string json_literal(std::string_view literal) {
    return fmt::format("'{}'::\"pg_catalog\".\"jsonb\"", literal);
}

std::string member(std::string_view value, std::string_view key) {
    return fmt::format("({} OPERATOR(\"pg_catalog\".->) {})", value, print::quote_string(key));
}

std::string with_member(std::string_view present, std::string_view key, std::string_view value) {
    return fmt::format(
        " OPERATOR(\"pg_catalog\".||) CASE WHEN {} IS NULL THEN {} ELSE "
        "\"pg_catalog\".\"jsonb_build_object\"({}, {}) END",
        present, json_literal("{}"), print::quote_string(key), value);
}

Result<std::string> masked_leaf(const std::string& value, const Mask& mask, const Catalog& catalog) {
    const Column as_text{.type = type_oid::text};
    auto masked = mask_expression(mask, as_text, text_of_json(value), catalog);
    if (!masked) return masked;
    return fmt::format("CASE WHEN {} OR {} THEN {} ELSE COALESCE({}, {}) END", is_of_kind(value, "object"),
                       is_of_kind(value, "array"), json_literal("null"), builtin("to_jsonb", *masked),
                       json_literal("null"));
}

namespace {

/// Prints the mask of a document. Each level of it has names of its own: they stand within each other.
class Printer {
public:
    explicit Printer(const Catalog& catalog) : catalog_(catalog) {}

    /// `value` with what `branch` says masked in every element of an array, or in itself. OFFSET 0 keeps a
    /// long expression from being evaluated wherever its name stands. Every element is within the bounds of
    /// WHERE; PostgreSQL takes such a condition for one that few rows fulfil. Otherwise it would think of 100
    /// elements at each level, and compile the plan (JIT) for seconds.
    [[nodiscard]] Result<std::string> at(const std::string& value, const Branch& branch, int level) const {
        const std::string v = fmt::format("\"__tabir_v{}\"", level);
        const std::string e = fmt::format("\"__tabir_e{}\"", level);
        const std::string n = fmt::format("\"__tabir_n{}\"", level);
        const std::string r = fmt::format("\"__tabir_r{}\"", level);
        auto each = branch.mask ? masked_leaf(e, *branch.mask, catalog_) : followed(e, branch, level);
        if (!each) return each;
        const std::string all = fmt::format(
            "SELECT \"pg_catalog\".\"jsonb_agg\"({each} ORDER BY {n}) FROM "
            "\"pg_catalog\".\"jsonb_array_elements\"(CASE WHEN {is_array} THEN {v} ELSE "
            "\"pg_catalog\".\"jsonb_build_array\"({v}) END) WITH ORDINALITY AS "
            "\"__tabir_a{level}\"({e}, {n}) WHERE {n} OPERATOR(\"pg_catalog\".>=) 1 AND {n} "
            "OPERATOR(\"pg_catalog\".<=) 2147483647",
            fmt::arg("each", *each), fmt::arg("n", n), fmt::arg("is_array", is_of_kind(v, "array")),
            fmt::arg("v", v), fmt::arg("level", level), fmt::arg("e", e));
        return fmt::format(
            "(SELECT CASE WHEN {is_array} THEN COALESCE({r}, {none}) ELSE {r} OPERATOR(\"pg_catalog\".->) 0 "
            "END FROM (SELECT {v}, ({all}) AS {r} FROM (SELECT {value} AS {v} OFFSET 0) AS "
            "\"__tabir_x{level}\" OFFSET 0) AS \"__tabir_y{level}\")",
            fmt::arg("is_array", is_of_kind(v, "array")), fmt::arg("r", r),
            fmt::arg("none", json_literal("[]")), fmt::arg("v", v), fmt::arg("all", all),
            fmt::arg("value", value), fmt::arg("level", level));
    }

private:
    // An element on the way: an object leads on by the keys that it has; an array within an array does not.
    [[nodiscard]] Result<std::string> followed(const std::string& e, const Branch& branch, int level) const {
        std::string object = e;
        for (const auto& [name, below] : branch.keys) {
            const std::string inner = member(e, name);
            auto masked = at(inner, below, level + 1);
            if (!masked) return masked;
            object += with_member(inner, name, *masked);
        }
        return fmt::format("CASE WHEN {} THEN {} WHEN {} THEN {} ELSE {} END", is_of_kind(e, "object"),
                           object, is_of_kind(e, "array"), json_literal("null"), e);
    }

    const Catalog& catalog_;
};

}  // namespace

Result<std::string> masked_branch(const std::string& value, const Branch& branch, int level,
                                  const Catalog& catalog) {
    return Printer(catalog).at(value, branch, level);
}

Result<std::string> masked_document(const std::string& document, const std::vector<mask::Path>& paths,
                                    const Catalog& catalog) {
    return Printer(catalog).at(document, joined_paths(paths), 0);
}

}  // namespace sql::masks
