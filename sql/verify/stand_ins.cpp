#include "sql/verify/stand_ins.hpp"

#include <algorithm>

#include "sql/parse/parse_tree.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

constexpr std::string_view stand_in = "TABLE \"__tabir_proven\"";
constexpr std::size_t name_in_stand_in = 6;  // where its name begins

/// Where the name of the only relation stands that a query reads; nullopt: it reads another way.
std::optional<int> place_of_name(const Node* query) {
    if (nodeTag(query) != T_SelectStmt) return std::nullopt;
    const List* from = reinterpret_cast<const SelectStmt*>(query)->fromClause;
    if (list_length(from) != 1 || nodeTag(linitial(from)) != T_RangeVar) return std::nullopt;
    return static_cast<const RangeVar*>(linitial(from))->location;
}

struct Found {
    std::size_t at;
    const MaskedPlace* place;
};

/// Where each text stands between brackets. Equal texts are taken in the order of the print.
std::vector<Found> find_all(std::string_view printed, std::span<const MaskedPlace> masked) {
    std::vector<Found> found;
    for (const MaskedPlace& place : masked) {
        const std::string& text = place.select->text();
        std::size_t from = 1;
        for (const Found& other : found) {
            if (other.place->select->text() == text) from = std::max(from, other.at + text.size());
        }
        const auto in_brackets = [&](std::size_t at) {
            const std::size_t end = at + text.size();
            return printed[at - 1] == '(' && end < printed.size() && printed[end] == ')';
        };
        std::size_t at = printed.find(text, from);
        while (at != std::string_view::npos && !in_brackets(at))
            at = printed.find(text, at + 1);
        if (at == std::string_view::npos) return {};
        found.push_back({at, &place});
    }
    std::ranges::sort(found, {}, &Found::at);
    return found;
}

bool place_is_proven(parse::TreeMemory& memory, const Catalog& catalog, const Treatment& treatment,
                     const MaskedPlace& place) {
    // What is meant there is what the text says.
    return place.select != nullptr && place.select->is_proven(catalog, place.relation, treatment) &&
           memory.equal(reinterpret_cast<const Node*>(place.select->tree()), place.node->subquery);
}

}  // namespace

std::optional<StandIns> StandIns::of(parse::TreeMemory& memory, std::string_view printed,
                                     const Catalog& catalog, const Treatment& treatment,
                                     std::span<const MaskedPlace> masked) {
    const auto proven = [&](const MaskedPlace& place) {
        return place_is_proven(memory, catalog, treatment, place);
    };
    if (masked.empty() || !std::ranges::all_of(masked, proven)) return std::nullopt;
    const auto found = find_all(printed, masked);
    if (found.empty()) return std::nullopt;

    const auto tree = parse::shared_select_fragment(memory, stand_in);
    if (!tree) return std::nullopt;
    StandIns made(memory, reinterpret_cast<const Node*>(*tree));
    made.text_.reserve(printed.size());
    std::size_t end = 0;
    for (const auto& [at, place] : found) {
        if (at < end) return std::nullopt;
        made.text_ += printed.substr(end, at - end);
        made.ones_.push_back(
            {place->node, place->node->subquery, static_cast<int>(made.text_.size() + name_in_stand_in)});
        made.text_ += stand_in;
        end = at + place->select->text().size();
    }
    made.text_ += printed.substr(end);
    return made;
}

StandIns::InMeant::InMeant(const StandIns& stand_ins) : stand_ins_(stand_ins) {
    for (const One& one : stand_ins_.ones_)
        one.place->subquery = const_cast<Node*>(stand_ins_.tree_);
}

StandIns::InMeant::~InMeant() {
    for (const One& one : stand_ins_.ones_)
        one.place->subquery = one.meant;
}

bool StandIns::take(const Node* query) {
    const auto place = place_of_name(query);
    if (!place) return false;
    const auto one = std::ranges::find(ones_, *place, &One::name);
    if (one == ones_.end() || one->taken || !memory_->equal(query, tree_)) return false;
    one->taken = true;
    return true;
}

bool StandIns::all_taken() const { return std::ranges::all_of(ones_, &One::taken); }

}  // namespace sql::verify
