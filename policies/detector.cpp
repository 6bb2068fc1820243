#include "policies/detector.hpp"

#include <algorithm>

namespace policies {

bool Detector::looks_at(std::string_view role) const {
    return roles.empty() ||
           std::ranges::any_of(roles, [&](const auto& named) { return named.first == role; });
}

const char* name_of(Detector::Of of) {
    switch (of) {
        case Detector::Of::consecutive_keys: return "consecutive_keys";
        case Detector::Of::misses: return "misses";
        case Detector::Of::many_readers: return "many_readers";
        case Detector::Of::canaries: return "canaries";
        case Detector::Of::watched: return "watched";
        case Detector::Of::outside_hours: return "outside_hours";
    }
    return "";
}

const SubjectLists* Detectors::list_of(Detector::Of of) const {
    if (of == Detector::Of::canaries) return &canaries;
    return of == Detector::Of::watched ? &watched : nullptr;
}

}  // namespace policies
