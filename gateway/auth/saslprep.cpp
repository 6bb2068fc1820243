#include "gateway/auth/saslprep.hpp"

#include <stringprep.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace gateway::auth {

std::string normalized_password(std::string_view password) {
    std::string raw(password);
    const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    // ASCII is its own normal form; a NUL would cut the text for the C library.
    if (std::ranges::all_of(raw, is_plain) || raw.find('\0') != std::string::npos) return raw;

    char* prepared = nullptr;
    const int code = stringprep_profile(raw.c_str(), &prepared, "SASLprep", STRINGPREP_NO_UNASSIGNED);
    const std::unique_ptr<char, decltype(&std::free)> owner(prepared, &std::free);
    if (code != STRINGPREP_OK || prepared == nullptr || *prepared == '\0') return raw;
    return prepared;
}

}  // namespace gateway::auth
