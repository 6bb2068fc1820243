#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

struct SelectStmt;

namespace sql::verify {

/// The text of a masked sub-select and the tree that it parses to, kept for the statements to come. Nobody
/// changes either. Belongs to the thread that made it.
class KeptSelect {
public:
    /// nullptr: the text is not one SELECT and nothing else, not even a comment.
    [[nodiscard]] static std::shared_ptr<const KeptSelect> of(std::string text);

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] SelectStmt* tree() const { return tree_; }

    /// Whether verify_statement() has found that it shows of `relation` what `treatment` allows: that hangs
    /// on nothing but the catalog, the relation's treatment and which kinds of subject are counted.
    /// Treatments are compared as objects: nobody changes them.
    [[nodiscard]] bool is_proven(const Catalog& catalog, Oid relation, const Treatment& treatment) const;
    /// Only verify_statement() says so. Nothing is noted where more matters (groups, temporary tables).
    void prove(const Catalog& catalog, Oid relation, const Treatment& treatment) const;

private:
    explicit KeptSelect(std::string text) : text_(std::move(text)) {}

    struct Proof {
        std::uint64_t catalog = 0;
        std::shared_ptr<const RelationTreatment> treated;
        std::vector<std::string> counted;
        std::optional<std::string> user;  // matters to a row filter alone
    };
    std::string text_;
    parse::TreeMemory memory_;
    SelectStmt* tree_ = nullptr;
    mutable std::optional<Proof> proof_;
};

}  // namespace sql::verify
