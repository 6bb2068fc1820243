#pragma once

#include "sql/edits/rewriter.hpp"

namespace sql::edits {

/// A view on its way to become a sub-select: its definition's tokens and the rewriter at work on them.
struct Rewriter::ViewText {
    resolve::View& view;
    parse::Tokens tokens;
    Rewriter rewriter;
    std::vector<KeyColumn> keys;

    ViewText(resolve::View& expanded, parse::Tokens cut, Shared& shared)
        : view(expanded),
          tokens(std::move(cut)),
          rewriter(shared, tokens, 0, view.text.size(), view.resolution) {
        rewriter.is_of_view_ = true;
    }
};

}  // namespace sql::edits
