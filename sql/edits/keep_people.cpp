#include <algorithm>

#include "sql/edits/rewriter.hpp"
#include "sql/functions.hpp"
#include "sql/kept_people.hpp"

// CREATE TABLE AS shows nobody yet, so it charges nobody: the keys of its rows are kept beside them, and
// whoever reads them later is charged. What runs over people here must leave no trace but the rows.
namespace sql::edits {
namespace {

/// A function whose calls can be told afterwards: how often, or with what.
bool leaves_traces(const resolve::FunctionMention& function) {
    return !is_safe_builtin(function.schema, function.name) || function.name == "random" ||
           function.name == "setseed";
}

Result<void> check_traces(const resolve::Resolution& found) {
    const auto traced = std::ranges::find_if(found.functions, leaves_traces);
    if (traced != found.functions.end()) {
        Error error{.code = Errc::not_countable,
                    .message = "people cannot be kept in a temporary table by a query that calls " +
                               traced->name + "(): it could tell of them in another way",
                    .hint = "Call the function when you read the table."};
        if (traced->location >= 0) error.offset = static_cast<std::size_t>(traced->location);
        return error;
    }
    for (const auto& view : found.views) {
        auto done = check_traces(view->resolution);
        if (done) continue;
        Error error = done.error();
        error.offset.reset();
        return error;
    }
    return {};
}

}  // namespace

Result<void> Rewriter::keep_people(const std::set<std::string>& in_clear) {
    if (auto done = check_traces(found_); !done) return done;
    std::vector<KeyColumn>& keys = carried_.at(found_.root);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto name = kept_key_name(keys[i].subject, keys[i].array_depth, i + 1);
        if (!name) return name.error();
        keys[i].name = std::move(*name);
    }
    for (const std::string& clazz : in_clear) {
        auto name = kept_class_name(clazz);
        if (!name) return name.error();
        // Of no subject, and so NULL in every row.
        keys.push_back({.subject = *name, .array_depth = 0, .name = *name, .searched = false});
    }
    return {};
}

}  // namespace sql::edits
