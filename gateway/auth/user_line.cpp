#include "gateway/auth/user_line.hpp"

#include <algorithm>
#include <optional>

#include "gateway/auth/canonical_names.hpp"
#include "gateway/auth/users.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view by_token = "token";
constexpr std::string_view by_certificate = "certificate";
constexpr std::string_view not_at_all = "none";
constexpr std::string_view alias_word = "alias=";
constexpr std::string_view certificate_word = "certificate=";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Takes a word or a quoted text from the front; nullopt if there is none, or its quote is not closed.
std::optional<std::string> take_word(std::string_view& line) {
    line = trimmed(line);
    if (line.empty()) return std::nullopt;
    std::string word;
    if (line.front() != '"') {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(line, is_blank) - line.begin());
        word = line.substr(0, end);
        line.remove_prefix(end);
        return word;
    }
    for (std::size_t at = 1; at < line.size(); ++at) {
        if (line[at] != '"') {
            word.push_back(line[at]);
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
            word.push_back('"');
            ++at;
        } else {
            line.remove_prefix(at + 1);
            return word;
        }
    }
    return std::nullopt;
}

std::string quoted_word(std::string_view text) {
    std::string word = "\"";
    for (const char c : text)
        word.append(c == '"' ? 2 : 1, c);
    return word + '"';
}

Result<LogIn> log_in_of(std::string_view how) {
    if (how == by_token) return LogIn{LogInByToken{}};
    if (how == by_certificate) return LogIn{LogInByCertificate{}};
    if (how == not_at_all) return LogIn{NoLogIn{}};
    auto verifier = ScramVerifier::from(how);
    if (!verifier) return verifier.error();
    return LogIn{*std::move(verifier)};
}

// A message, if the word is none that may follow.
std::optional<std::string> take_setting(std::string_view word, User& user) {
    if (word.starts_with(alias_word)) {
        word.remove_prefix(alias_word.size());
        if (!folded_name(word))
            return "an alias is a name of 1 to 63 bytes of UTF-8, of letters that Unicode 3.2 knows";
        user.aliases.emplace_back(word);
        return std::nullopt;
    }
    if (word.starts_with(certificate_word)) {
        auto* by = std::get_if<LogInByCertificate>(&user.log_in);
        if (by == nullptr) return "certificate= stands only behind a user who logs in by certificate";
        auto name = CertificateName::from(word.substr(certificate_word.size()));
        if (!name) return "a certificate's name is CN:, DNS:, email: or URI: and a name without wildcards";
        by->names.push_back(*std::move(name));
        return std::nullopt;
    }
    return "expected alias=NAME or certificate=KIND:NAME behind how the user logs in, each in double quotes "
           "if it "
           "holds blanks";
}

struct WordOfLogIn {
    std::string operator()(const ScramVerifier& verifier) const { return verifier.text(); }
    std::string operator()(const LogInByToken&) const { return std::string(by_token); }
    std::string operator()(const LogInByCertificate&) const { return std::string(by_certificate); }
    std::string operator()(const NoLogIn&) const { return std::string(not_at_all); }
};

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

UserLineRead read_user_line(std::string_view line) {
    auto name = take_word(line);
    const auto how = take_word(line);
    std::vector<std::string> settings;
    while (!trimmed(line).empty()) {
        auto word = take_word(line);
        if (!word) break;
        settings.push_back(*std::move(word));
    }
    if (!name || !how || !trimmed(line).empty()) {
        return std::vector<std::string>{
            "expected a name and a verifier (or token, certificate, none), either of them in double quotes "
            "if it "
            "holds blanks"};
    }
    if (!valid_user_name(*name))
        return std::vector<std::string>{"a user name has 1 to 63 bytes and no control characters"};

    std::vector<std::string> mistakes;
    UserLine read{*std::move(name), {NoLogIn{}}};
    auto log_in = log_in_of(*how);
    if (log_in)
        read.user.log_in = *std::move(log_in);
    else
        mistakes.emplace_back(message_of(log_in.error()));
    for (const std::string& word : settings) {
        if (auto mistake = take_setting(word, read.user)) mistakes.push_back(*std::move(mistake));
    }
    if (!mistakes.empty()) return mistakes;
    return read;
}

std::string user_line_of(std::string_view name, const User& user) {
    std::string line = quoted_word(name) + ' ' + quoted_word(std::visit(WordOfLogIn{}, user.log_in));
    for (const std::string& alias : user.aliases)
        line += ' ' + quoted_word(std::string(alias_word) + alias);
    if (const auto* by = std::get_if<LogInByCertificate>(&user.log_in)) {
        for (const CertificateName& known : by->names)
            line += ' ' + quoted_word(std::string(certificate_word) + known.text());
    }
    return line;
}

}  // namespace gateway::auth
