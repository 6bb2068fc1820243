#include "gateway/wire/startup_options.hpp"

#include <algorithm>

namespace gateway::wire {

namespace {

// isspace() of the C locale.
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::vector<std::string> split(std::string_view options) {
    std::vector<std::string> words;
    std::size_t at = 0;
    for (;;) {
        while (at < options.size() && is_blank(options[at]))
            ++at;
        if (at == options.size()) return words;
        auto& word = words.emplace_back();
        bool escaped = false;
        for (; at < options.size() && (escaped || !is_blank(options[at])); ++at) {
            if (!escaped && options[at] == '\\') {
                escaped = true;
            } else {
                word.push_back(options[at]);
                escaped = false;
            }
        }
    }
}

// ParseLongOption() of PostgreSQL.
Result<OptionSetting> setting_of(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return WireErrc::startup_option;
    OptionSetting setting{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
    std::ranges::replace(setting.name, '-', '_');
    return setting;
}

}  // namespace

Result<std::vector<OptionSetting>> parse_startup_options(std::string_view options) {
    const auto words = split(options);
    std::vector<OptionSetting> settings;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        // getopt() ends at a bare "--"; nothing may follow it.
        if (word == "--" && i + 1 == words.size()) break;
        if (!word.starts_with("--") && !word.starts_with("-c")) return WireErrc::startup_option;
        if (word == "--") return WireErrc::startup_option;
        word.remove_prefix(2);
        if (word.empty()) {  // "-c" takes the next word, whatever it looks like
            if (++i == words.size()) return WireErrc::startup_option;
            word = words[i];
        }
        auto setting = setting_of(word);
        if (!setting) return setting.error();
        settings.push_back(*std::move(setting));
    }
    return settings;
}

}  // namespace gateway::wire
