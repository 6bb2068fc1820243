#pragma once

#include <string>
#include <vector>

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// The masked columns whose values a statement compares for equality: by = and its kind, IN, DISTINCT, GROUP
/// BY, PARTITION BY, UNION. Values that differ may look equal there, so the client is told. As "phone of
/// public.customers", in the order of the alphabet. Exact searches compare the values themselves and are not
/// among them. `found` is as the client wrote it, before anything is rewritten.
[[nodiscard]] std::vector<std::string> compared_masks(const resolve::Resolution& found);

/// Whether a value of `expression`, which stands in `found`, is a mask, or is made of one.
[[nodiscard]] bool reads_masked_column(const resolve::Resolution& found, Node* expression);

}  // namespace sql::edits
