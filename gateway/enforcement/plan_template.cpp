#include "gateway/enforcement/plan_template.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "gateway/enforcement/plan_size.hpp"

namespace gateway::enforcement {
namespace {

constexpr std::uint32_t checked_one_of = 256;

/// What stands in for a constant in the second analysis.
struct StandIn {
    std::string value;
    std::string spelled;  // as the print spells it
};

// A whole number that fits into an int4, a longer one, one with a point, a string with all that makes
// printing strings hard.
StandIn stand_in(char kind, std::size_t number) {
    const std::string unique = std::to_string(1'907'345'000 + number);
    const auto plain = [](const std::string& text) { return StandIn{text, text}; };
    switch (kind) {
        case 'i': return plain(unique);
        case 'l': return plain(unique + "907345907345");
        case 'd': return plain(unique + ".907345");
        default: return {"{,\\'" + unique + "}", "E'{,\\\\''" + unique + "}'"};
    }
}

bool equal(const sql::Constant& a, const sql::Constant& b) {
    return a.kind == b.kind && a.spelled == b.spelled;
}

/// For each constant the first one that it is equal to.
std::vector<std::size_t> first_equals(const sql::Shape& shape) {
    const auto constants = shape.constants();
    std::vector<std::size_t> firsts(constants.size());
    std::vector<std::size_t> sorted(constants.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    std::ranges::stable_sort(
        sorted, {}, [&](std::size_t i) { return std::tie(constants[i].kind, constants[i].spelled); });
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const bool again = i > 0 && equal(constants[sorted[i]], constants[sorted[i - 1]]);
        firsts[sorted[i]] = again ? firsts[sorted[i - 1]] : sorted[i];
    }
    return firsts;
}

/// A plan without what a template fills in.
StatementPlan rest_of(StatementPlan plan) {
    plan.printed.text.clear();
    plan.printed.spans.clear();
    if (plan.printed.asked) plan.printed.asked->key.clear();
    return plan;
}

}  // namespace

FreeConstants free_constants_of(const sql::Shape& shape, const std::vector<std::uint32_t>& begins) {
    const auto constants = shape.constants();
    FreeConstants free(constants.size(), 0);
    for (const std::uint32_t begin : begins) {
        const auto found = std::ranges::lower_bound(constants, begin, {}, &sql::Constant::begin);
        if (found != constants.end() && found->begin == begin)
            free[static_cast<std::size_t>(found - constants.begin())] = 1;
    }
    return free;
}

std::string variant_of(const sql::Shape& shape, const FreeConstants& free) {
    std::string variant;
    const auto constants = shape.constants();
    const auto firsts = first_equals(shape);
    for (std::size_t i = 0; i < constants.size(); ++i) {
        variant += '\0';
        if (free[i] == 0) variant += constants[i].spelled;
        if (firsts[i] != i) variant += '=' + std::to_string(firsts[i]);
    }
    return variant;
}

std::string with_other_constants(std::string_view text, const sql::Shape& shape, const FreeConstants& free) {
    const auto firsts = first_equals(shape);
    const auto constants = shape.constants();
    std::string other;
    std::size_t at = 0;
    for (std::size_t i = 0; i < constants.size(); ++i) {
        if (free[i] == 0) continue;
        other += text.substr(at, constants[i].begin - at);
        other += ' ' + stand_in(constants[i].kind, firsts[i]).spelled + ' ';
        at = constants[i].end;
    }
    return other += text.substr(at);
}

std::optional<std::vector<PlanTemplate::Hole>> PlanTemplate::find_holes(const sql::Shape& shape,
                                                                        const FreeConstants& free,
                                                                        const std::string& print,
                                                                        const std::string& other) {
    const auto printed = sql::Shape::of(other);
    if (!printed) return std::nullopt;
    const auto firsts = first_equals(shape);
    const auto constants = shape.constants();
    std::unordered_map<std::string, std::size_t> by_stand_in;
    for (std::size_t i = 0; i < free.size(); ++i) {
        if (free[i] != 0 && firsts[i] == i) by_stand_in.emplace(stand_in(constants[i].kind, i).spelled, i);
    }
    std::vector<Hole> holes;
    std::string again;  // what `other` is with our own constants
    std::size_t at = 0;
    for (const sql::Constant& found : printed->constants()) {
        const auto known = by_stand_in.find(found.spelled);
        if (known == by_stand_in.end() || constants[known->second].kind != found.kind) continue;
        const std::string& ours = constants[known->second].spelled;
        again.append(other, at, found.begin - at);
        holes.push_back({again.size(), again.size() + ours.size(), known->second});
        again += ours;
        at = found.end;
    }
    if (again.append(other, at) != print) return std::nullopt;
    return holes;
}

std::optional<std::vector<PlanTemplate::Place>> PlanTemplate::find_places(
    const sql::Shape& shape, const std::vector<sql::CopiedSpan>& spans) {
    if (!std::ranges::is_sorted(spans, {}, &sql::CopiedSpan::printed)) return std::nullopt;
    const auto tokens = shape.tokens();
    std::vector<Place> places;
    for (const sql::CopiedSpan& span : spans) {
        const auto token = std::ranges::lower_bound(tokens, span.client, {}, &sql::TokenPlace::begin);
        if (token == tokens.end() || token->begin != span.client || span.length > token->end - token->begin)
            return std::nullopt;
        Place place{span.printed, static_cast<std::size_t>(token - tokens.begin()), std::nullopt};
        if (span.length != token->copied()) place.length = span.length;
        places.push_back(place);
    }
    return places;
}

bool PlanTemplate::find_asked(const sql::Shape& shape, const FreeConstants& free, const StatementPlan& plan,
                              const StatementPlan& twin, Parts& parts) {
    const auto& asked = plan.printed.asked;
    if (!asked || asked->key == twin.printed.asked->key) {
        parts.rest.printed.asked = asked;
        return true;
    }
    const auto constants = shape.constants();
    for (std::size_t i = 0; i < free.size(); ++i) {
        if (free[i] == 0 || constants[i].value != asked->key) continue;
        if (stand_in(constants[i].kind, i).value != twin.printed.asked->key) continue;
        parts.asked = i;
        return true;
    }
    return false;
}

std::shared_ptr<const PlanTemplate> PlanTemplate::of(const sql::Shape& shape, const FreeConstants& free,
                                                     const MessagePlan& plan, const MessagePlan* other) {
    const MessagePlan& twins = other != nullptr ? *other : plan;
    if (plan.statements.size() != twins.statements.size()) return nullptr;
    auto made = std::make_shared<PlanTemplate>();
    for (std::size_t i = 0; i < plan.statements.size(); ++i) {
        const StatementPlan& one = plan.statements[i];
        const StatementPlan& twin = twins.statements[i];
        Parts parts{.rest = rest_of(one), .print = one.printed.text, .holes = {}, .places = {}, .asked = {}};
        if (parts.rest != rest_of(twin) || !find_asked(shape, free, one, twin, parts)) return nullptr;
        auto places = find_places(shape, one.printed.spans);
        auto holes = other == nullptr ? std::vector<Hole>()
                                      : find_holes(shape, free, one.printed.text, twin.printed.text);
        if (!places || !holes) return nullptr;
        parts.places = std::move(*places);
        parts.holes = std::move(*holes);
        made->bytes_ += parts.holes.size() * sizeof(Hole) + parts.places.size() * sizeof(Place);
        made->parts_.push_back(std::move(parts));
    }
    made->bytes_ += sizeof(PlanTemplate) + bytes_of(plan);
    return made;
}

std::string PlanTemplate::filled(const Parts& parts, const sql::Shape& shape) {
    std::string text;
    text.reserve(parts.print.size() + 32);
    std::size_t at = 0;
    for (const Hole& hole : parts.holes) {
        text.append(parts.print, at, hole.begin - at);
        text += shape.constants()[hole.constant].spelled;
        at = hole.end;
    }
    return text.append(parts.print, at);
}

std::vector<sql::CopiedSpan> PlanTemplate::spans(const Parts& parts, const sql::Shape& shape) {
    std::vector<sql::CopiedSpan> spans;
    spans.reserve(parts.places.size());
    std::size_t grown = 0;  // by the constants in front; modulo the size of size_t, as they may be shorter
    auto hole = parts.holes.begin();
    for (const Place& place : parts.places) {
        for (; hole != parts.holes.end() && hole->end <= place.printed; ++hole)
            grown += shape.constants()[hole->constant].spelled.size() - (hole->end - hole->begin);
        const sql::TokenPlace token = shape.tokens()[place.token];
        const std::size_t length =
            place.length ? std::min<std::size_t>(*place.length, token.end - token.begin) : token.copied();
        spans.push_back({place.printed + grown, token.begin, length});
    }
    return spans;
}

std::shared_ptr<const MessagePlan> PlanTemplate::fill(const sql::Shape& shape) const {
    auto message = std::make_shared<MessagePlan>();
    message->statements.reserve(parts_.size());
    for (const Parts& parts : parts_) {
        StatementPlan& one = message->statements.emplace_back(parts.rest);
        one.printed.text = filled(parts, shape);
        one.printed.spans = spans(parts, shape);
        if (parts.asked) one.printed.asked->key = shape.constants()[*parts.asked].value;
    }
    return message;
}

bool PlanTemplate::due_for_a_check() const {
    return (uses_.fetch_add(1, std::memory_order_relaxed) + 1) % checked_one_of == 0;
}

}  // namespace gateway::enforcement
