#include "policies/errors.hpp"

namespace policies {

std::string Mistake::text() const {
    return file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
}

}  // namespace policies
