#pragma once

#include <compare>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sql/resolve/resolver.hpp"

namespace sql::lineage {

/// A column of a relation at one place of a definition: who reads a table twice sees two rows of it.
struct Source {
    const resolve::FromItem* place = nullptr;
    AttributeNumber number = 0;

    auto operator<=>(const Source&) const = default;
};

/// A view's definition with those of the views in it, each place by itself, resolved.
class Definition {
public:
    [[nodiscard]] static Result<Definition> of(const Relation& view, const Catalog& catalog,
                                               parse::TreeMemory& memory);

    [[nodiscard]] const resolve::Query& root() const { return *texts_.front()->resolution.root; }
    [[nodiscard]] const std::vector<std::unique_ptr<resolve::View>>& texts() const { return texts_; }
    /// The definition that stands for a view; nullptr: a relation that holds rows itself.
    [[nodiscard]] const resolve::View* view_at(const resolve::FromItem& item) const;
    [[nodiscard]] const resolve::Reference* bound(const Node* node) const;
    /// The sub-query of an expression.
    [[nodiscard]] const resolve::Query* query_of(const Node* link) const;
    /// Whether a call, or any call in a query, is of a function that is no safe built-in.
    [[nodiscard]] bool calls_unknown(const Node* call) const { return unknown_calls_.contains(call); }
    [[nodiscard]] bool calls_unknown(const resolve::Query& query) const;
    /// The text that a query stands in.
    [[nodiscard]] const resolve::Resolution& text_of(const resolve::Query& query) const;

private:
    Result<void> open(const resolve::Surroundings& in, parse::TreeMemory& memory, const Relation& view);

    std::vector<std::unique_ptr<resolve::View>> texts_;
    std::map<const resolve::FromItem*, const resolve::View*> views_;
    std::map<const resolve::Query*, const resolve::Resolution*> queries_;
    std::set<const void*> unknown_calls_;
};

/// The place of a view's column among the outputs of its definition.
[[nodiscard]] std::size_t place_of(const Relation& view, const Column& column);

/// Follows columns of a definition back to those of relations.
class Origins {
public:
    struct Traced {
        bool plain = true;
        bool unknown = false;  // a function that is no safe built-in may have brought anything
        std::set<Source> from;

        void add(Traced other);
    };

    explicit Origins(const Definition& definition) : definition_(definition) {}

    [[nodiscard]] Traced output(const resolve::Query& query, std::size_t index);
    [[nodiscard]] Traced expression(Node* node);
    [[nodiscard]] Traced reference(const resolve::FromItem& item, int column);
    /// Whether it took too long to follow everything.
    [[nodiscard]] bool gave_up() const { return steps_ > most_steps; }

private:
    static constexpr int most_steps = 100'000;

    Traced everything_in(const resolve::Query& query);
    static bool visit(Node* node, void* walk);

    const Definition& definition_;
    std::set<std::pair<const resolve::Query*, std::size_t>> under_way_;
    std::set<const resolve::Query*> taken_whole_;
    int steps_ = 0;
};

/// For each column of a query's result: the columns of relations that have the same value in every row of it
/// behind which a row of theirs stands.
[[nodiscard]] std::vector<std::set<Source>> carried_by(const Definition& definition,
                                                       const resolve::Query& query);

}  // namespace sql::lineage
