#include "policies/load/values.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "policies/load/suggest.hpp"

namespace policies::load {
namespace {

const std::vector<Entry> no_entries;
const std::vector<Node> no_items;

std::string found(const Node& node) {
    switch (node.kind) {
        case Node::Kind::nothing: return "nothing";
        case Node::Kind::scalar: return in_quotes(node.text);
        case Node::Kind::list: return "a list";
        case Node::Kind::map: return "a map";
    }
    return "something else";
}

}  // namespace

FixedMap::FixedMap(const Node& node, Findings& findings, std::string_view what,
                   std::vector<std::string> known) {
    if (node.kind != Node::Kind::map) {
        findings.add(node.at, std::string(what) + " must be a map, not " + found(node) +
                                  "; write it with keys of: " + listed(known));
        return;
    }
    node_ = &node;
    for (const Entry& entry : node.entries) {
        if (std::ranges::find(known, entry.key) != known.end()) continue;
        findings.add_unknown(entry.at, "key of " + std::string(what), entry.key, known);
    }
}

const Entry* FixedMap::find(std::string_view key) const {
    if (node_ == nullptr) return nullptr;
    const auto entry = std::ranges::find(node_->entries, key, &Entry::key);
    return entry == node_->entries.end() ? nullptr : &*entry;
}

const std::vector<Entry>& entries_of(const Node& node, Findings& findings, std::string_view what) {
    if (node.kind == Node::Kind::map) return node.entries;
    findings.add(node.at,
                 std::string(what) + " must be a map, not " + found(node) + "; write 'name: value' pairs");
    return no_entries;
}

const std::vector<Node>& items_of(const Node& node, Findings& findings, std::string_view what) {
    if (node.kind == Node::Kind::list) return node.items;
    findings.add(node.at, std::string(what) + " must be a list, not " + found(node) + "; write [a, b]");
    return no_items;
}

std::optional<std::string> read_word(const Node& node, Findings& findings, std::string_view what) {
    if (node.is_scalar() && !node.text.empty()) return node.text;
    findings.add(node.at, std::string(what) + " must be a word, not " +
                              (node.is_scalar() ? std::string("empty") : found(node)) +
                              "; write one word here");
    return std::nullopt;
}

std::optional<bool> read_true_false(const Node& node, Findings& findings, std::string_view what) {
    if (node.is_word("true")) return true;
    if (node.is_word("false")) return false;
    findings.add(node.at,
                 std::string(what) + " must be true or false, not " + found(node) + "; write true or false");
    return std::nullopt;
}

std::optional<std::uint64_t> positive_number(std::string_view text, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (number < 1 || number > most) return std::nullopt;
    return number;
}

void read_words(const Node& node, Findings& findings, std::string_view what,
                const std::function<void(const std::string&, Position)>& take) {
    std::set<std::string> seen;
    for (const Node& item : items_of(node, findings, what)) {
        const auto word = read_word(item, findings, "an entry of " + std::string(what));
        if (!word) continue;
        if (!seen.insert(*word).second) {
            findings.add(item.at,
                         in_quotes(*word) + " stands twice in " + std::string(what) + "; remove one");
            continue;
        }
        take(*word, item.at);
    }
}

bool check_name(const std::string& name, Position at, Findings& findings, std::string_view what) {
    const auto letter = [](unsigned char c) { return std::isalpha(c) != 0; };
    const auto allowed = [&](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
    if (!name.empty() && name.size() <= longest_name && letter(static_cast<unsigned char>(name.front())) &&
        std::ranges::all_of(name, allowed)) {
        return true;
    }
    findings.add(at, in_quotes(name) + " cannot be the name of " + std::string(what) +
                         "; write a letter, then letters, digits, '_' or '-', at most 63 in all");
    return false;
}

std::optional<std::pair<std::string, std::string>> split_qualified(const std::string& text, Position at,
                                                                   Findings& findings,
                                                                   std::string_view what) {
    const std::size_t dot = text.find('.');
    const bool shaped = dot != std::string::npos && dot > 0 && dot + 1 < text.size() &&
                        text.find('.', dot + 1) == std::string::npos && text.find('"') == std::string::npos;
    if (shaped) return std::pair{text.substr(0, dot), text.substr(dot + 1)};
    findings.add(at, in_quotes(text) + " does not name " + std::string(what) +
                         "; write schema.name as the catalog spells it, such as public.customers");
    return std::nullopt;
}

}  // namespace policies::load
