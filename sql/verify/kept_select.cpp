#include "sql/verify/kept_select.hpp"

#include "sql/parse/guard.hpp"
#include "sql/parse/tree_depth.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

/// The treatment that a proof hangs on; nullptr: none is noted.
std::shared_ptr<const RelationTreatment> provable(const Catalog& catalog, Oid relation,
                                                  const Treatment& treatment) {
    const Relation* known = catalog.relation(relation);
    if (treatment.aggregates_only || known == nullptr || known->temporary()) return nullptr;
    return treatment.shared(relation);
}

}  // namespace

std::shared_ptr<const KeptSelect> KeptSelect::of(std::string text) {
    const parse::GuardLimits limits;
    const auto blanked = parse::blank_comments(text, limits);
    if (!blanked || *blanked != text) return nullptr;
    std::shared_ptr<KeptSelect> made(new KeptSelect(std::move(text)));
    const auto parsed = made->memory_.parse(made->text_);
    if (!parsed || list_length(*parsed) != 1) return nullptr;
    Node* statement = static_cast<RawStmt*>(linitial(*parsed))->stmt;
    if (nodeTag(statement) != T_SelectStmt ||
        !parse::check_tree_depth(made->memory_, statement, limits.tree_depth))
        return nullptr;
    made->tree_ = reinterpret_cast<SelectStmt*>(statement);
    return made;
}

bool KeptSelect::is_proven(const Catalog& catalog, Oid relation, const Treatment& treatment) const {
    if (!proof_ || proof_->catalog != catalog.number() || proof_->counted != treatment.counted) return false;
    if (proof_->treated != provable(catalog, relation, treatment)) return false;
    return !proof_->treated->row_filter || proof_->user == treatment.user;
}

void KeptSelect::prove(const Catalog& catalog, Oid relation, const Treatment& treatment) const {
    auto treated = provable(catalog, relation, treatment);
    if (treated != nullptr)
        proof_ = Proof{catalog.number(), std::move(treated), treatment.counted, treatment.user};
}

}  // namespace sql::verify
