#include "sql/document_paths.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/type_oids.hpp"

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
bool add_step(const Node* step, DocumentPath& path) {
    if (const char* key = parse::literal_text(step)) {
        path.keys.emplace_back(key);
        path.steps.emplace_back(key);
        return true;
    }
    const A_Const* number = parse::literal(step);
    if (number == nullptr || number->isnull || !IsA(&number->val, Integer)) return false;
    path.steps.push_back('\1' + std::to_string(number->val.ival.ival));
    return true;
}

/// What tells of one of many values in another one, but for a path.
bool looks_into(const A_Expr* expr) {
    const bool any = expr->kind == AEXPR_OP_ANY || expr->kind == AEXPR_OP_ALL;
    return (any && expr->rexpr != nullptr && IsA(expr->rexpr, ColumnRef)) ||
           is_one_of(std::string_view(strVal(llast(expr->name))), "@>", "<@", "&&", "?", "?|", "?&", "@?",
                     "@@", "->", "->>", "#>", "#>>", "-|-", "<<", ">>", "&<", "&>");
}

/// Where a part of what it holds may be looked for.
bool is_cast_to_text(const Node* node) {
    if (!IsA(node, TypeCast)) return false;
    const auto* cast = reinterpret_cast<const TypeCast*>(node);
    return IsA(cast->arg, ColumnRef) &&
           is_one_of(std::string_view(strVal(llast(cast->typeName->names))), "text", "varchar", "bpchar");
}

struct NamedValues {
    const std::function<bool(const ColumnRef*)>& holds_many;
    std::set<std::string> found = {};

    static bool walk(Node* at, void* context) {
        if (at == nullptr) return false;
        auto& self = *static_cast<NamedValues*>(context);
        if (const auto path = document_path(at)) {
            std::string value = name_of(path->document);
            for (const std::string& step : path->steps)
                value.append(1, '\0').append(step);
            self.found.insert(std::move(value));
            return false;
        }
        if (is_cast_to_text(at)) {
            self.add_another();
            return false;
        }
        if (IsA(at, ColumnRef)) {
            const auto* column = reinterpret_cast<ColumnRef*>(at);
            if (self.holds_many(column))
                self.add_another();
            else
                self.found.insert(name_of(column));
            return false;
        }
        if (IsA(at, A_Expr) && looks_into(reinterpret_cast<A_Expr*>(at))) {
            const auto* expr = reinterpret_cast<A_Expr*>(at);
            self.add_another();
            for (Node* side : {expr->lexpr, expr->rexpr}) {
                if (side != nullptr && !IsA(side, ColumnRef)) walk(side, context);
            }
            return false;
        }
        return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
    }

    void add_another() { found.insert('\0' + std::to_string(found.size())); }

    static std::string name_of(const ColumnRef* column) {
        const auto* last = static_cast<const Node*>(llast(column->fields));
        return IsA(last, String) ? strVal(last) : "*";
    }
};

}  // namespace

std::optional<DocumentPath> document_path(const Node* member) {
    DocumentPath path;
    // From the last to the first, until all are known.
    const A_Expr* read = parse::as_operator(member, "->>");
    if (read != nullptr) {
        if (!add_step(read->rexpr, path)) return std::nullopt;
    } else {
        read = parse::as_operator(member, "#>>");
        const char* written = read == nullptr ? nullptr : parse::literal_text(read->rexpr);
        const auto known = written == nullptr ? std::nullopt : keys_of(written);
        if (!known) return std::nullopt;
        path.keys.assign(known->rbegin(), known->rend());
        path.steps = path.keys;
    }
    const Node* document = read->lexpr;
    while (const A_Expr* step = parse::as_operator(document, "->")) {
        if (!add_step(step->rexpr, path)) return std::nullopt;
        document = step->lexpr;
    }
    if (!IsA(document, ColumnRef)) return std::nullopt;
    path.document = reinterpret_cast<const ColumnRef*>(document);
    std::ranges::reverse(path.keys);
    std::ranges::reverse(path.steps);
    return path;
}

bool holds_many_values(Oid oid, const Catalog& catalog) {
    const Type* type = catalog.type(oid);
    if (type == nullptr) return false;
    constexpr std::string_view of_one_value = "BDEINSTV";  // pg_type.typcategory
    return of_one_value.find(type->category) == std::string_view::npos && oid != type_oid::uuid &&
           oid != type_oid::bytea && oid != type_oid::char_;
}

std::size_t named_values(Node* condition, const std::function<bool(const ColumnRef*)>& holds_many) {
    NamedValues named{holds_many};
    NamedValues::walk(condition, &named);
    return named.found.size();
}

bool is_open_path(const DocumentPath& path, const mask::Document& document) {
    return std::ranges::none_of(*document.paths, [&](const mask::Path& masked) {
        const auto [hidden, read] = std::ranges::mismatch(masked.keys, path.keys);
        return hidden == masked.keys.end() || read == path.keys.end();
    });
}

}  // namespace sql
