#pragma once

#include <string>

#include "sql/catalog.hpp"

struct RangeSubselect;

namespace sql::verify {

/// A masked sub-select as the rewriter says that it made one. Nothing of it is believed.
struct MaskedPlace {
    RangeSubselect* node = nullptr;  // in the tree that is meant
    std::string text;                // of the SELECT, which stands between brackets in the print
    Oid relation = 0;
};

}  // namespace sql::verify
