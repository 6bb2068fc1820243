#include "sql/masks.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sql/masks/column_type.hpp"
#include "sql/masks/expressions.hpp"
#include "sql/print/joined.hpp"
#include "sql/print/quote.hpp"

namespace sql {
namespace {

using masks::ColumnType;
using masks::Family;
using print::joined;

Error unfit(std::string message, std::string hint) {
    return Error{.code = Errc::not_maskable, .message = std::move(message), .hint = std::move(hint)};
}

/// One mask on one type: the text of a value of that type, or nullopt for a plain NULL.
using Value = Result<std::optional<std::string>>;

struct Printer {
    const ColumnType& type;
    std::string_view reference;
    const Catalog& catalog;

    [[nodiscard]] std::string as_text() const {
        return joined({"(", reference, ")::\"pg_catalog\".\"text\""});
    }

    // The literal is cast here, where it is read once: a cast of the whole CASE would go through the type's
    // input function for each row, which is not even immutable for dates.
    [[nodiscard]] std::string unless_null(std::string_view literal) const {
        return joined(
            {"CASE WHEN ", reference, " IS NULL THEN NULL ELSE ", literal, "::", type.text, " END"});
    }

    [[nodiscard]] Result<void> require_text(std::string_view mask) const {
        if (type.family == Family::text) return {};
        return unfit(fmt::format("{} needs a text column, this one is {}", mask, type.text),
                     "Use null, redact or truncate.");
    }

    Value operator()(const mask::Null&) const { return std::optional<std::string>(); }

    Value operator()(const mask::Redact&) const {
        const auto constant = masks::redacted_constant(type.family);
        if (!constant) return std::optional<std::string>();
        return std::optional(unless_null(*constant));
    }

    Value operator()(const mask::KeepFirst& keep) const {
        return kept("keep_first", keep.count, masks::keep_first);
    }
    Value operator()(const mask::KeepLast& keep) const {
        return kept("keep_last", keep.count, masks::keep_last);
    }

    Value kept(std::string_view mask, int count, std::string (*expression)(std::string_view, int)) const {
        if (auto fits = require_text(mask); !fits) return fits.error();
        if (count < 1 || count > 100)
            return unfit(fmt::format("{}: {} characters", mask, count), "Write a number from 1 to 100.");
        return std::optional(expression(as_text(), count));
    }

    Value operator()(const mask::Email&) const {
        if (auto fits = require_text("email"); !fits) return fits.error();
        return std::optional(masks::email(as_text()));
    }

    Value operator()(const mask::Initials&) const {
        if (auto fits = require_text("initials"); !fits) return fits.error();
        return std::optional(masks::initials(as_text()));
    }

    Value operator()(const mask::Truncate& truncate) const {
        auto expression = masks::truncated(type, reference, truncate.unit);
        if (!expression) return expression.error();
        return std::optional(std::move(*expression));
    }

    Value operator()(const mask::Document& document) const {
        if (type.family != Family::json)
            return unfit(fmt::format("a path needs a json or jsonb column, this one is {}", type.text),
                         "Give the whole column a class.");
        auto masked = masks::masked_document(fmt::format("({})::\"pg_catalog\".\"jsonb\"", reference),
                                             *document.paths, catalog);
        if (!masked) return masked.error();
        return std::optional(fmt::format("CASE WHEN {} IS NULL THEN NULL {}ELSE {} END", reference,
                                         unless_readable(), *masked));
    }

    // A json text may hold an escaped NUL, which jsonb cannot: none of it is shown, and the row can be read.
    [[nodiscard]] std::string unless_readable() const {
        if (!type.text.ends_with("\"json\"")) return {};
        return fmt::format(
            "WHEN \"pg_catalog\".\"strpos\"({}, {}) OPERATOR(\"pg_catalog\".>) 0 THEN "
            "'{{}}'::\"pg_catalog\".\"jsonb\" ",
            as_text(), print::quote_string("\\u0000"));
    }

    Value operator()(const mask::Constant& constant) const {
        auto literal = masks::checked_constant(type, constant.value);
        if (!literal) return literal.error();
        return std::optional(unless_null(*literal));
    }
};

// Each element is masked by itself, NULL elements stay. An array of more dimensions than one keeps them, with
// NULL in each place: its elements cannot be taken apart and put together again without a loop.
Result<std::string> masked_array(const Mask& mask, const Column& column, const ColumnType& type,
                                 std::string_view reference, const Catalog& catalog) {
    Column element = column;
    element.type = type.element;
    auto value = mask_expression(mask, element, "\"__tabir_element\"", catalog);
    if (!value) return value;
    return fmt::format(
        "(CASE WHEN {0} IS NULL THEN NULL WHEN \"pg_catalog\".\"array_ndims\"({0}) "
        "OPERATOR(\"pg_catalog\".>) 1 "
        "THEN \"pg_catalog\".\"array_fill\"(NULL::{1}, ARRAY(SELECT \"pg_catalog\".\"array_length\"({0}, "
        "\"__tabir_dimension\") FROM \"pg_catalog\".\"generate_series\"(1, "
        "\"pg_catalog\".\"array_ndims\"({0})) "
        "AS \"__tabir_d\"(\"__tabir_dimension\"))) ELSE ARRAY(SELECT {2} FROM \"pg_catalog\".\"unnest\"({0}) "
        "AS "
        "\"__tabir_e\"(\"__tabir_element\")) END)::{3}{4}",
        reference, type.text.substr(0, type.text.size() - 2), *value, type.text, type.collation);
}

}  // namespace

Result<std::string> mask_expression(const Mask& mask, const Column& column, std::string_view reference,
                                    const Catalog& catalog) {
    const auto type = masks::column_type(column, catalog);
    if (!type) return type.error();
    if (type->family == Family::array && !std::holds_alternative<mask::Null>(mask))
        return masked_array(mask, column, *type, reference, catalog);
    auto value = std::visit(Printer{*type, reference, catalog}, mask);
    if (!value) return value.error();
    // The brackets keep the cast and COLLATE on the whole.
    return joined({"(", *value ? std::string_view(**value) : "NULL", ")::", type->text, type->collation});
}

Result<void> check_mask(const Mask& mask, const Column& column, const Catalog& catalog) {
    auto printed = mask_expression(mask, column, "column", catalog);
    if (!printed) return printed.error();
    return {};
}

bool shows_nulls(const Mask& mask, const Column& column, const Catalog& catalog) {
    constexpr const char* reference = "\"__tabir_column\"";
    const auto printed = mask_expression(mask, column, reference, catalog);
    return printed && printed->find(reference) != std::string::npos;
}

Result<std::string> type_text(const Column& column, const Catalog& catalog) {
    auto type = masks::column_type(column, catalog);
    if (!type) return type.error();
    return type->text;
}

}  // namespace sql
