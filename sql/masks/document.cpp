#include <fmt/format.h>

#include "sql/masks.hpp"
#include "sql/masks/expressions.hpp"
#include "sql/print/quote.hpp"

namespace sql::masks {
namespace {

constexpr Oid text_oid = 25;

std::string call(std::string_view name, std::string_view argument) {
    return fmt::format("\"pg_catalog\".\"{}\"({})", name, argument);
}

std::string is_of(std::string_view value, std::string_view kind) {
    return fmt::format("{} OPERATOR(\"pg_catalog\".=) '{}'", call("jsonb_typeof", value), kind);
}

std::string null_value() { return "'null'::\"pg_catalog\".\"jsonb\""; }

/// Prints one path. Each level of it has names of its own: they stand within each other.
class Printer {
public:
    Printer(const mask::Path& path, const Catalog& catalog) : path_(path), catalog_(catalog) {}

    /// `value` with the rest of the path, from `step` on, masked in every element of an array or in itself.
    /// OFFSET 0 keeps a long expression from being evaluated wherever its name stands.
    [[nodiscard]] Result<std::string> at(const std::string& value, std::size_t step) const {
        const std::string v = fmt::format("\"__tabir_v{}\"", step);
        const std::string e = fmt::format("\"__tabir_e{}\"", step);
        const std::string n = fmt::format("\"__tabir_n{}\"", step);
        const std::string r = fmt::format("\"__tabir_r{}\"", step);
        auto each = step == path_.keys.size() ? masked(e) : followed(e, step);
        if (!each) return each;
        const std::string all = fmt::format(
            "SELECT \"pg_catalog\".\"jsonb_agg\"({each} ORDER BY {n}) FROM "
            "\"pg_catalog\".\"jsonb_array_elements\"(CASE WHEN {is_array} THEN {v} ELSE "
            "\"pg_catalog\".\"jsonb_build_array\"({v}) END) WITH ORDINALITY AS \"__tabir_a{step}\"({e}, {n})",
            fmt::arg("each", *each), fmt::arg("n", n), fmt::arg("is_array", is_of(v, "array")),
            fmt::arg("v", v), fmt::arg("step", step), fmt::arg("e", e));
        return fmt::format(
            "(SELECT CASE WHEN {is_array} THEN COALESCE({r}, '[]'::\"pg_catalog\".\"jsonb\") ELSE {r} "
            "OPERATOR(\"pg_catalog\".->) 0 END FROM (SELECT {v}, ({all}) AS {r} FROM (SELECT {value} AS {v} "
            "OFFSET 0) AS \"__tabir_x{step}\" OFFSET 0) AS \"__tabir_y{step}\")",
            fmt::arg("is_array", is_of(v, "array")), fmt::arg("r", r), fmt::arg("v", v), fmt::arg("all", all),
            fmt::arg("value", value), fmt::arg("step", step));
    }

private:
    // An element on the way: an object leads on where it has the key.
    [[nodiscard]] Result<std::string> followed(const std::string& e, std::size_t step) const {
        const std::string key = print::quote_string(path_.keys[step]);
        const std::string inner = fmt::format("{} OPERATOR(\"pg_catalog\".->) {}", e, key);
        auto masked = at(inner, step + 1);
        if (!masked) return masked;
        return fmt::format(
            "CASE WHEN {is_object} AND ({inner}) IS NOT NULL THEN {e} OPERATOR(\"pg_catalog\".||) "
            "\"pg_catalog\".\"jsonb_build_object\"({key}, {masked}) WHEN {is_array} THEN {null} ELSE {e} END",
            fmt::arg("is_object", is_of(e, "object")), fmt::arg("inner", inner), fmt::arg("e", e),
            fmt::arg("key", key), fmt::arg("masked", *masked), fmt::arg("is_array", is_of(e, "array")),
            fmt::arg("null", null_value()));
    }

    // What stands at the end: a text, number or boolean is masked as a text.
    [[nodiscard]] Result<std::string> masked(const std::string& e) const {
        const Column as_text{.type = text_oid};
        const std::string text =
            fmt::format("({} OPERATOR(\"pg_catalog\".#>>) '{{}}'::\"pg_catalog\".\"text\"[])", e);
        auto value = mask_expression(path_.mask, as_text, text, catalog_);
        if (!value) return value;
        return fmt::format("CASE WHEN {} OR {} THEN {} ELSE COALESCE({}, {}) END", is_of(e, "object"),
                           is_of(e, "array"), null_value(), call("to_jsonb", *value), null_value());
    }

    const mask::Path& path_;
    const Catalog& catalog_;
};

}  // namespace

Result<std::string> masked_document(const std::string& document, const mask::Path& path,
                                    const Catalog& catalog) {
    return Printer(path, catalog).at(document, 0);
}

}  // namespace sql::masks
