#include "gateway/session/prepared_statements.hpp"

#include <utility>

namespace gateway::session {

template <class T>
std::shared_ptr<const T> PreparedStatements::exchange(Names<T>& names, std::string_view name,
                                                      std::shared_ptr<const T> value) {
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
    const auto found = statements_.find(name);
    return found == statements_.end() ? nullptr : found->second;
}

std::shared_ptr<const Portal> PreparedStatements::portal(std::string_view name) const {
    const auto found = portals_.find(name);
    return found == portals_.end() ? nullptr : found->second;
}

Undo PreparedStatements::set_statement(std::string_view name, std::shared_ptr<const Prepared> prepared) {
    return {.any = true,
            .kind = Named::statement,
            .name = std::string(name),
            .statement = exchange(statements_, name, std::move(prepared))};
}

Undo PreparedStatements::set_portal(std::string_view name, std::shared_ptr<const Portal> portal) {
    return {.any = true,
            .kind = Named::portal,
            .name = std::string(name),
            .portal = exchange(portals_, name, std::move(portal))};
}

void PreparedStatements::take_back(const Undo& undo) {
    if (!undo.any) return;
    switch (undo.kind) {
        case Named::statement: exchange(statements_, undo.name, undo.statement); break;
        case Named::portal: exchange(portals_, undo.name, undo.portal); break;
    }
}

void PreparedStatements::drop_unnamed() {
    exchange<Prepared>(statements_, "", nullptr);
    exchange<Portal>(portals_, "", nullptr);
}

}  // namespace gateway::session
