#pragma once

#include <optional>

#include "gateway/config/value_reader.hpp"

namespace gateway::config {

/// The section `shared_budgets` of the configuration `root`; nullopt where there is none.
[[nodiscard]] std::optional<SharedBudgets> read_shared_budgets(const ReadingContext& context,
                                                               const MapReader& root);

}  // namespace gateway::config
