#include "sql/verify/proven_selects.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace sql::verify {
namespace {

/// Appends values so that no two sequences of them look alike.
class Key {
public:
    template <class Number>
        requires std::is_integral_v<Number>
    void number(Number value) {
        text_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void string(std::string_view value) {
        number(value.size());
        text_ += value;
    }
    void mask(const Mask& value) {
        number(static_cast<std::uint8_t>(value.index()));
        std::visit([this](const auto& one) { parts(one); }, value);
    }
    std::string take() { return std::move(text_); }

private:
    void parts(const mask::Null&) {}
    void parts(const mask::Redact&) {}
    void parts(const mask::Email&) {}
    void parts(const mask::Initials&) {}
    void parts(const mask::KeepFirst& first) { number(first.count); }
    void parts(const mask::KeepLast& last) { number(last.count); }
    void parts(const mask::Truncate& truncate) { string(truncate.unit); }
    void parts(const mask::Constant& constant) { string(constant.value); }
    void parts(const mask::Document& document) {
        number(document.paths->size());
        for (const mask::Path& path : *document.paths) {
            number(path.keys.size());
            for (const std::string& key : path.keys)
                string(key);
            mask(path.mask);
        }
    }

    std::string text_;
};

// By all its parts: who adds one is stopped here, and in circumstances().
void add_treatment(const Relation& relation, const RelationTreatment& treated, Key& key) {
    // What is said back of the columns that a statement reads is nothing to the sub-select.
    const auto& [oid, columns, searchable, subjects, in_clear, row_filter] = treated;
    key.number(oid);
    for (const Column& column : relation.columns) {
        const auto found = columns.find(column.number);
        const ColumnTreatment& treatment =
            found == columns.end() ? ColumnTreatment{Stripped{}} : found->second;
        key.number(static_cast<std::uint8_t>(treatment.index()));
        if (const auto* masked = std::get_if<Masked>(&treatment)) key.mask(masked->mask);
    }
    key.number(searchable.size());
    for (const AttributeNumber column : searchable)
        key.number(column);
    key.number(subjects.size());
    for (const SubjectKey& subject : subjects) {
        key.string(subject.kind);
        key.number(subject.column);
    }
    key.number(row_filter.has_value());
    if (row_filter) key.string(*row_filter);
}

}  // namespace

ProvenSelects& ProvenSelects::of_this_thread() {
    static thread_local ProvenSelects proven;
    return proven;
}

std::string ProvenSelects::circumstances(const Catalog& catalog, Oid relation, const Treatment& treatment) {
    // What may be changed, and whether plans may run, is nothing to a masked sub-select of a query.
    const auto& [relations, writes, counted, aggregates_only, run_plans, user] = treatment;
    const Relation* known = catalog.relation(relation);
    const auto treated = std::ranges::find(relations, relation, &RelationTreatment::relation);
    if (aggregates_only || known == nullptr || known->temporary() || treated == relations.end()) return {};
    Key key;
    key.number(catalog.number());
    add_treatment(*known, *treated, key);
    if (treated->row_filter) key.string(user.value_or(""));
    key.number(counted.size());
    for (const std::string& kind : counted)
        key.string(kind);
    return key.take();
}

bool ProvenSelects::contain(const std::string& circumstances, std::string_view text) {
    std::string key = circumstances;
    key += text;
    if (young_.keys.contains(key)) return true;
    if (!old_.keys.contains(key)) return false;
    keep(std::move(key));
    return true;
}

void ProvenSelects::add(const std::string& circumstances, std::string_view text) {
    keep(circumstances + std::string(text));
}

void ProvenSelects::keep(std::string key) {
    if (key.size() > room / 8) return;
    if (young_.bytes + key.size() > room) old_ = std::exchange(young_, {});
    const std::size_t bytes = key.size();
    if (young_.keys.insert(std::move(key)).second) young_.bytes += bytes;
}

}  // namespace sql::verify
