#pragma once

#include <ostream>

#include "policies/errors.hpp"

namespace gateway::cli {

/// One line each. True when there is none.
inline bool print(const policies::Mistakes& mistakes, std::ostream& err) {
    for (const policies::Mistake& mistake : mistakes)
        err << mistake.text() << '\n';
    return mistakes.empty();
}

}  // namespace gateway::cli
