#include <algorithm>

#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

const char* word_of(SetOperation operation) {
    switch (operation) {
        case SETOP_INTERSECT: return "INTERSECT";
        case SETOP_EXCEPT: return "EXCEPT";
        case SETOP_UNION:
        case SETOP_NONE: break;
    }
    return "UNION";
}

/// Where the first column of a query stands; -1: it has none.
int begin_of(const SelectStmt* select) {
    while (select->op != SETOP_NONE)
        select = select->larg;
    if (select->targetList == nullptr) return -1;
    return static_cast<const ResTarget*>(linitial(select->targetList))->location;
}

}  // namespace

bool Resolver::fail(Errc code, std::string message, std::string hint, int location) {
    if (!error_) {
        error_ = Error{code, std::move(message), std::move(hint)};
        error_location_ = location;
    }
    return false;
}

bool Resolver::unsupported(std::string what, int location) {
    return fail(Errc::unsupported, what + " is not supported yet",
                "Write the statement without " + what + ".", location);
}

bool Resolver::statement(SelectStmt* select) {
    out_.root = open_query(select, nullptr, Query::Place::top);
    return query(*out_.root);
}

bool Resolver::statement(Node* query) {
    if (IsA(query, SelectStmt)) return statement(reinterpret_cast<SelectStmt*>(query));
    out_.root = open_modify(query, nullptr, Query::Place::top);
    return out_.root != nullptr && this->query(*out_.root);
}

Query* Resolver::open_query(SelectStmt* select, Query* parent, Query::Place place) {
    Query& q = out_.queries.emplace_back();
    q.node = select;
    q.parent = parent;
    q.place = place;
    if (select->op != SETOP_NONE)
        q.kind = Query::Kind::set_operation;
    else if (select->valuesLists != nullptr)
        q.kind = Query::Kind::values;
    return &q;
}

bool Resolver::query(Query& q) {
    if (q.node->intoClause != nullptr) return unsupported("SELECT INTO");
    if (!with_clause(q)) return false;
    if (q.modify != nullptr) return modify(q);
    switch (q.kind) {
        case Query::Kind::select:
            if (!plain_select(q)) return false;
            break;
        case Query::Kind::values:
            if (!values(q)) return false;
            break;
        case Query::Kind::set_operation:
            if (!set_operation(q)) return false;
            break;
    }
    const Where here{.query = &q, .after_grouping = true};
    if (!ordering(q, q.node->sortClause)) return false;
    const auto before = q.sub_queries.size();
    if (!expression(q.node->limitOffset, here) || !expression(q.node->limitCount, here)) return false;
    for (auto i = before; i < q.sub_queries.size(); ++i)
        q.sub_queries[i]->limits_rows = true;
    return locking(q);
}

bool Resolver::plain_select(Query& q) {
    if (!from_clause(q) || !target_list(q)) return false;
    if (!condition(&q.node->whereClause, {.query = &q, .condition = true})) return false;
    if (!grouping(q, {.query = &q}, q.node->groupClause)) return false;
    if (!expression(q.node->havingClause, {.query = &q, .condition = true, .after_grouping = true}))
        return false;
    const ListCell* c = nullptr;
    foreach (c, q.node->windowClause) {
        if (!window(cell<WindowDef>(*c), {.query = &q, .after_grouping = true})) return false;
    }
    // DISTINCT is lcons(NIL, NIL); DISTINCT ON has expressions.
    if (q.node->distinctClause != nullptr && linitial(q.node->distinctClause) != nullptr) {
        foreach (c, q.node->distinctClause) {
            if (!order_key(q, cell<Node>(*c))) return false;
        }
    }
    return true;
}

bool Resolver::values(Query& q) {
    ListCell* row = nullptr;
    int width = list_length(static_cast<List*>(linitial(q.node->valuesLists)));
    foreach (row, q.node->valuesLists) {
        auto** elements = reinterpret_cast<List**>(&row->ptr_value);
        if (!row_elements(elements, {.query = &q})) return false;
        if (row != list_head(q.node->valuesLists)) continue;
        for (const RowStar& star : out_.row_stars) {
            if (star.list == elements) width += static_cast<int>(star.item->columns.size()) - 1;
        }
    }
    for (int i = 1; i <= width; ++i)
        q.outputs.push_back({.name = "column" + std::to_string(i)});
    return true;
}

bool Resolver::set_operation(Query& q) {
    q.left = open_query(q.node->larg, &q, Query::Place::arm);
    if (!query(*q.left)) return false;
    q.outputs = q.left->outputs;
    q.open_ended = q.left->open_ended;
    for (OutputColumn& output : q.outputs)
        output.item = nullptr;
    if (q.cte != nullptr && q.cte->owner->recursive_with && !cte_columns(*q.cte)) return false;
    q.right = open_query(q.node->rarg, &q, Query::Place::arm);
    if (!query(*q.right)) return false;
    q.open_ended = q.open_ended || q.right->open_ended;
    if (!q.open_ended && q.left->outputs.size() != q.right->outputs.size()) {
        return fail(
            Errc::syntax_error,
            std::string("each ") + word_of(q.node->op) + " query must have the same number of columns", {},
            begin_of(q.node->rarg));
    }
    for (std::size_t i = 0; i < std::min(q.outputs.size(), q.right->outputs.size()); ++i) {
        q.outputs[i].shown = std::max(q.outputs[i].shown, q.right->outputs[i].shown);
    }
    return true;
}

bool Resolver::with_clause(Query& q) {
    WithClause* with = q.node->withClause;
    if (with == nullptr) return true;
    q.recursive_with = with->recursive;
    const ListCell* c = nullptr;
    foreach (c, with->ctes) {
        auto* node = cell<CommonTableExpr>(*c);
        if (q.cte_names.contains(node->ctename)) {
            return fail(Errc::duplicate_alias,
                        "WITH query name \"" + std::string(node->ctename) + "\" specified more than once", {},
                        node->location);
        }
        Cte& cte = out_.ctes.emplace_back();
        cte.name = node->ctename;
        cte.node = node;
        cte.owner = &q;
        q.ctes.push_back(&cte);
        q.cte_names.emplace(node->ctename, &cte);
    }
    for (Cte* one : q.ctes) {
        if (one->state == Cte::State::waiting && !cte(*one)) return false;
    }
    return true;
}

bool Resolver::cte(Cte& cte) {
    cte.state = Cte::State::under_way;
    Node* node = cte.node->ctequery;
    cte.query = IsA(node, SelectStmt)
                    ? open_query(reinterpret_cast<SelectStmt*>(node), cte.owner, Query::Place::cte)
                    : open_modify(node, cte.owner, Query::Place::cte);
    if (cte.query == nullptr) return false;
    cte.query->cte = &cte;
    if (!query(*cte.query) || !cte_columns(cte)) return false;
    // What SEARCH and CYCLE add comes behind all else, and not for the recursion itself.
    if (const CTESearchClause* search = cte.node->search_clause; search != nullptr)
        cte.columns.push_back({.name = search->search_seq_column});
    if (const CTECycleClause* cycle = cte.node->cycle_clause; cycle != nullptr) {
        const Where here{.query = cte.owner};
        if (!expression(cycle->cycle_mark_value, here) || !expression(cycle->cycle_mark_default, here))
            return false;
        cte.columns.push_back({.name = cycle->cycle_mark_column});
        cte.columns.push_back({.name = cycle->cycle_path_column});
    }
    cte.state = Cte::State::done;
    return true;
}

bool Resolver::cte_columns(Cte& cte) {
    columns_of(*cte.query, cte.columns);
    cte.columns_known = true;
    const auto aliases = static_cast<std::size_t>(list_length(cte.node->aliascolnames));
    if (aliases > cte.columns.size() && !cte.query->open_ended) {
        return fail(Errc::column_list,
                    "WITH query \"" + cte.name + "\" has fewer columns than its column list", {},
                    cte.node->location);
    }
    const ListCell* c = nullptr;
    std::size_t i = 0;
    foreach (c, cte.node->aliascolnames) {
        if (i < cte.columns.size()) cte.columns[i++].name = string_value(lfirst(c));
    }
    return true;
}

bool Resolver::target_list(Query& q) {
    const auto targets = static_cast<std::size_t>(list_length(q.node->targetList));
    q.outputs.reserve(targets);
    q.references.reserve(targets + 1);  // most of them are columns, and a condition has one
    const ListCell* c = nullptr;
    foreach (c, q.node->targetList) {
        auto* target = cell<ResTarget>(*c);
        if (target->val == nullptr || target->indirection != nullptr)
            return unsupported("this target list", target->location);
        if (IsA(target->val, ColumnRef)) {
            auto* ref = reinterpret_cast<ColumnRef*>(target->val);
            if (IsA(static_cast<Node*>(llast(ref->fields)), A_Star)) {
                if (!star(q, target, ref)) return false;
                continue;
            }
        }
        if (!expression(target->val, {.query = &q, .after_grouping = true})) return false;
        if (IsA(target->val, A_Indirection)) {
            auto* node = reinterpret_cast<A_Indirection*>(target->val);
            if (IsA(static_cast<Node*>(llast(node->indirection)), A_Star)) {
                q.open_ended = true;
                continue;
            }
        }
        OutputColumn output{.name = output_name(target), .value = target->val};
        if (const auto found = out_.bound.find(target->val); found != out_.bound.end()) {
            const Reference& reference = found->second;
            if (reference.column >= 0) {
                output.item = reference.item;
                output.column = reference.column;
                output.shown = reference.item->columns[static_cast<std::size_t>(reference.column)].shown;
            }
        }
        q.outputs.push_back(std::move(output));
    }
    return check_width(q);
}

// PostgreSQL's own limit (MaxTupleAttributeNumber).
bool Resolver::check_width(const Query& q) {
    constexpr std::size_t most_columns = 1'664;
    if (q.outputs.size() <= most_columns) return true;
    return fail(Errc::too_many_columns,
                "target lists can have at most " + std::to_string(most_columns) + " entries");
}

bool Resolver::star(Query& q, ResTarget* target, ColumnRef* ref) {
    std::vector<FromItem*> items;
    if (list_length(ref->fields) == 1) {
        if (q.from.empty())
            return fail(Errc::syntax_error, "SELECT * with no tables specified is not valid", {},
                        ref->location);
        items = q.from;
        q.stars.push_back({target, nullptr});
    } else {
        const Node* before = static_cast<const Node*>(list_nth(ref->fields, list_length(ref->fields) - 2));
        bool ambiguous = false;
        FromItem* item = find_alias(strVal(before), q, ambiguous);
        if (list_length(ref->fields) > 2 && !schema_prefix(ref, item)) return false;
        if (item == nullptr || ambiguous) {
            return fail(Errc::undefined_table,
                        "missing FROM-clause entry for table \"" + std::string(strVal(before)) + "\"", {},
                        ref->location);
        }
        items.push_back(item);
        q.stars.push_back({target, item});
    }
    for (FromItem* item : items) {
        mark_all(*item);
        q.open_ended = q.open_ended || item->open_ended;
        for (std::size_t i = 0; i < item->columns.size(); ++i) {
            FromItem* origin = item;
            int column = static_cast<int>(i);
            while (origin->kind == FromItem::Kind::join) {
                const ItemColumn& c = origin->columns[static_cast<std::size_t>(column)];
                column = c.origin_column;
                origin = c.origin;
            }
            q.outputs.push_back({item->columns[i].name, origin, column, item->columns[i].shown});
        }
    }
    return check_width(q);
}

bool Resolver::grouping(Query& q, Where where, List* list) {
    const ListCell* c = nullptr;
    foreach (c, list) {
        Node* node = cell<Node>(*c);
        if (IsA(node, GroupingSet)) {
            // PostgreSQL 15 takes a column that a filter below holds to one value for a constant, also in the
            // sets that leave it out.
            out_.leak_safe = false;
            if (!grouping(q, where, reinterpret_cast<GroupingSet*>(node)->content)) return false;
            continue;
        }
        if (IsA(node, RowExpr) && reinterpret_cast<RowExpr*>(node)->row_format == COERCE_IMPLICIT_CAST) {
            if (!grouping(q, where, reinterpret_cast<RowExpr*>(node)->args)) return false;
            continue;
        }
        if (IsA(node, A_Const)) {
            if (!ordinal(q, reinterpret_cast<A_Const*>(node), "GROUP BY")) return false;
            continue;
        }
        if (IsA(node, ColumnRef) && list_length(reinterpret_cast<ColumnRef*>(node)->fields) == 1) {
            // A column of FROM comes before an output name here (findTargetlistEntrySQL92).
            const char* name = strVal(linitial(reinterpret_cast<ColumnRef*>(node)->fields));
            const bool in_from = open_ended_of(q) != nullptr || q.index.column(q.names, name).count > 0;
            const bool is_output = std::ranges::find(q.outputs, name, &OutputColumn::name) != q.outputs.end();
            if (is_output && !in_from) continue;
        }
        if (!expression(node, where)) return false;
    }
    return true;
}

bool Resolver::ordering(Query& q, List* list) {
    const ListCell* c = nullptr;
    foreach (c, list) {
        auto* by = cell<SortBy>(*c);
        if (!operator_name(by->useOp, by->location)) return false;
        if (!order_key(q, by->node)) return false;
    }
    return true;
}

// Counted here: behind the client's own columns hidden ones may stand.
bool Resolver::ordinal(const Query& q, const A_Const* constant, const char* clause) {
    if (q.open_ended || constant->isnull || !IsA(&constant->val, Integer)) return true;
    const int place = constant->val.ival.ival;
    if (place >= 1 && static_cast<std::size_t>(place) <= q.outputs.size()) return true;
    return fail(Errc::column_list,
                std::string(clause) + " position " + std::to_string(place) + " is not in select list", {},
                constant->location);
}

// An ordinal, the name of an output column, or an expression (findTargetlistEntrySQL92).
bool Resolver::order_key(Query& q, Node* key) {
    if (IsA(key, A_Const)) return ordinal(q, reinterpret_cast<A_Const*>(key), "ORDER BY");
    if (IsA(key, ColumnRef) && list_length(reinterpret_cast<ColumnRef*>(key)->fields) == 1) {
        const char* name = strVal(linitial(reinterpret_cast<ColumnRef*>(key)->fields));
        if (std::ranges::find(q.outputs, name, &OutputColumn::name) != q.outputs.end()) return true;
        if (q.kind != Query::Kind::select && q.open_ended) return true;
    }
    return expression(key, {.query = &q, .after_grouping = true});
}

bool Resolver::locking(Query& q) {
    const ListCell* c = nullptr;
    foreach (c, q.node->lockingClause) {
        out_.locks_rows = true;
        const List* names = cell<LockingClause>(*c)->lockedRels;
        for (FromItem* item : q.leaves) {
            const ListCell* name = nullptr;
            bool named = names == nullptr;
            foreach (name, names)
                named = named || item->alias == cell<RangeVar>(*name)->relname;
            if (named) out_.locked.push_back(item);
        }
    }
    return true;
}

}  // namespace sql::resolve
