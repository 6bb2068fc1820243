#include "gateway/enforcement/plan_template.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "gateway/enforcement/plan_size.hpp"

namespace gateway::enforcement {
namespace {

constexpr std::uint32_t checked_one_of = 64;

// A whole number that fits into an int4, a longer one, one with a point, a string with all that makes
// printing strings hard.
std::string stand_in(char kind, std::size_t number) {
    const std::string unique = std::to_string(1'907'345'000 + number);
    switch (kind) {
        case 'i': return unique;
        case 'l': return unique + "907345907345";
        case 'd': return unique + ".907345";
        default: return "E'{,\\\\''" + unique + "}'";
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

bool same_statement(const StatementPlan& a, const StatementPlan& b) {
    const auto same_hidden = [](const sql::HiddenColumn& x, const sql::HiddenColumn& y) {
        return x.subject == y.subject && x.array_depth == y.array_depth && x.searched == y.searched;
    };
    const auto same_rule = [](const policies::RuleId& x, const policies::RuleId& y) {
        return x.file == y.file && x.line == y.line && x.column == y.column;
    };
    return a.kind == b.kind && std::ranges::equal(a.printed.hidden, b.printed.hidden, same_hidden) &&
           a.printed.parameter_types == b.printed.parameter_types &&
           a.printed.reads_protected == b.printed.reads_protected &&
           a.printed.searched_values == b.printed.searched_values &&
           a.setting.has_value() == b.setting.has_value() && a.savepoint == b.savepoint &&
           a.command_tag == b.command_tag && std::ranges::equal(a.because, b.because, same_rule);
}

}  // namespace

bool same_plan(const MessagePlan& a, const MessagePlan& b) {
    return std::ranges::equal(a.statements, b.statements, [](const StatementPlan& x, const StatementPlan& y) {
        return same_statement(x, y) && x.printed.text == y.printed.text;
    });
}

FreeConstants free_constants_of(const sql::Shape& shape, const std::vector<std::uint32_t>& begins) {
    const auto constants = shape.constants();
    const auto tokens = shape.tokens();
    FreeConstants free(constants.size(), 0);
    const auto mark = [&](std::uint32_t begin) {
        const auto found = std::ranges::lower_bound(constants, begin, {}, &sql::Constant::begin);
        const bool here = found != constants.end() && found->begin == begin;
        if (here) free[static_cast<std::size_t>(found - constants.begin())] = 1;
        return here;
    };
    for (const std::uint32_t begin : begins) {
        if (mark(begin)) continue;
        // -5 is one constant that begins at its sign.
        const auto sign = std::ranges::lower_bound(tokens, begin, {}, &sql::TokenPlace::begin);
        if (sign != tokens.end() && sign->begin == begin && sign->end == begin + 1 &&
            sign + 1 != tokens.end())
            (void)mark((sign + 1)->begin);
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
        other += ' ' + stand_in(constants[i].kind, firsts[i]) + ' ';
        at = constants[i].end;
    }
    return other += text.substr(at);
}

bool PlanTemplate::find_holes(const sql::Shape& shape, const FreeConstants& free, const std::string& print,
                              const std::string& other, std::vector<Hole>& holes) {
    const auto printed = sql::Shape::of(other);
    if (!printed) return false;
    const auto firsts = first_equals(shape);
    const auto constants = shape.constants();
    std::string again;  // what `other` is with our own constants
    std::size_t at = 0;
    for (const sql::Constant& found : printed->constants()) {
        for (std::size_t i = 0; i < free.size(); ++i) {
            if (free[i] == 0 || firsts[i] != i || found.kind != constants[i].kind) continue;
            if (found.spelled != stand_in(constants[i].kind, i)) continue;
            again.append(other, at, found.begin - at);
            holes.push_back({again.size(), again.size() + constants[i].spelled.size(), i});
            again += constants[i].spelled;
            at = found.end;
            break;
        }
    }
    return again.append(other, at) == print;
}

std::string PlanTemplate::filled(const std::string& print, const std::vector<Hole>& holes,
                                 const sql::Shape& shape) {
    std::string text;
    text.reserve(print.size() + 32);
    std::size_t at = 0;
    for (const Hole& hole : holes) {
        text.append(print, at, hole.begin - at);
        text += shape.constants()[hole.constant].spelled;
        at = hole.end;
    }
    return text.append(print, at);
}

std::vector<sql::CopiedSpan> PlanTemplate::spans(const Parts& parts, const sql::Shape& shape) {
    std::vector<sql::CopiedSpan> spans;
    spans.reserve(parts.places.size());
    std::size_t shift = 0;
    auto hole = parts.holes.begin();
    for (const Place& place : parts.places) {
        for (; hole != parts.holes.end() && hole->end <= place.printed; ++hole)
            shift += shape.constants()[hole->constant].spelled.size() - (hole->end - hole->begin);
        const sql::TokenPlace token = shape.tokens()[place.token];
        const bool is_hole = hole != parts.holes.end() && hole->begin == place.printed;
        const std::size_t length = is_hole ? shape.constants()[hole->constant].spelled.size() : place.length;
        spans.push_back(
            {place.printed + shift, token.begin, std::min<std::size_t>(length, token.end - token.begin)});
    }
    return spans;
}

std::shared_ptr<const PlanTemplate> PlanTemplate::of(const sql::Shape& shape, const FreeConstants& free,
                                                     std::shared_ptr<const MessagePlan> plan,
                                                     const MessagePlan* other) {
    auto made = std::make_shared<PlanTemplate>();
    if (other != nullptr && plan->statements.size() != other->statements.size()) return nullptr;
    for (std::size_t i = 0; i < plan->statements.size(); ++i) {
        const sql::PrintedStatement& printed = plan->statements[i].printed;
        Parts& parts = made->parts_.emplace_back();
        if (other != nullptr) {
            const StatementPlan& twin = other->statements[i];
            if (!same_statement(plan->statements[i], twin)) return nullptr;
            if (!find_holes(shape, free, printed.text, twin.printed.text, parts.holes)) return nullptr;
        }
        for (const sql::CopiedSpan& span : printed.spans) {
            const auto token =
                std::ranges::lower_bound(shape.tokens(), span.client, {}, &sql::TokenPlace::begin);
            if (token == shape.tokens().end() || token->begin != span.client) continue;
            parts.places.push_back(
                {span.printed, static_cast<std::size_t>(token - shape.tokens().begin()), span.length});
        }
        made->bytes_ += parts.holes.size() * sizeof(Hole) + parts.places.size() * sizeof(Place);
    }
    made->bytes_ += sizeof(PlanTemplate) + bytes_of(*plan);
    made->plan_ = std::move(plan);
    return made;
}

std::shared_ptr<const MessagePlan> PlanTemplate::fill(const sql::Shape& shape) const {
    auto message = std::make_shared<MessagePlan>();
    message->visible_columns = plan_->visible_columns;
    message->statements.reserve(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        const StatementPlan& one = plan_->statements[i];
        message->statements.push_back({.kind = one.kind,
                                       .printed = {.text = filled(one.printed.text, parts_[i].holes, shape),
                                                   .hidden = one.printed.hidden,
                                                   .parameter_types = one.printed.parameter_types,
                                                   .spans = spans(parts_[i], shape),
                                                   .reads_protected = one.printed.reads_protected,
                                                   .searched_values = one.printed.searched_values},
                                       .setting = one.setting,
                                       .savepoint = one.savepoint,
                                       .command_tag = one.command_tag,
                                       .because = one.because});
    }
    return message;
}

bool PlanTemplate::due_for_a_check() const {
    return (uses_.fetch_add(1, std::memory_order_relaxed) + 1) % checked_one_of == 0;
}

}  // namespace gateway::enforcement
