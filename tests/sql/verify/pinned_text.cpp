#include "tests/sql/verify/pinned_text.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "sql/pins.hpp"
#include "tests/sql/payments_catalog.hpp"

namespace tests {

namespace {

// As a reference, not as a label behind AS.
bool names(std::string_view text, std::string_view word) {
    const auto in_word = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if (text.substr(0, at).ends_with("as ")) continue;
        if ((at == 0 || !in_word(text[at - 1])) && (end == text.size() || !in_word(text[end]))) return true;
    }
    return false;
}

/// Behind the brackets that are open at `at`, or where the text ends.
std::size_t closing(std::string_view text, std::size_t at) {
    int open = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '(') ++open;
        if (text[at] == ')' && open-- == 0) break;
    }
    return at;
}

/// The SELECT around what stands at `at`.
std::string_view select_around(std::string_view text, std::size_t at) {
    int closed = 0;
    for (std::size_t begin = at; begin-- > 0;) {
        if (text[begin] == ')') ++closed;
        if (text[begin] == '(') --closed;
        if (closed == 0 && text.substr(begin).starts_with("select "))
            return text.substr(begin, closing(text, at) - begin);
    }
    return {};
}

}  // namespace

std::string with_pins(std::string text) {
    const sql::Catalog catalog = payments_catalog();
    for (const sql::Oid oid : {customers, documents}) {
        const sql::Relation& relation = *catalog.relation(oid);
        const std::string name = relation.schema + "." + relation.name;
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
            const std::string rest = text.substr(at + name.size());
            const auto follows = [&](std::initializer_list<const char*> words) {
                return std::ranges::any_of(words, [&](const char* word) { return rest.starts_with(word); });
            };
            if (text.substr(0, at).ends_with("table ")) continue;
            const sql::Column* anchor = &relation.columns.front();
            for (const sql::Column& column : relation.columns) {
                if (names(select_around(text, at), column.name)) anchor = &column;
            }
            const std::string from = sql::pinned_relation(relation, anchor);
            const std::string where = " where " + sql::pin_condition(relation, anchor, sql::PinKind::direct);
            if (follows({" tablesample"})) {
                const auto sampled = closing(text, text.find('(', at) + 1) + 1;
                text = text.substr(0, at) + from + text.substr(at + name.size(), sampled - at - name.size()) +
                       where + text.substr(sampled);
            } else if (follows({" where "})) {
                text = text.substr(0, at) + from + where + " and" + rest.substr(6);
            } else if (rest.empty() || follows({")", " offset", " order", " limit", " group", " window"})) {
                text = text.substr(0, at) + from + where + rest;
            }
        }
    }
    for (const auto& [place, oid] : {std::pair("{tickets}", tickets), {"{transactions}", transactions}}) {
        for (auto at = text.find(place); at != std::string::npos; at = text.find(place))
            text.replace(at, std::string_view(place).size(), sql::open_pin(*catalog.relation(oid)));
    }
    return text;
}

}  // namespace tests
