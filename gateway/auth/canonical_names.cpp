#include "gateway/auth/canonical_names.hpp"

#include <stringprep.h>

#include <cstdlib>
#include <memory>

#include "gateway/auth/users.hpp"

namespace gateway::auth {

namespace {

std::string with_single_blanks(std::string_view text) {
    std::string single;
    for (const char c : text) {
        if (c != ' ' || (!single.empty() && single.back() != ' ')) single.push_back(c);
    }
    if (single.ends_with(' ')) single.pop_back();
    return single;
}

}  // namespace

std::optional<std::string> folded_name(std::string_view spelling) {
    if (!valid_user_name(spelling)) return std::nullopt;
    const std::string raw(spelling);
    char* prepared = nullptr;
    const int code = stringprep_profile(raw.c_str(), &prepared, "Nameprep", STRINGPREP_NO_UNASSIGNED);
    const std::unique_ptr<char, decltype(&std::free)> owner(prepared, &std::free);
    if (code != STRINGPREP_OK || prepared == nullptr) return std::nullopt;
    std::string folded = with_single_blanks(prepared);
    if (!valid_user_name(folded)) return std::nullopt;
    return folded;
}

std::optional<std::string> CanonicalNames::of(std::string_view spelling) const {
    auto folded = folded_name(spelling);
    if (!folded) return std::nullopt;
    const auto found = name_of_spelling_.find(*folded);
    return found == name_of_spelling_.end() ? folded : found->second;
}

}  // namespace gateway::auth
