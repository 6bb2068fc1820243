#include "sql/stored_values.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sql/masks.hpp"
#include "sql/masks/column_type.hpp"
#include "sql/masks/document.hpp"
#include "sql/masks/expressions.hpp"
#include "sql/print/quote.hpp"

namespace sql {
namespace {

using masks::builtin;
using masks::Family;

/// A condition: `text`, of type text, is what the mask makes of some value. nullopt: so is any other text.
struct Look {
    std::string_view text;
    std::int32_t typmod;  // of the column

    std::optional<std::string> stars_at(std::string_view places) const {
        return fmt::format("\"pg_catalog\".\"strpos\"({}, '***') {}", text, places);
    }
    std::optional<std::string> equals(std::string_view literal) const {
        return fmt::format("{} OPERATOR(\"pg_catalog\".=) {}", text, literal);
    }

    std::optional<std::string> operator()(const mask::Redact&) const { return equals("'***'"); }
    std::optional<std::string> operator()(const mask::KeepLast&) const {
        return stars_at("OPERATOR(\"pg_catalog\".=) 1");
    }
    // A short column holds fewer stars.
    std::optional<std::string> operator()(const mask::KeepFirst& keep) const {
        constexpr int stars = 3;
        constexpr int header = 4;
        const int room = typmod < header ? stars : std::min(stars, typmod - header - keep.count);
        if (room < 1) return std::nullopt;
        const std::string ends =
            fmt::format("\"pg_catalog\".\"right\"({}, {}) OPERATOR(\"pg_catalog\".=) '{}'", text, room,
                        std::string(static_cast<std::size_t>(room), '*'));
        if (room == stars) return ends;
        return fmt::format("{} OPERATOR(\"pg_catalog\".=) {} AND {}", builtin("length", text),
                           typmod - header, ends);
    }
    std::optional<std::string> operator()(const mask::Email&) const { return stars_at("BETWEEN 1 AND 2"); }
    std::optional<std::string> operator()(const mask::Constant& constant) const {
        return equals(print::quote_string(constant.value));
    }
    std::optional<std::string> operator()(const mask::Null&) const { return std::nullopt; }
    std::optional<std::string> operator()(const mask::Initials&) const { return std::nullopt; }
    std::optional<std::string> operator()(const mask::Truncate&) const { return std::nullopt; }
    std::optional<std::string> operator()(const mask::Document&) const { return std::nullopt; }
};

std::string as_text(std::string_view value) { return fmt::format("({})::\"pg_catalog\".\"text\"", value); }

/// The value as the column would hold it, which is what its mask is compared with: what is too long for it
/// raises an error, as storing it does.
std::string assigned(std::string_view value, const Column& column, const masks::ColumnType& type) {
    const auto length = type.text.find('(');
    if (type.family != Family::text || length == std::string::npos)
        return fmt::format("({})::{}{}", value, type.text, type.collation);
    const std::string any_length = type.text.substr(0, length);
    return fmt::format("{0}(({1})::{0}, {2}, false){3}", any_length, value, column.typmod, type.collation);
}

/// One value that is written.
struct Written {
    const Mask& mask;
    bool is_text;  // of a type whose masks are texts
    std::string value;
    std::string assigned;  // the value as it would be stored
    std::string text;      // and as a text
    std::string current;
    std::string masked;       // the mask of `current`
    std::string lost = {};    // a condition under which the mask may be meant for another element
    std::string others = {};  // a condition: it is the mask of another element
};

/// What is stored in one column.
class Stored {
public:
    explicit Stored(const Column& column) : column_(column) {}

    /// A condition that raises an error where `bad` holds, else it is true. It names `current`, so that
    /// nothing of it is worked out when the statement is planned.
    [[nodiscard]] std::string unless(std::string_view bad, std::string_view current) const {
        return fmt::format(
            "(CASE WHEN {} THEN {} OPERATOR(\"pg_catalog\".||) "
            "COALESCE(\"pg_catalog\".\"left\"(({})::\"pg_catalog\".\"text\", 0), '') ELSE 'true' "
            "END)::\"pg_catalog\".\"bool\"",
            bad, print::quote_string(fmt::format("{} {}", mask_mark, column_.name)), current);
    }

    [[nodiscard]] std::string in_place(const Written& w) const {
        const auto look = w.is_text ? std::visit(Look{w.text, column_.typmod}, w.mask) : std::nullopt;
        std::string kept = w.current;
        if (!w.lost.empty())
            kept = fmt::format("CASE WHEN {} THEN {} END", unless(w.lost, w.current), w.current);
        std::string bad = look.value_or("");
        if (!w.others.empty()) bad += (bad.empty() ? "" : " OR ") + w.others;
        const std::string other = bad.empty()
                                      ? fmt::format("ELSE ({})", w.value)
                                      : fmt::format("WHEN {} THEN ({})", unless(bad, w.current), w.value);
        return fmt::format("CASE WHEN ({}) IS NOT DISTINCT FROM ({}) THEN {} {} END", w.assigned, w.masked,
                           kept, other);
    }

private:
    const Column& column_;
};

/// The same paths, with nothing shown at their ends.
masks::Branch without_masks(masks::Branch branch) {
    if (branch.mask) branch.mask = mask::Null{};
    for (auto& [key, below] : branch.keys)
        below = without_masks(std::move(below));
    return branch;
}

/// The keys to a masked value within an element.
struct MemberPath {
    std::vector<std::string> keys;

    std::string in(std::string element) const {
        for (const std::string& key : keys)
            element = masks::member(element, key);
        return element;
    }
};

std::vector<MemberPath> masked_members(const masks::Branch& branch) {
    std::vector<MemberPath> found;
    for (const auto& [key, below] : branch.keys) {
        if (below.mask) found.push_back({{key}});
        for (MemberPath path : masked_members(below)) {
            path.keys.insert(path.keys.begin(), key);
            found.push_back(std::move(path));
        }
    }
    return found;
}

/// A document, value by value at its paths. Each level has names of its own: they stand within each other.
class StoredDocument {
public:
    StoredDocument(const Column& column, const Catalog& catalog) : stored_(column), catalog_(catalog) {}

    /// `value` over `old`, in every element of an array, or by itself. `lost`: a condition under which an
    /// array around them has lost elements. Each OFFSET 0 keeps what stands below it from being worked out
    /// more than once.
    [[nodiscard]] Result<std::string> at(const std::string& value, const std::string& old,
                                         const std::string& lost, const masks::Branch& branch,
                                         int level) const {
        const auto name = [level](std::string_view what) {
            return fmt::format("\"__tabir_{}{}\"", what, level);
        };
        const std::string v = name("v");     // what is written
        const std::string o = name("o");     // over what
        const std::string c = name("c");     // whether elements were lost
        const std::string e = name("e");     // an element of v
        const std::string n = name("n");     // its number
        const std::string p = name("p");     // what was in its place
        const std::string kept = name("r");  // the elements as they are stored
        const std::string m = name("m");     // the old elements as they are shown
        const std::string is_array = masks::is_of_kind(v, "array");
        const std::string was_array = masks::is_of_kind(o, "array");
        auto each = branch.mask ? leaf(e, p, c, *branch.mask) : followed(e, p, c, is_array, branch, level);
        if (!each) return each;
        auto shown = masks::masked_branch(o, branch, level, catalog_);
        if (!shown) return shown;
        const std::string elements =
            fmt::format("CASE WHEN {} THEN {} ELSE {} END", is_array, v, builtin("jsonb_build_array", v));
        const std::string shrunk =
            fmt::format("CASE WHEN {} THEN {} OPERATOR(\"pg_catalog\".<) {} ELSE false END", was_array,
                        builtin("jsonb_array_length", elements), builtin("jsonb_array_length", o));
        const std::string b = name("b");  // the elements without what is masked in them
        const std::string d = name("d");  // and the old ones
        std::string open_parts;
        if (!masked_members(branch).empty()) {
            auto open = masks::masked_branch(elements, without_masks(branch), level, catalog_);
            if (!open) return open;
            auto was_open = masks::masked_branch(o, without_masks(branch), level, catalog_);
            if (!was_open) return was_open;
            open_parts = fmt::format(", CASE WHEN {0} THEN {1} END AS {2}, CASE WHEN {0} THEN {3} END AS {4}",
                                     was_array, *open, b, *was_open, d);
        }
        const std::string both = fmt::format("SELECT {} AS {}, {} AS {} OFFSET 0", value, v, old, o);
        const std::string counted = fmt::format(
            "SELECT {}, {}, {} OR {} AS {}, CASE WHEN {} THEN {} END AS {}{} FROM ({}) AS {} OFFSET 0", v, o,
            lost, shrunk, c, was_array, *shown, m, open_parts, both, name("x"));
        const std::string place =
            fmt::format("({} OPERATOR(\"pg_catalog\".-) 1)::\"pg_catalog\".\"int4\"", n);
        const std::string moved = fmt::format(
            "{} IS DISTINCT FROM ({} OPERATOR(\"pg_catalog\".->) {}) AND EXISTS (SELECT 1 FROM {} AS {}({}) "
            "WHERE {} OPERATOR(\"pg_catalog\".=) {})",
            e, m, place, builtin("jsonb_array_elements", m), name("t"), name("z"), name("z"), e);
        const std::string swapped = could_be_anothers(e, n, m, place, b, d, branch, level);
        *each = fmt::format("CASE WHEN {} THEN {} END",
                            stored_.unless(swapped.empty() ? moved : moved + " OR " + swapped, e), *each);
        const std::string in_its_place = fmt::format(
            "CASE WHEN {} THEN {} OPERATOR(\"pg_catalog\".->) {} WHEN {} OPERATOR(\"pg_catalog\".=) 1 THEN "
            "{} END",
            was_array, o, place, n, o);
        const std::string pairs =
            fmt::format("SELECT {}, {}, {} AS {} FROM {} WITH ORDINALITY AS {}({}, {}) OFFSET 0", e, n,
                        in_its_place, p, builtin("jsonb_array_elements", elements), name("a"), e, n);
        const std::string all = fmt::format(
            "SELECT {}, (SELECT \"pg_catalog\".\"jsonb_agg\"({} ORDER BY {}) FROM ({}) AS {}) AS {} "
            "FROM ({}) AS {} OFFSET 0",
            v, *each, n, pairs, name("w"), kept, counted, name("y"));
        return fmt::format(
            "(SELECT CASE WHEN {} THEN COALESCE({}, {}) ELSE {} OPERATOR(\"pg_catalog\".->) 0 END FROM ({}) "
            "AS {})",
            is_array, kept, masks::json_literal("[]"), kept, all, name("z"));
    }

private:
    [[nodiscard]] Result<std::string> leaf(const std::string& e, const std::string& p,
                                           const std::string& lost, const Mask& mask) const {
        auto masked = masks::masked_leaf(p, mask, catalog_);
        if (!masked) return masked;
        return stored_.in_place({mask, true, e, e, masks::text_of_json(e), p, *masked, lost});
    }

    // An array within an array was shown as null.
    [[nodiscard]] Result<std::string> followed(const std::string& e, const std::string& p,
                                               const std::string& lost, const std::string& is_element,
                                               const masks::Branch& branch, int level) const {
        std::string object = e;
        for (const auto& [key, below] : branch.keys) {
            const std::string inner = masks::member(e, key);
            auto kept = at(inner, masks::member(p, key), lost, below, level + 1);
            if (!kept) return kept;
            object += masks::with_member(inner, key, *kept);
        }
        const std::string is_null = fmt::format("{} AND {} OPERATOR(\"pg_catalog\".=) {}", is_element, e,
                                                masks::json_literal("null"));
        return fmt::format(
            "CASE WHEN {} THEN {} WHEN {} AND ({} OR {}) THEN CASE WHEN {} THEN {} END ELSE {} END",
            masks::is_of_kind(e, "object"), object, is_null, masks::is_of_kind(p, "array"), lost,
            stored_.unless(lost, e), p, e);
    }

    // Whether an element whose open part is not that of its place keeps masks there that another place shows,
    // too, the open part of which was changed as well. Empty: it holds no masks by itself.
    [[nodiscard]] static std::string could_be_anothers(const std::string& e, const std::string& n,
                                                       const std::string& m, const std::string& place,
                                                       const std::string& b, const std::string& d,
                                                       const masks::Branch& branch, int level) {
        const std::string z = fmt::format("\"__tabir_q{}\"", level);
        const std::string i = fmt::format("\"__tabir_i{}\"", level);
        const std::string at_i = fmt::format("({} OPERATOR(\"pg_catalog\".-) 1)::\"pg_catalog\".\"int4\"", i);
        const auto element = [](const std::string& list, const std::string& at) {
            return fmt::format("({} OPERATOR(\"pg_catalog\".->) {})", list, at);
        };
        std::string kept;
        std::string fits;
        for (const auto& path : masked_members(branch)) {
            const std::string sent = path.in(e);
            const std::string own = path.in(element(m, place));
            kept += fmt::format("{}{} OPERATOR(\"pg_catalog\".=) {}", kept.empty() ? "" : " OR ", sent, own);
            fits += fmt::format(" AND ({0} IS DISTINCT FROM {1} OR {0} IS NOT DISTINCT FROM {2})", sent, own,
                                path.in(z));
        }
        if (kept.empty()) return {};
        return fmt::format(
            "{} IS DISTINCT FROM {} AND ({}) AND EXISTS (SELECT 1 FROM {} WITH ORDINALITY AS "
            "\"__tabir_u{}\"({}, {}) WHERE {} OPERATOR(\"pg_catalog\".<>) {} AND {} IS DISTINCT FROM {}{})",
            element(b, place), element(d, place), kept, builtin("jsonb_array_elements", m), level, z, i, i, n,
            element(b, at_i), element(d, at_i), fits);
    }

    Stored stored_;
    const Catalog& catalog_;
};

constexpr const char* new_value = "\"__tabir_new\"";
constexpr const char* old_value = "\"__tabir_old\"";

/// `result`, over the new value and the old one, each worked out once.
std::string over_both(const std::string& result, const std::string& value, const std::string& current) {
    return fmt::format("(SELECT {} FROM (SELECT {} AS {}, {} AS {} OFFSET 0) AS \"__tabir_both\")", result,
                       value, new_value, current, old_value);
}

Result<std::string> stored_document(const mask::Document& document, const Mask& mask, const Column& column,
                                    const masks::ColumnType& type, const std::string& value,
                                    const std::string& current, const Catalog& catalog) {
    const std::string jsonb = "::\"pg_catalog\".\"jsonb\"";
    auto masked = mask_expression(mask, column, old_value, catalog);
    if (!masked) return masked;
    auto walked = StoredDocument(column, catalog)
                      .at(new_value, fmt::format("({}){}", old_value, jsonb), "false",
                          masks::joined_paths(*document.paths), 0);
    if (!walked) return walked;
    const std::string result = fmt::format(
        "CASE WHEN {0} IS NOT DISTINCT FROM ({1}){2} THEN {3} WHEN {0} IS NOT NULL THEN ({4})::{5} END",
        new_value, *masked, jsonb, old_value, *walked, type.text);
    return over_both(result, fmt::format("({}){}", value, jsonb), current);
}

/// An array of more dimensions than one, or that does not begin with 1.
std::string is_odd(std::string_view array) {
    return fmt::format(
        "\"pg_catalog\".\"array_ndims\"({0}) OPERATOR(\"pg_catalog\".>) 1 OR "
        "\"pg_catalog\".\"array_lower\"({0}, 1) OPERATOR(\"pg_catalog\".<>) 1",
        array);
}

// The places of an array of more dimensions than one cannot be told.
Result<std::string> stored_array(const Mask& mask, const Column& column, const masks::ColumnType& type,
                                 const std::string& value, const std::string& current,
                                 const Catalog& catalog) {
    Column whole = column;
    whole.typmod = -1;
    auto masked = mask_expression(mask, column, old_value, catalog);
    const auto any_length = masks::column_type(whole, catalog);
    if (!masked) return masked;
    if (!any_length) return any_length.error();
    Column element = column;
    element.type = type.element;
    const auto element_type = masks::column_type(element, catalog);
    if (!element_type) return element_type.error();
    const std::string e = "\"__tabir_e\"";
    const std::string p = "\"__tabir_p\"";
    auto masked_element = mask_expression(mask, element, p, catalog);
    if (!masked_element) return masked_element;
    const std::string lost =
        fmt::format("{} OPERATOR(\"pg_catalog\".<) {}", builtin("cardinality", new_value),
                    builtin("cardinality", old_value));
    const Stored stored(column);
    const std::string compared = assigned(e, element, *element_type);
    const std::string others = fmt::format("{} OPERATOR(\"pg_catalog\".=) ANY ({})", compared, *masked);
    const std::string each = stored.in_place({mask, element_type->family == Family::text, e, compared,
                                              as_text(compared), p, *masked_element, lost, others});
    // The elements of others are shown as NULL where the old value has more dimensions than one.
    const std::string same_or_null =
        fmt::format("EXISTS (SELECT 1 FROM {} AS \"__tabir_a\"({}) WHERE {} IS NULL OR {})",
                    builtin("unnest", new_value), e, e, others);
    const std::string result = fmt::format(
        "CASE WHEN {n} IS NOT DISTINCT FROM {masked} THEN {o} WHEN {n_odd} OR {o_odd} THEN CASE WHEN {known} "
        "THEN {n} END WHEN {n} IS NOT NULL THEN ARRAY(SELECT {each} FROM ROWS FROM "
        "(\"pg_catalog\".\"unnest\"({n}), "
        "\"pg_catalog\".\"unnest\"({o})) WITH ORDINALITY AS \"__tabir_a\"({e}, {p}, \"__tabir_i\") WHERE "
        "\"__tabir_i\" OPERATOR(\"pg_catalog\".<=) {count} ORDER BY \"__tabir_i\")::{type} END",
        fmt::arg("n", new_value), fmt::arg("o", old_value), fmt::arg("masked", *masked),
        fmt::arg("n_odd", is_odd(new_value)), fmt::arg("o_odd", is_odd(old_value)),
        fmt::arg("known", stored.unless(same_or_null, old_value)), fmt::arg("each", each), fmt::arg("e", e),
        fmt::arg("p", p), fmt::arg("count", builtin("cardinality", new_value)),
        fmt::arg("type", any_length->text));
    return over_both(result, fmt::format("({})::{}", value, any_length->text), current);
}

// A value of another type becomes one of the column's, as long as it is: that it is too long shows where it
// is stored.
Result<std::string> stored_whole(const Mask& mask, const Column& column, const std::string& value,
                                 const std::string& current, const Catalog& catalog, SaidAs said) {
    Column any_length = column;
    any_length.typmod = -1;
    const auto type = masks::column_type(column, catalog);
    const auto long_type = masks::column_type(any_length, catalog);
    if (!type) return type.error();
    if (!long_type) return long_type.error();
    const bool once = said == SaidAs::one_value;
    const std::string old = once ? old_value : current;
    auto masked = mask_expression(mask, column, old, catalog);
    if (!masked) return masked;
    const std::string cast = fmt::format("({})::{}", value, long_type->text);
    const std::string compared = assigned(once ? new_value : value, column, *type);
    const std::string kept =
        Stored(column).in_place({mask, type->family == Family::text, once ? new_value : cast, compared,
                                 as_text(compared), old, *masked});
    return once ? over_both(kept, cast, current) : kept;
}

}  // namespace

bool is_masked_in_parts(const Mask& mask, const Column& column, const Catalog& catalog) {
    if (std::holds_alternative<mask::Null>(mask)) return false;
    const auto type = masks::column_type(column, catalog);
    return std::holds_alternative<mask::Document>(mask) || (type && type->family == Family::array);
}

Result<std::string> stored_value(const Mask& mask, const Column& column, const std::string& value,
                                 const std::string& current, const Catalog& catalog, SaidAs said) {
    const auto type = masks::column_type(column, catalog);
    if (!type) return type.error();
    if (const auto* document = std::get_if<mask::Document>(&mask))
        return stored_document(*document, mask, column, *type, value, current, catalog);
    if (is_masked_in_parts(mask, column, catalog))
        return stored_array(mask, column, *type, value, current, catalog);
    return stored_whole(mask, column, value, current, catalog, said);
}

}  // namespace sql
