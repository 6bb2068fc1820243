#include "gateway/enforcement/stored_masks.hpp"

#include <algorithm>
#include <variant>

namespace gateway::enforcement {
namespace {

bool is_masked(const sql::ColumnUse& source, const sql::Treatment& treatment) {
    const sql::RelationTreatment* treated = source.temporary ? nullptr : treatment.of(source.relation);
    if (treated == nullptr) return false;
    const auto shown = treated->columns.find(source.number);
    return shown != treated->columns.end() && std::holds_alternative<sql::Masked>(shown->second);
}

std::string text_of(const sql::ColumnUse& source, const sql::Catalog& catalog) {
    const sql::Relation& relation = *catalog.relation(source.relation);
    return relation.column(source.number)->name + " of " + relation.schema + "." + relation.name;
}

}  // namespace

std::vector<std::string> stored_masks(const sql::Facts& facts, const sql::Treatment& treatment,
                                      const sql::Catalog& catalog) {
    std::vector<std::string> columns;
    for (const sql::WriteUse& write : facts.writes) {
        if (write.temporary) continue;
        for (const sql::WrittenColumn& column : write.columns) {
            for (const sql::ColumnUse& source : column.from) {
                if (!column.inserted || !is_masked(source, treatment)) continue;
                std::string text = text_of(source, catalog);
                if (std::ranges::find(columns, text) == columns.end()) columns.push_back(std::move(text));
            }
        }
    }
    return columns;
}

}  // namespace gateway::enforcement
