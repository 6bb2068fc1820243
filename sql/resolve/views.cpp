#include <algorithm>

#include "sql/resolve/resolver.hpp"

namespace sql::resolve {

Result<std::unique_ptr<View>> resolve_view(const Surroundings& from, parse::TreeMemory& memory,
                                           const Relation& relation) {
    static const NameContext qualified_names{
        .search_path = {}};  // definitions are read with an empty search_path
    if (from.view_depth >= 16) return Error{.code = Errc::too_deep, .message = "views are nested too deeply"};
    if (!relation.definition) {
        return Error{.code = Errc::unsupported,
                     .message = "the definition of view \"" + relation.name + "\" is not known"};
    }
    auto parsed = parse::parse_select_fragment(memory, *relation.definition);
    if (!parsed) {
        return Error{.code = Errc::unsupported,
                     .message = "the definition of view \"" + relation.name + "\" cannot be read"};
    }
    auto view = std::make_unique<View>();
    view->relation = &relation;
    view->text = std::move(parsed->text);
    view->select = parsed->select;
    Surroundings inside = from;
    inside.names = &qualified_names;
    inside.trusted_text = true;
    ++inside.view_depth;
    Resolver resolver(inside, memory, view->resolution);
    if (!resolver.statement(view->select)) {
        return Error{.code = Errc::unsupported,
                     .message = "in view \"" + relation.name + "\": " + resolver.error().message};
    }
    return view;
}

// The view's definition takes the place of the view; its columns are shown as what they are made of, and as
// its own treatment says on top of that.
bool Resolver::view_item(const Relation& relation, FromItem& item) {
    auto view = resolve_view(in_, memory_, relation);
    if (!view)
        return fail(view.error().code, view.error().message, view.error().hint, item.range_var->location);
    const Query& root = *(*view)->resolution.root;
    if (root.outputs.size() != relation.columns.size()) {
        return unsupported("view \"" + relation.name + "\", whose columns are not those of its definition",
                           item.range_var->location);
    }
    item.kind = FromItem::Kind::view;
    item.view = view->get();
    out_.leak_safe = out_.leak_safe && (*view)->resolution.leak_safe;
    for (std::size_t i = 0; i < relation.columns.size(); ++i) {
        const Column& column = relation.columns[i];
        const Shown how = std::max(root.outputs[i].shown == Shown::stripped ? Shown::stripped : Shown::open,
                                   shown(item.treatment, column.number));
        if (how == Shown::stripped && !in_.trusted_text) {
            item.stripped.push_back(column.name);
            continue;
        }
        item.columns.push_back(
            {.name = column.name, .attribute = &column, .output = static_cast<int>(i), .shown = how});
    }
    out_.views.push_back(std::move(*view));
    return true;
}

}  // namespace sql::resolve
