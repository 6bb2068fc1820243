#include "sql/kept_people.hpp"

#include <algorithm>
#include <charconv>

namespace sql {
namespace {

constexpr std::string_view key_prefix = "__tabir_p";
constexpr std::string_view class_prefix = "__tabir_i_";
constexpr std::size_t longest_column_name = 63;  // NAMEDATALEN; PostgreSQL cuts longer ones

Result<std::string> within_limit(std::string name, std::string_view part) {
    if (name.size() <= longest_column_name) return name;
    return Error{.code = Errc::not_countable,
                 .message = "people cannot be kept in a temporary table: the policy's name \"" +
                            std::string(part) + "\" is too long",
                 .hint = "Ask those who write the policy for a shorter one."};
}

/// __tabir_p<depth>_<number>_<subject>
std::optional<SubjectKey> key_in(const Column& column) {
    std::string_view name = column.name;
    if (!name.starts_with(key_prefix)) return std::nullopt;
    name.remove_prefix(key_prefix.size());
    int depth = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), depth);
    if (read.ec != std::errc{}) return std::nullopt;
    name.remove_prefix(static_cast<std::size_t>(read.ptr - name.data()));
    if (!name.starts_with('_')) return std::nullopt;
    const auto number_end = name.find('_', 1);
    if (number_end == std::string_view::npos) return std::nullopt;
    return SubjectKey{
        .kind = std::string(name.substr(number_end + 1)), .column = column.number, .array_depth = depth};
}

RelationTreatment treatment_of_kept(const Relation& relation) {
    RelationTreatment treatment{.relation = relation.oid, .columns = {}, .searchable = {}, .subjects = {}};
    std::vector<std::string> classes;
    for (const Column& column : relation.columns) {
        if (!is_kept_column(relation, column)) {
            treatment.columns.emplace(column.number, Open{});
        } else if (auto key = key_in(column)) {
            treatment.subjects.push_back(std::move(*key));
        } else if (column.name.starts_with(class_prefix)) {
            classes.push_back(column.name.substr(class_prefix.size()));
        }
    }
    // Which column holds which of them was not kept.
    if (classes.empty()) return treatment;
    for (const auto& [number, shown] : treatment.columns)
        treatment.in_clear.emplace(number, classes);
    return treatment;
}

}  // namespace

Result<std::string> kept_key_name(std::string_view subject, int array_depth, std::size_t number) {
    return within_limit(std::string(key_prefix) + std::to_string(array_depth) + '_' + std::to_string(number) +
                            '_' + std::string(subject),
                        subject);
}

Result<std::string> kept_class_name(std::string_view clazz) {
    return within_limit(std::string(class_prefix).append(clazz), clazz);
}

bool is_kept_column(const Relation& relation, const Column& column) {
    return relation.temporary() && column.name.starts_with(kept_column_prefix);
}

bool keeps_people(const Relation& relation) {
    return relation.temporary() && client_columns(relation) < relation.columns.size();
}

std::size_t client_columns(const Relation& relation) {
    const auto first = std::ranges::find_if(
        relation.columns, [&](const Column& column) { return is_kept_column(relation, column); });
    return static_cast<std::size_t>(first - relation.columns.begin());
}

std::optional<Treatment> with_kept_people(const Treatment& treatment, const Catalog& catalog) {
    std::optional<Treatment> whole;
    for (const auto& [oid, relation] : catalog.temporary_relations()) {
        if (!keeps_people(relation)) continue;
        if (!whole) whole = treatment;
        whole->relations.push_back(treatment_of_kept(relation));
    }
    return whole;
}

}  // namespace sql
