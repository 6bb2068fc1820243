#pragma once

#include <string>
#include <vector>

#include "sql/analyze.hpp"

namespace sql::print {

/// Text for the database, and which parts of it stand for which bytes of the client's text.
struct Printed {
    std::string text;
    std::vector<CopiedSpan> spans = {};  // ascending by `printed`
};

}  // namespace sql::print
