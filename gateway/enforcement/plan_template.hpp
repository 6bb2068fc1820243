#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/enforcement/plan.hpp"
#include "sql/shape.hpp"

namespace gateway::enforcement {

/// For each constant of a shape, whether its value changes nothing but the print.
using FreeConstants = std::vector<char>;

/// `begins`: of the free constants.
[[nodiscard]] FreeConstants free_constants_of(const sql::Shape& shape,
                                              const std::vector<std::uint32_t>& begins);

/// What the plan of a text hangs on besides its shape: the values of the constants that are not free, and
/// which constants are equal (expressions may be compared with each other).
[[nodiscard]] std::string variant_of(const sql::Shape& shape, const FreeConstants& free);

/// `text` with other values in place of its free constants: of the same kind, equal where they were equal,
/// and such that no other constant is likely to have them.
[[nodiscard]] std::string with_other_constants(std::string_view text, const sql::Shape& shape,
                                               const FreeConstants& free);

/// The plan of all texts of one shape and variant: that of one of them, and where in its print the free
/// constants stand.
class PlanTemplate {
public:
    /// `plan` is that of a text of this shape; `other` that of with_other_constants(), or nullptr where
    /// nothing is free: in its print the constants are found wherever the rewriter put them. nullptr: the two
    /// plans differ in more than these constants.
    [[nodiscard]] static std::shared_ptr<const PlanTemplate> of(const sql::Shape& shape,
                                                                const FreeConstants& free,
                                                                const MessagePlan& plan,
                                                                const MessagePlan* other);

    /// The plan of a text of this shape and variant.
    [[nodiscard]] std::shared_ptr<const MessagePlan> fill(const sql::Shape& shape) const;

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// Counts a use; true for one of many, which is to be checked against a full analysis.
    [[nodiscard]] bool due_for_a_check() const;

private:
    struct Hole {
        std::size_t begin;  // in the print of the plan
        std::size_t end;
        std::size_t constant;
    };
    struct Place {  // a copied span
        std::size_t printed;
        std::size_t token;
        std::optional<std::size_t> length;  // where the rewriter gave it another than the token's
    };
    struct Parts {
        StatementPlan rest;  // all but what is filled in
        std::string print;
        std::vector<Hole> holes;
        std::vector<Place> places;
        std::optional<std::size_t> asked;  // the constant that is the asked person's key
    };
    static std::optional<std::vector<Hole>> find_holes(const sql::Shape& shape, const FreeConstants& free,
                                                       const std::string& print, const std::string& other);
    static std::optional<std::vector<Place>> find_places(const sql::Shape& shape,
                                                         const std::vector<sql::CopiedSpan>& spans);
    static bool find_asked(const sql::Shape& shape, const FreeConstants& free, const StatementPlan& plan,
                           const StatementPlan& twin, Parts& parts);
    static std::string filled(const Parts& parts, const sql::Shape& shape);
    static std::vector<sql::CopiedSpan> spans(const Parts& parts, const sql::Shape& shape);

    std::vector<Parts> parts_;  // by statement
    std::size_t bytes_ = 0;
    mutable std::atomic<std::uint32_t> uses_{0};
};

}  // namespace gateway::enforcement
