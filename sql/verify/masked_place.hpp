#pragma once

#include <memory>

#include "sql/catalog.hpp"
#include "sql/verify/kept_select.hpp"

struct RangeSubselect;

namespace sql::verify {

/// A masked sub-select as the rewriter says that it made one. Nothing of it is believed.
struct MaskedPlace {
    RangeSubselect* node = nullptr;            // in the tree that is meant
    std::shared_ptr<const KeptSelect> select;  // whose text stands between brackets in the print
    Oid relation = 0;
};

}  // namespace sql::verify
