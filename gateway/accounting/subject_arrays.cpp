#include "gateway/accounting/subject_arrays.hpp"

#include <optional>

namespace gateway::accounting {
namespace {

/// Reads the elements of an array literal, one call each.
class ArrayReader {
public:
    explicit ArrayReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool open() { return skip('{'); }
    [[nodiscard]] bool at_end() const { return rest_.starts_with('}'); }
    [[nodiscard]] bool close() { return skip('}') && rest_.empty(); }
    [[nodiscard]] bool comma() { return skip(','); }

    /// False: malformed. `element` is nullopt for NULL.
    [[nodiscard]] bool element(std::optional<std::string>& element) {
        return rest_.starts_with('"') ? quoted(element) : bare(element);
    }

private:
    [[nodiscard]] bool skip(char wanted) {
        if (!rest_.starts_with(wanted)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    [[nodiscard]] bool quoted(std::optional<std::string>& element) {
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            if (rest_.empty()) return false;
            text.push_back(rest_.front());
            rest_.remove_prefix(1);
        }
        element = std::move(text);
        return skip('"');
    }

    [[nodiscard]] bool bare(std::optional<std::string>& element) {
        const auto text = rest_.substr(0, rest_.find_first_of(",}"));
        if (text.empty() || text.find_first_of("{\"\\") != std::string_view::npos) return false;
        rest_.remove_prefix(text.size());
        if (text == "NULL") {
            element.reset();
        } else {
            element = std::string(text);
        }
        return true;
    }

    std::string_view rest_;
};

}  // namespace

bool append_subjects(std::string_view value, int array_depth, std::vector<std::string>& keys) {
    if (array_depth == 0) {
        keys.emplace_back(value);
        return true;
    }
    ArrayReader reader(value);
    if (!reader.open()) return false;
    if (reader.at_end()) return reader.close();
    while (true) {
        std::optional<std::string> element;
        if (!reader.element(element)) return false;
        if (element && !append_subjects(*element, array_depth - 1, keys)) return false;
        if (reader.at_end()) return reader.close();
        if (!reader.comma()) return false;
    }
}

}  // namespace gateway::accounting
