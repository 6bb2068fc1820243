#include "policies/bind/kept_treatments.hpp"

#include <mutex>

namespace policies::bind {

std::shared_ptr<const sql::RelationTreatment> KeptTreatments::find(const Role& role,
                                                                   sql::Oid relation) const {
    const std::shared_lock lock(mutex_);
    const auto found = kept_.find({&role, relation});
    return found == kept_.end() ? nullptr : found->second;
}

void KeptTreatments::keep(const Role& role, std::shared_ptr<const sql::RelationTreatment> treatment) {
    const std::unique_lock lock(mutex_);
    if (kept_.size() >= most) kept_.clear();
    const sql::Oid relation = treatment->relation;
    kept_.try_emplace({&role, relation}, std::move(treatment));
}

}  // namespace policies::bind
