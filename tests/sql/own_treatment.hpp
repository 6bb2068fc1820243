#pragma once

#include <memory>

#include "sql/treatment.hpp"

namespace tests {

/// Nobody changes a treatment that is shared: makes a copy of it, to be changed, take its place.
inline sql::RelationTreatment& own_copy(std::shared_ptr<const sql::RelationTreatment>& shared) {
    const auto copy = std::make_shared<sql::RelationTreatment>(*shared);
    shared = copy;
    return *copy;
}

}  // namespace tests
