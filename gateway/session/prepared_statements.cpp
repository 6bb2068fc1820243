#include "gateway/session/prepared_statements.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "sql/type_oids.hpp"

namespace gateway::session {

std::vector<std::uint32_t> parameter_types_of(const Prepared& prepared) {
    auto types = prepared.parameter_types;
    if (prepared.plan->statements.empty()) return types;
    for (const auto& [number, type] : prepared.plan->statements.front().printed.parameter_types) {
        const auto place = static_cast<std::size_t>(number - 1);
        if (types.size() <= place) types.resize(place + 1, 0);
        if (types[place] == 0) types[place] = type;
    }
    return types;
}
namespace {

// The back end's tables of names compare no more (NAMEDATALEN - 1): longer names that begin alike are one.
std::string_view significant(std::string_view name) { return name.substr(0, 63); }

}  // namespace

template <class T>
std::shared_ptr<const T> PreparedStatements::exchange(Names<T>& names, std::string_view name,
                                                      std::shared_ptr<const T> value) {
    name = significant(name);
    const auto found = names.find(name);
    if (found == names.end()) {
        if (value) names.emplace(name, std::move(value));
        return nullptr;
    }
    auto before = std::exchange(found->second, std::move(value));
    if (!found->second) names.erase(found);
    return before;
}

std::shared_ptr<const Prepared> PreparedStatements::statement(std::string_view name) const {
    const auto found = statements_.find(significant(name));
    return found == statements_.end() ? nullptr : found->second;
}

std::shared_ptr<const Portal> PreparedStatements::portal(std::string_view name) const {
    const auto found = portals_.find(significant(name));
    return found == portals_.end() ? nullptr : found->second;
}

Undo PreparedStatements::set_statement(std::string_view name, std::shared_ptr<const Prepared> prepared) {
    Undo undo;
    undo.push_back({.kind = NameChange::Kind::statement,
                    .name = std::string(name),
                    .statement = exchange(statements_, name, std::move(prepared))});
    return undo;
}

Undo PreparedStatements::set_portal(std::string_view name, std::shared_ptr<const Portal> portal) {
    Undo undo;
    undo.push_back({.kind = NameChange::Kind::portal,
                    .name = std::string(name),
                    .portal = exchange(portals_, name, std::move(portal))});
    return undo;
}

Undo PreparedStatements::drop_all_statements() {
    Undo undo;
    for (auto& [name, prepared] : statements_)
        undo.push_back({.kind = NameChange::Kind::statement, .name = name, .statement = std::move(prepared)});
    statements_.clear();
    return undo;
}

Undo PreparedStatements::drop_all_portals() {
    Undo undo;
    for (auto& [name, portal] : portals_)
        undo.push_back({.kind = NameChange::Kind::portal, .name = name, .portal = std::move(portal)});
    portals_.clear();
    return undo;
}

void PreparedStatements::take_back(const Undo& undo) {
    for (const NameChange& change : std::views::reverse(undo)) {
        switch (change.kind) {
            case NameChange::Kind::statement: exchange(statements_, change.name, change.statement); break;
            case NameChange::Kind::portal: exchange(portals_, change.name, change.portal); break;
        }
    }
}

void PreparedStatements::end_transaction() {
    if (!portals_.empty()) std::erase_if(portals_, [](const auto& named) { return !named.second->holds; });
}

void PreparedStatements::drop_unnamed() {
    exchange<Prepared>(statements_, "", nullptr);
    exchange<Portal>(portals_, "", nullptr);
}

bool is_declared_text(const Prepared& prepared, std::size_t place) {
    namespace type_oid = sql::type_oid;
    constexpr std::array texts = {sql::Oid{0}, type_oid::text, type_oid::unknown, type_oid::bpchar,
                                  type_oid::varchar};
    const auto& types = prepared.parameter_types;
    return place >= types.size() || std::ranges::find(texts, types[place]) != texts.end();
}

bool is_declared_number(const Prepared& prepared, std::size_t place) {
    namespace type_oid = sql::type_oid;
    constexpr std::array numbers = {
        type_oid::bool_,  type_oid::int8, type_oid::int2,      type_oid::int4,        type_oid::float4,
        type_oid::float8, type_oid::date, type_oid::timestamp, type_oid::timestamptz, type_oid::uuid};
    const auto& types = prepared.parameter_types;
    return place < types.size() && std::ranges::find(numbers, types[place]) != numbers.end();
}

}  // namespace gateway::session
