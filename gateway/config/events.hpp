#pragma once

#include "gateway/config/value_reader.hpp"

namespace gateway::config {

/// `events`: where security events are sent.
void read_events(const ReadingContext& context, const MapReader& root, Config& config);

}  // namespace gateway::config
