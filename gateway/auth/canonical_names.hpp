#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// A name by which two spellings of it are one: Nameprep (RFC 3491: case folded, compatible characters as
/// one, by libidn), and blanks as in RFC 4518, section 2.6.1 (none at the ends, one in a row). nullopt for
/// what is no name: not UTF-8, nothing left, more than 63 bytes, control or invisible characters, directions
/// mixed, or characters that Unicode 3.2 does not have, whose case nobody here can tell.
/// folded_name(folded_name(x)) is folded_name(x).
[[nodiscard]] std::optional<std::string> folded_name(std::string_view spelling);

/// The one name of each person, whichever way a tool or a token spells it: so that two spellings do not make
/// two budgets. Log-in names are not looked up here: they are exact. Immutable.
class CanonicalNames {
public:
    /// `name_of_spelling`: by folded_name() of each name and alias, the person's name as the users file has
    /// it.
    explicit CanonicalNames(std::map<std::string, std::string, std::less<>> name_of_spelling = {})
        : name_of_spelling_(std::move(name_of_spelling)) {}

    /// The name in the users file that this is a spelling or an alias of; else its folded form. nullopt: no
    /// name at all (see folded_name()); it must be refused.
    [[nodiscard]] std::optional<std::string> of(std::string_view spelling) const;

private:
    std::map<std::string, std::string, std::less<>> name_of_spelling_;
};

}  // namespace gateway::auth
