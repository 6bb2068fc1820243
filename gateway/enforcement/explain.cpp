#include "gateway/enforcement/explain.hpp"

#include <algorithm>

namespace gateway::enforcement {
namespace {

struct MaskWords {
    std::string operator()(const sql::mask::Null&) const { return "NULL"; }
    std::string operator()(const sql::mask::Redact&) const { return "redact"; }
    std::string operator()(const sql::mask::KeepFirst& mask) const {
        return "keep_first " + std::to_string(mask.count);
    }
    std::string operator()(const sql::mask::KeepLast& mask) const {
        return "keep_last " + std::to_string(mask.count);
    }
    std::string operator()(const sql::mask::Email&) const { return "email"; }
    std::string operator()(const sql::mask::Initials&) const { return "initials"; }
    std::string operator()(const sql::mask::Truncate& mask) const { return "truncate " + mask.unit; }
    std::string operator()(const sql::mask::Document& mask) const {
        std::string words;
        for (const sql::mask::Path& path : *mask.paths) {
            words += words.empty() ? "masked at " : ", ";
            for (const std::string& key : path.keys)
                words += (&key == &path.keys.front() ? "" : "->") + key;
            words += " (" + std::visit(*this, path.mask) + ")";
        }
        return words;
    }
    std::string operator()(const sql::mask::Constant& mask) const { return "constant " + mask.value; }
};

struct ColumnWords {
    std::string operator()(const sql::Open&) const { return "as it is"; }
    std::string operator()(const sql::Masked& masked) const { return std::visit(MaskWords{}, masked.mask); }
    std::string operator()(const sql::Stripped&) const { return "stripped"; }
};

std::string rule_of(const policies::TableRule& table, const std::string& column) {
    const auto named = std::ranges::find(table.columns, column, &policies::ColumnRule::column);
    if (named != table.columns.end()) return named->rule.text();
    const auto others = std::ranges::find(table.columns, "*", &policies::ColumnRule::column);
    return others != table.columns.end() ? others->rule.text() : table.rule.text();
}

TableExplained table_of(const PlanContext& context, const sql::RelationTreatment& treatment) {
    const sql::Relation& relation = *context.policy->catalog().relation(treatment.relation);
    const policies::TableRule* rule = context.policy->rule_of(relation.oid);
    TableExplained table{.name = relation.schema + '.' + relation.name,
                         .rule = rule != nullptr ? rule->rule.text() : context.role->rule.text(),
                         .row_filter = treatment.row_filter};
    if (treatment.row_filter && rule != nullptr) {
        const auto filter = context.role->rows.find(rule->schema + '.' + rule->name);
        if (filter != context.role->rows.end()) table.row_filter_rule = filter->second.second.text();
    }
    if (rule == nullptr || rule->open) return table;
    for (const sql::Column& column : relation.columns) {
        const auto shown = treatment.columns.find(column.number);
        table.columns.push_back({.name = column.name,
                                 .shown = shown == treatment.columns.end()
                                              ? ColumnWords{}(sql::Stripped{})
                                              : std::visit(ColumnWords{}, shown->second),
                                 .searchable = std::ranges::find(treatment.searchable, column.number) !=
                                               treatment.searchable.end(),
                                 .rule = rule_of(*rule, column.name)});
    }
    return table;
}

std::vector<std::string> texts_of(const std::vector<policies::RuleId>& rules) {
    std::vector<std::string> texts;
    for (const policies::RuleId& rule : rules) {
        std::string text = rule.text();
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    }
    return texts;
}

/// What the database is sent for one statement.
std::string all_of(const sql::PrintedStatement& printed) {
    if (!printed.paid) return printed.text;
    using Own = sql::PaidSteps::Own;
    std::string text = printed.paid->runs == Own::first ? printed.paid->own + "; " : std::string();
    for (const std::string& before : printed.paid->before)
        text += before + "; ";
    text += printed.text;
    for (const std::string& behind : printed.paid->behind)
        text += "; " + behind;
    return printed.paid->runs == Own::last ? text + "; " + printed.paid->own : text;
}

}  // namespace

Explained explain(Planner& planner, std::string_view text, const PlanContext& context) {
    auto plan = planner.plan(text, context);
    if (auto* refusal = std::get_if<Refusal>(&plan)) return {.refusal = std::move(*refusal)};
    const auto message = std::get<std::shared_ptr<const MessagePlan>>(plan);

    Explained explained;
    const auto analysis =
        sql::Analysis::of(text, context.policy->catalog(), {.search_path = context.search_path});
    if (!analysis) return explained;  // the planner would have refused it
    for (std::size_t i = 0; i < message->statements.size(); ++i) {
        const StatementPlan& planned = message->statements[i];
        StatementExplained statement{.kind = planned.kind,
                                     .rules = texts_of(planned.because),
                                     .sql = all_of(planned.printed),
                                     .keys = planned.printed.hidden,
                                     .searched_values = planned.printed.searched_values,
                                     .compared_masks = planned.printed.compared_masks,
                                     .stored_masks = planned.stored_masks,
                                     .groups_left_out_below = planned.printed.groups_left_out_below};
        const auto facts = policies::facts_for(*context.policy, *context.role, context.user, *analysis, i);
        const auto decision = policies::decide(*context.policy, *context.role, context.user, facts);
        if (const auto* rewrite = std::get_if<policies::Rewrite>(&decision)) {
            for (const auto& treatment : rewrite->treatment.relations)
                statement.tables.push_back(table_of(context, *treatment));
            if (rewrite->treatment.aggregates_only && !statement.tables.empty())
                statement.min_group = rewrite->treatment.aggregates_only->min_group;
        }
        explained.statements.push_back(std::move(statement));
    }
    return explained;
}

}  // namespace gateway::enforcement
