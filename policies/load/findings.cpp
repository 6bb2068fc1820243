#include "policies/load/findings.hpp"

#include <algorithm>
#include <tuple>

#include "policies/load/suggest.hpp"

namespace policies::load {

void Findings::add(Position at, std::string message) {
    if (full()) return;
    if (mistakes_.size() == max_mistakes) message = "there are more mistakes than these; correct these first";
    mistakes_.push_back({file_, at.line, at.column, std::move(message)});
}

void Findings::add_unknown(Position at, std::string_view what, const std::string& word,
                           const std::vector<std::string>& known) {
    if (full()) return;
    add(at, "unknown " + std::string(what) + ' ' + in_quotes(word) + advice(word, known));
}

RuleId Findings::rule(Position at) const { return {file_.substr(file_.rfind('/') + 1), at.line, at.column}; }

Mistakes Findings::take() {
    const bool cut = full();
    // The note on further mistakes stays last.
    std::stable_sort(mistakes_.begin(), mistakes_.end() - (cut ? 1 : 0),
                     [](const Mistake& a, const Mistake& b) {
                         return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                     });
    return std::move(mistakes_);
}

}  // namespace policies::load
