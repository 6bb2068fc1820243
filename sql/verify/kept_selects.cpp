#include "sql/verify/kept_selects.hpp"

#include <utility>

namespace sql::verify {

KeptSelects& KeptSelects::of_this_thread() {
    static thread_local KeptSelects kept;
    return kept;
}

std::shared_ptr<const KeptSelect> KeptSelects::find(std::string_view key) {
    if (const auto young = young_.by_key.find(key); young != young_.by_key.end()) return young->second.select;
    const auto old = old_.by_key.find(key);
    if (old == old_.by_key.end()) return nullptr;
    const Kept found = old->second;
    keep(key, found.select, found.held);
    return found.select;
}

void KeptSelects::keep(std::string_view key, std::shared_ptr<const KeptSelect> select,
                       std::shared_ptr<const void> held) {
    const std::size_t bytes = key.size() + select->text().size();
    if (bytes > room / 8) return;
    if (young_.bytes + bytes > room) old_ = std::exchange(young_, {});
    if (young_.by_key.try_emplace(std::string(key), Kept{std::move(select), std::move(held)}).second)
        young_.bytes += bytes;
}

std::shared_ptr<const KeptSelect> KeptSelects::of_text(const std::string& text) {
    const std::string key = "text " + text;
    if (auto found = find(key)) return found;
    auto made = KeptSelect::of(text);
    if (made != nullptr) keep(key, made);
    return made;
}

}  // namespace sql::verify
