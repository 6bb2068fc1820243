#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/errors.hpp"
#include "policies/load/node.hpp"
#include "policies/policy_set.hpp"

namespace policies::load {

/// Collects the mistakes of one file. Keeps the first max_mistakes and says that there are more: a file of
/// nothing but mistakes must not cost more than a good one.
class Findings {
public:
    static constexpr std::size_t max_mistakes = 100;

    explicit Findings(std::string file) : file_(std::move(file)) {}

    /// `message`: what is wrong; what to write instead.
    void add(Position at, std::string message);
    /// Reports that `word` is not one of `known`: a near one is suggested, few ones are listed.
    void add_unknown(Position at, std::string_view what, const std::string& word,
                     const std::vector<std::string>& known);

    [[nodiscard]] RuleId rule(Position at) const;
    [[nodiscard]] bool empty() const { return mistakes_.empty(); }
    [[nodiscard]] bool full() const { return mistakes_.size() > max_mistakes; }
    /// In the order of the file.
    [[nodiscard]] Mistakes take();

private:
    std::string file_;
    Mistakes mistakes_;
};

}  // namespace policies::load
