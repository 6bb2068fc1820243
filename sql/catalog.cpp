#include "sql/catalog.hpp"

#include <algorithm>
#include <atomic>

namespace sql {
namespace {

// NUL cannot stand in a PostgreSQL name, so the pair stays unambiguous.
std::string qualified_key(std::string_view schema, std::string_view name) {
    std::string key;
    key.reserve(schema.size() + name.size() + 1);
    key.append(schema).push_back('\0');
    key.append(name);
    return key;
}

template <class Map, class Key>
auto find_or_null(const Map& map, const Key& key) -> const typename Map::mapped_type* {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const Column* Relation::column(std::string_view column_name) const {
    const auto found = std::ranges::find(columns, column_name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

const Column* Relation::column(AttributeNumber number) const {
    const auto found = std::ranges::find(columns, number, &Column::number);
    return found == columns.end() ? nullptr : &*found;
}

std::vector<AttributeNumber> Relation::written_with(AttributeNumber number) const {
    std::vector<AttributeNumber> written{number};
    for (const Column& column : columns) {
        const auto& from = column.generated_from;
        if (std::ranges::find(from, number) != from.end()) written.push_back(column.number);
    }
    return written;
}

std::vector<AttributeNumber> Relation::compared_with(AttributeNumber number) const {
    std::vector<AttributeNumber> numbers = written_with(number);
    std::erase_if(numbers,
                  [this](AttributeNumber one) { return std::ranges::find(compared, one) == compared.end(); });
    return numbers;
}

Catalog::Catalog(const Catalog& base, std::span<const Relation> temporary) : base_(&base) {
    for (const Relation& relation : temporary) {
        relation_names_[qualified_key(relation.schema, relation.stored_name)] = relation.oid;
        add(relation);
    }
}

std::uint64_t Catalog::next_number() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

void Catalog::add_schema(const std::string& name) {
    number_ = next_number();
    schemas_.insert(name);
}

void Catalog::set_search_paths(SearchPaths paths) {
    number_ = next_number();
    search_paths_ = std::move(paths);
}

void Catalog::set_reading_settings(ReadingSettings settings) {
    reading_settings_ = std::move(settings);
    number_ = next_number();
}

void Catalog::set_database(std::string name) {
    number_ = next_number();
    database_ = std::move(name);
}

void Catalog::set_trusted_schemas(std::vector<std::string> schemas) {
    number_ = next_number();
    trusted_schemas_ = std::move(schemas);
}

void Catalog::set_plain_schemas(std::vector<std::string> schemas) {
    number_ = next_number();
    plain_schemas_ = std::move(schemas);
}

void Catalog::add(Relation relation) {
    number_ = next_number();
    schemas_.insert(relation.schema);
    relation_names_[qualified_key(relation.schema, relation.name)] = relation.oid;
    const Oid oid = relation.oid;
    relations_.insert_or_assign(oid, std::move(relation));
}

void Catalog::add(Type type) {
    number_ = next_number();
    schemas_.insert(type.schema);
    type_names_[qualified_key(type.schema, type.name)] = type.oid;
    const Oid oid = type.oid;
    types_.insert_or_assign(oid, std::move(type));
}

void Catalog::add(Function function) {
    number_ = next_number();
    schemas_.insert(function.schema);
    functions_[qualified_key(function.schema, function.name)].push_back(std::move(function));
}

void Catalog::add(Collation collation) {
    number_ = next_number();
    const Oid oid = collation.oid;
    collations_.insert_or_assign(oid, std::move(collation));
}

const Relation* Catalog::relation(Oid oid) const {
    const Relation* found = find_or_null(relations_, oid);
    return found == nullptr && base_ != nullptr ? base_->relation(oid) : found;
}

const Relation* Catalog::relation(std::string_view schema, std::string_view name) const {
    const Oid* oid = find_or_null(relation_names_, qualified_key(schema, name));
    if (oid == nullptr) return base_ == nullptr ? nullptr : base_->relation(schema, name);
    return relation(*oid);
}

const Type* Catalog::type(Oid oid) const { return find_or_null(rest().types_, oid); }

const Type* Catalog::type(std::string_view schema, std::string_view name) const {
    const Oid* oid = find_or_null(rest().type_names_, qualified_key(schema, name));
    return oid == nullptr ? nullptr : type(*oid);
}

// The chain ends: a domain is made over a type that exists.
const Type* Catalog::base_type(Oid oid) const {
    const Type* found = type(oid);
    while (found != nullptr && found->kind == 'd')
        found = type(found->base);
    return found;
}

// A column of a domain has none of its own, nor has a domain over another one.
std::int32_t Catalog::base_typmod(const Column& column) const {
    std::int32_t typmod = column.typmod;
    for (const Type* found = type(column.type); found != nullptr && found->kind == 'd';
         found = type(found->base))
        typmod = found->base_typmod;
    return typmod;
}

const Collation* Catalog::collation(Oid oid) const { return find_or_null(rest().collations_, oid); }

bool Catalog::matches_patterns(Oid collation) const {
    const Collation* known = this->collation(collation);
    return known == nullptr || known->deterministic;
}

std::vector<const Function*> Catalog::functions(std::string_view schema, std::string_view name) const {
    std::vector<const Function*> overloads;
    if (const auto* found = find_or_null(rest().functions_, qualified_key(schema, name))) {
        for (const Function& function : *found)
            overloads.push_back(&function);
    }
    return overloads;
}

bool Catalog::has_schema(std::string_view schema) const {
    return rest().schemas_.contains(std::string(schema));
}

const std::vector<std::string>& Catalog::search_path_of(std::string_view database_user) const {
    const SearchPaths& paths = rest().search_paths_;
    const auto found = paths.of_user.find(database_user);
    return found == paths.of_user.end() ? paths.of_others : found->second;
}

}  // namespace sql
