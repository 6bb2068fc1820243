#include "policies/bind/check_lists.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "policies/bind/names.hpp"
#include "policies/load/suggest.hpp"
#include "sql/type_oids.hpp"

namespace policies::bind {
namespace {

using load::in_quotes;

struct IntegerType {
    sql::Oid oid;
    const char* name;
    std::int64_t least;
    std::int64_t most;
};
template <class Integer>
constexpr IntegerType integer_type(sql::Oid oid, const char* name) {
    return {oid, name, std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};
}
constexpr std::array integer_types{integer_type<std::int16_t>(sql::type_oid::int2, "smallint"),
                                   integer_type<std::int32_t>(sql::type_oid::int4, "integer"),
                                   integer_type<std::int64_t>(sql::type_oid::int8, "bigint")};

/// What a listed key is as a value of a type that has one spelling for each value.
struct SpelledKey {
    const char* type;
    std::optional<std::string> printed;  // nullopt: it is none
};

std::optional<std::string> printed_integer(std::string_view key, const IntegerType& type) {
    if (key.starts_with('+')) key.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), value);
    if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
    if (value < type.least || value > type.most) return std::nullopt;
    return std::to_string(value);
}

std::optional<std::string> printed_uuid(std::string_view key) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (key.starts_with('{') && key.ends_with('}')) key = key.substr(1, key.size() - 2);
    std::string hex;
    for (const char c : key) {
        if (c == '-') continue;
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        if (digits.find(lower) == std::string_view::npos) return std::nullopt;
        hex.push_back(lower);
    }
    if (hex.size() != 32) return std::nullopt;
    for (const std::size_t place : {8, 13, 18, 23})
        hex.insert(place, 1, '-');
    return hex;
}

/// nullopt: of other types it is not known here how PostgreSQL prints them.
std::optional<SpelledKey> spelled(std::string_view key, sql::Oid type, const sql::Catalog& catalog) {
    for (const sql::Type* domain = catalog.type(type); domain != nullptr && domain->base != 0;
         domain = catalog.type(type))
        type = domain->base;
    if (type == sql::type_oid::uuid) return SpelledKey{"uuid", printed_uuid(key)};
    const auto integer = std::ranges::find(integer_types, type, &IntegerType::oid);
    if (integer == integer_types.end()) return std::nullopt;
    return SpelledKey{integer->name, printed_integer(key, *integer)};
}

/// What is wrong with a key of `kind` that none of the columns which name the kind can hold in this spelling.
std::optional<std::string> mistake_of(const std::string& key, const std::string& kind,
                                      const PolicySet& policy, const sql::Catalog& catalog) {
    std::optional<std::string> mistake;
    for (const auto& [name, rule] : policy.tables) {
        const sql::Relation* const relation = catalog.relation(rule.schema, rule.name);
        for (const SubjectRule& subject : rule.subjects) {
            const auto* const column = relation == nullptr ? nullptr : relation->column(subject.column);
            if (subject.kind != kind || column == nullptr) continue;
            const auto as_value = spelled(key, column->type, catalog);
            if (!as_value || as_value->printed == key) return std::nullopt;
            if (mistake) continue;
            mistake = "the key " + in_quotes(key) + " of " + kind + " is never met: " + name_of(*relation) +
                      '.' + column->name + " is of type " + as_value->type;
            *mistake += as_value->printed
                            ? ", of which this is " + in_quotes(*as_value->printed) + "; write it so"
                            : "; list keys of that type";
        }
    }
    return mistake;
}

}  // namespace

void check_listed_keys(const PolicySet& policy, const sql::Catalog& catalog, load::Findings& findings) {
    for (const SubjectLists* list : {&policy.detectors.canaries, &policy.detectors.watched}) {
        for (const auto& [kind, keys] : *list) {
            for (const std::string& key : keys) {
                if (auto mistake = mistake_of(key, kind, policy, catalog))
                    findings.add(position_of(policy.detectors.listed_kinds.at(kind)), *std::move(mistake));
            }
        }
    }
}

}  // namespace policies::bind
