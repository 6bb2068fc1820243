#include "gateway/config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace gateway::config {
namespace {

constexpr std::size_t deepest_nesting = 16;

constexpr std::size_t most_values = 20'000;

// Ends the parser's recursion before its depth becomes the stack's problem, and its work before it takes
// long.
struct ShapeRefused {};

// Builds the tree from the parser's events: yaml-cpp's own tree hides duplicate keys and gives an aliased
// node the place of its anchor.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(const std::string& file, policies::Mistakes& mistakes) : file_(file), mistakes_(mistakes) {}

    [[nodiscard]] Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check(mark, "?", anchor);
        put(node(Node::Kind::null, mark));
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        mistake(mark, "aliases (*name) are not read; write the value out");
        put(node(Node::Kind::null, mark));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        Node scalar = node(Node::Kind::scalar, mark);
        scalar.text = value;
        put(std::move(scalar));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Node::Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(Node::Kind::map, mark, tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    // A list or map whose end has not come yet.
    struct Open {
        Node node;
        std::optional<Node> key;  // of a map: read, its value is to come
    };

    static Node node(Node::Kind kind, const YAML::Mark& mark) {
        return {.kind = kind, .line = mark.line + 1, .column = mark.column + 1};
    }
    void mistake(const YAML::Mark& mark, std::string message) {
        mistakes_.push_back({file_, mark.line + 1, mark.column + 1, std::move(message)});
    }
    void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) mistake(mark, "anchors (&name) are not read; leave it out");
        // "?" is a plain value, "!" a quoted one.
        if (!tag.empty() && tag != "?" && tag != "!")
            mistake(mark, "tags (" + tag + ") are not read; leave it out");
    }
    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        check(mark, tag, anchor);
        if (open_.size() == deepest_nesting) {
            mistake(mark, "nested too deeply");
            throw ShapeRefused{};
        }
        open_.push_back({.node = node(kind, mark), .key = std::nullopt});
    }
    void close() {
        Node closed = std::move(open_.back().node);
        open_.pop_back();
        put(std::move(closed));
    }
    void put(Node value) {
        if (++values_ > most_values) {
            mistakes_.push_back({file_, value.line, value.column, "too many values for a configuration"});
            throw ShapeRefused{};
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.kind == Node::Kind::list) {
            parent.node.items.push_back(std::move(value));
        } else if (!parent.key) {
            if (value.kind != Node::Kind::scalar) {
                mistakes_.push_back({file_, value.line, value.column, "a key must be a plain name"});
            } else if (const Node* earlier = parent.node.find(value.text)) {
                mistakes_.push_back({file_, value.line, value.column,
                                     "duplicate key '" + value.text + "'; the first one stands in line " +
                                         std::to_string(earlier->line)});
            }
            parent.key = std::move(value);
        } else {
            parent.node.entries.push_back({std::move(*parent.key), std::move(value)});
            parent.key.reset();
        }
    }

    const std::string& file_;
    policies::Mistakes& mistakes_;
    std::vector<Open> open_;
    std::size_t values_ = 0;
    Node root_;
};

// The first byte that is not part of well-formed UTF-8, or a NUL (Unicode 15, table 3-7).
std::size_t first_bad_byte(std::string_view text) {
    const auto byte = [text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
    };
    for (std::size_t at = 0; at < text.size();) {
        const unsigned lead = byte(at);
        if (lead == 0) return at;
        if (lead < 0x80) {
            ++at;
            continue;
        }
        const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                                   : (lead & 0xF0) == 0xE0        ? 3
                                   : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                                  : 0;
        if (length == 0) return at;
        for (std::size_t next = 1; next < length; ++next) {
            if ((byte(at + next) & 0xC0) != 0x80) return at;
        }
        const unsigned second = byte(at + 1);
        const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
        const bool surrogate = lead == 0xED && second > 0x9F;
        const bool above = lead == 0xF4 && second > 0x8F;
        if (overlong || surrogate || above) return at;
        at += length;
    }
    return text.size();
}

policies::Mistake mistake_at_byte(const std::string& file, std::string_view text, std::size_t at,
                                  std::string message) {
    const std::string_view before = text.substr(0, at);
    const auto line_start = before.rfind('\n');
    return {file, static_cast<int>(std::ranges::count(before, '\n')) + 1,
            static_cast<int>(line_start == std::string_view::npos ? at : at - line_start - 1) + 1,
            std::move(message)};
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    const auto found =
        std::ranges::find_if(entries, [key](const auto& entry) { return entry.key.text == key; });
    return found == entries.end() ? nullptr : &found->value;
}

std::optional<Node> read_yaml(std::string_view text, const std::string& file, policies::Mistakes& mistakes) {
    if (const std::size_t bad = first_bad_byte(text); bad < text.size()) {
        mistakes.push_back(mistake_at_byte(
            file, text, bad,
            text[bad] == '\0' ? "a NUL byte; write plain text" : "not valid UTF-8; save the file as UTF-8"));
        return std::nullopt;
    }
    const std::size_t mistakes_before = mistakes.size();
    TreeBuilder builder(file, mistakes);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return Node{.line = 1, .column = 1};
        if (mistakes.size() != mistakes_before) return std::nullopt;
        TreeBuilder rest(file, mistakes);
        Node first = builder.take();
        if (parser.HandleNextDocument(rest)) {
            const Node second = rest.take();
            mistakes.push_back({file, second.line, second.column, "a second document; keep one per file"});
        }
        if (mistakes.size() == mistakes_before) return first;
    } catch (const YAML::Exception& error) {
        mistakes.push_back({file, error.mark.line + 1, error.mark.column + 1, "not YAML: " + error.msg});
    } catch (const ShapeRefused&) {
        // The mistake stands in the list already.
    }
    return std::nullopt;
}

}  // namespace gateway::config
