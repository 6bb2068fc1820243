#include "policies/load/yaml_document.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "policies/load/file_shape.hpp"
#include "policies/load/suggest.hpp"

namespace policies::load {
namespace {

Position position_of(const YAML::Mark& mark) {
    // yaml-cpp counts from 0, and says -1 where it does not know.
    return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

/// Ends the reading of a document of which no sense can be made; the reason is in the findings by then.
struct GiveUp {};

/// Builds Nodes from the parser's events. The parser keeps no tree, so a hostile file costs no more than its
/// size.
class DocumentBuilder : public YAML::EventHandler {
public:
    DocumentBuilder(std::string_view text, Findings& findings) : text_(text), findings_(findings) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '\n') line_starts_.push_back(i + 1);
        }
    }

    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] Node take_root() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check(mark, "?", anchor);
        const Position at = position_of(mark);
        // `null` and a missing value are one event; only the first is a word of the policy language.
        const bool written = has_text_at(at, "null");
        add(written ? Node{.kind = Node::Kind::scalar, .at = at, .text = "null"} : Node{.at = at});
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        report(mark, "aliases (*name) are not allowed; write the value itself");
        complete_ = false;
        add(Node{.at = position_of(mark)});
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        add(Node{.kind = Node::Kind::scalar, .at = position_of(mark), .text = value, .quoted = tag == "!"});
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
    struct Frame {
        Node node;
        std::optional<Entry> pending;               // a key that waits for its value
        bool dropped = false;                       // the pending key is a duplicate
        std::unordered_map<std::string, int> seen;  // key to line
    };

    void report(const YAML::Mark& mark, std::string message) {
        findings_.add(position_of(mark), std::move(message));
    }

    void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (++events_ > max_events) {
            report(mark, "the file holds more than 100,000 values; split the policy");
            throw GiveUp{};
        }
        if (anchor != 0) report(mark, "anchors (&name) are not allowed; write the value where it is needed");
        if (!tag.empty() && tag != "?" && tag != "!")
            report(mark, "tags are not allowed; leave out " + in_quotes(tag));
    }

    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        check(mark, tag, anchor);
        if (!frames_.empty() && frames_.back().node.kind == Node::Kind::map && !frames_.back().pending) {
            report(mark, "a key must be a word; maps and lists stand only to the right of ':'");
            throw GiveUp{};
        }
        if (frames_.size() >= max_depth) {
            report(mark, "values are nested more than 16 deep; the policy language needs five levels");
            throw GiveUp{};
        }
        frames_.push_back({.node = {.kind = kind, .at = position_of(mark)}, .pending = {}, .seen = {}});
    }

    void close() {
        Node node = std::move(frames_.back().node);
        frames_.pop_back();
        add(std::move(node));
    }

    void add(Node node) {
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& frame = frames_.back();
        if (frame.node.kind == Node::Kind::list) {
            frame.node.items.push_back(std::move(node));
        } else if (!frame.pending) {
            begin_entry(frame, std::move(node));
        } else {
            frame.pending->value = std::move(node);
            if (!frame.dropped) frame.node.entries.push_back(std::move(*frame.pending));
            frame.pending.reset();
        }
    }

    void begin_entry(Frame& frame, Node key) {
        if (key.is_word("<<"))
            findings_.add(key.at, "merge keys (<<) are not allowed; write the keys themselves");
        if (key.kind == Node::Kind::nothing)
            findings_.add(key.at, "a key is missing; write a word before ':'");
        const auto [first, fresh] = frame.seen.try_emplace(key.text, key.at.line);
        if (!fresh) {
            findings_.add(key.at, "duplicate key " + in_quotes(key.text) + "; it stands already in line " +
                                      std::to_string(first->second) + ", remove one");
        }
        frame.dropped = !fresh || key.kind == Node::Kind::nothing || key.is_word("<<");
        frame.pending = Entry{.key = std::move(key.text), .at = key.at, .value = {}};
    }

    [[nodiscard]] bool has_text_at(Position at, std::string_view word) const {
        const auto line = static_cast<std::size_t>(at.line) - 1;
        if (line >= line_starts_.size()) return false;
        const std::size_t start = line_starts_[line] + static_cast<std::size_t>(at.column) - 1;
        return start <= text_.size() && text_.substr(start, word.size()) == word;
    }

    std::string_view text_;
    std::vector<std::size_t> line_starts_{0};
    Findings& findings_;
    std::vector<Frame> frames_;
    Node root_;
    std::size_t events_ = 0;
    bool complete_ = true;
};

/// Any event here means that the file holds a second document.
class NothingMore : public YAML::EventHandler {
public:
    explicit NothingMore(Findings& findings) : findings_(findings) {}
    void OnDocumentStart(const YAML::Mark& mark) override {
        findings_.add(position_of(mark),
                      "a second document begins here; a policy file holds one, remove '---'");
        throw GiveUp{};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

private:
    Findings& findings_;
};

}  // namespace

std::optional<Node> read_document(std::string_view text, Findings& findings) {
    if (auto wrong = wrong_shape(text)) {
        findings.add(wrong->at, std::move(wrong->message));
        return std::nullopt;
    }
    DocumentBuilder builder(text, findings);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) {
            findings.add({1, 1}, "the file is empty; begin it with 'version: 1'");
            return std::nullopt;
        }
        NothingMore nothing_more(findings);
        parser.HandleNextDocument(nothing_more);
    } catch (const GiveUp&) {
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        findings.add(position_of(error.mark),
                     "this is not YAML: " + error.msg + "; look at indentation, quotes and brackets");
        return std::nullopt;
    }
    if (!builder.complete()) return std::nullopt;
    return builder.take_root();
}

}  // namespace policies::load
