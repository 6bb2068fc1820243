#include "tests/support/wire_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <stdexcept>

namespace tests {

namespace {

/// Reads names, values and bars of one line.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) { skip_blanks(); }

    [[nodiscard]] bool done() const { return rest_.empty(); }
    [[nodiscard]] bool take_bar() {
        if (done() || rest_.front() != '|') return false;
        rest_.remove_prefix(1);
        skip_blanks();
        return true;
    }
    [[nodiscard]] std::string word(std::string_view ends) {
        const auto end = std::min(rest_.find_first_of(ends), rest_.size());
        std::string found(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return found;
    }
    [[nodiscard]] std::pair<std::string, std::string> field() {
        auto key = word(" =|");
        if (done() || rest_.front() != '=') throw std::runtime_error("expected key=value at \"" + key + '"');
        rest_.remove_prefix(1);
        auto value = !done() && rest_.front() == '"' ? quoted() : word(" ");
        skip_blanks();
        return {std::move(key), std::move(value)};
    }
    void skip_blanks() {
        while (!done() && (rest_.front() == ' ' || rest_.front() == '\t'))
            rest_.remove_prefix(1);
    }

private:
    char take() {
        if (done()) throw std::runtime_error("a quoted value has no end");
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    std::string quoted() {
        (void)take();
        std::string value;
        for (;;) {
            const char c = take();
            if (c == '"') return value;
            value.push_back(c == '\\' ? escaped() : c);
        }
    }
    char escaped() {
        const char c = take();
        if (c == 'n') return '\n';
        if (c == 't') return '\t';
        if (c != 'x') return c;
        const std::array<char, 2> digits{take(), take()};
        unsigned value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc{} || end != digits.data() + digits.size())
            throw std::runtime_error("\\x needs two digits");
        return static_cast<char>(value);
    }

    std::string_view rest_;
};

std::string quoted_if_needed(const std::string& value) {
    const auto is_plain = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '|' && c != '\\'; };
    if (!value.empty() && std::ranges::all_of(value, is_plain)) return value;
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\')
            text.append({'\\', c});
        else if (c == '\n')
            text += "\\n";
        else if (c == '\t')
            text += "\\t";
        else if (static_cast<unsigned char>(c) < ' ') {
            text.append({'\\', 'x', "0123456789abcdef"[c >> 4 & 15], "0123456789abcdef"[c & 15]});
        } else
            text.push_back(c);
    }
    return text + '"';
}

}  // namespace

std::string WireLine::field(std::string_view key, std::string_view otherwise) const {
    const auto found = std::ranges::find_if(fields, [key](const auto& field) { return field.first == key; });
    return found == fields.end() ? std::string(otherwise) : found->second;
}

std::vector<std::string> WireLine::all(std::string_view key) const {
    std::vector<std::string> values;
    for (const auto& [name_of_field, value] : fields) {
        if (name_of_field == key) values.push_back(value);
    }
    return values;
}

std::string WireLine::text() const {
    std::string text = name;
    for (const auto& [key, value] : fields)
        text += ' ' + key + '=' + quoted_if_needed(value);
    return text;
}

std::vector<WireLine> wire_lines(std::string_view text) {
    Scanner scanner(text);
    std::vector<WireLine> lines;
    do {
        auto& line = lines.emplace_back(WireLine{scanner.word(" \t|"), {}});
        if (line.name.empty()) throw std::runtime_error("expected a message's name");
        scanner.skip_blanks();
        while (!scanner.done()) {
            if (scanner.take_bar()) break;
            line.fields.push_back(scanner.field());
            if (scanner.done()) return lines;
        }
    } while (!scanner.done());
    return lines;
}

bool matches(const WireLine& expected, const WireLine& actual) {
    if (expected.name != actual.name) return false;
    std::set<std::string> keys;
    for (const auto& field : expected.fields)
        keys.insert(field.first);
    return std::ranges::all_of(keys, [&](const auto& key) { return expected.all(key) == actual.all(key); });
}

}  // namespace tests
