#include "gateway/auth/canonical_names.hpp"

#include <stringprep.h>

#include <algorithm>
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

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// All that Nameprep does to ASCII.
std::optional<std::string> case_folded(std::string text) {
    for (char& c : text)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

std::optional<std::string> nameprep(std::string_view text) {
    const std::string raw(text);
    char* prepared = nullptr;
    const int code = stringprep_profile(raw.c_str(), &prepared, "Nameprep", STRINGPREP_NO_UNASSIGNED);
    const std::unique_ptr<char, decltype(&std::free)> owner(prepared, &std::free);
    if (code != STRINGPREP_OK || prepared == nullptr) return std::nullopt;
    return prepared;
}

}  // namespace

std::optional<std::string> folded_name(std::string_view spelling) {
    if (!valid_user_name(spelling)) return std::nullopt;
    const auto prepared = is_ascii(spelling) ? case_folded(std::string(spelling)) : nameprep(spelling);
    if (!prepared) return std::nullopt;
    std::string folded = with_single_blanks(*prepared);
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
