#pragma once

#include <map>
#include <memory>
#include <shared_mutex>
#include <utility>

#include "sql/treatment.hpp"

namespace policies {

struct Role;

namespace bind {

/// How the roles of one policy see the relations of one catalog, worked out when it is first asked. A
/// treatment hangs on nothing else, and statements share it. Thread-safe. Bounded: when there are too many,
/// all of them are forgotten.
class KeptTreatments {
public:
    static constexpr std::size_t most = 4'096;

    /// nullptr: not known yet. `role` must be the policy's own.
    [[nodiscard]] std::shared_ptr<const sql::RelationTreatment> find(const Role& role,
                                                                     sql::Oid relation) const;
    void keep(const Role& role, std::shared_ptr<const sql::RelationTreatment> treatment);

private:
    mutable std::shared_mutex mutex_;
    std::map<std::pair<const Role*, sql::Oid>, std::shared_ptr<const sql::RelationTreatment>> kept_;
};

}  // namespace bind
}  // namespace policies
