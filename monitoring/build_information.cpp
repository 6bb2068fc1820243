#include "monitoring/build_information.hpp"

namespace monitoring {

std::string_view version() { return TABIR_VERSION; }

}  // namespace monitoring
