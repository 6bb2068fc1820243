#pragma once

#include <string>
#include <vector>

namespace policies {

/// One mistake in a policy file; text() is `file:line:column: message`.
struct Mistake {
    std::string file;
    int line = 0;
    int column = 0;
    std::string message;  // what is wrong; what to write instead

    [[nodiscard]] std::string text() const;
};

using Mistakes = std::vector<Mistake>;

}  // namespace policies
