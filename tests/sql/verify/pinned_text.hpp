#pragma once

#include <string>

namespace tests {

/// Holds every protected table of payments_catalog() that stands alone behind FROM, as the rewriter does: up
/// to the last column that is named. {tickets} and {transactions} become the pins of these open tables.
[[nodiscard]] std::string with_pins(std::string text);

}  // namespace tests
