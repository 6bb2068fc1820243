#include "sql/lineage/copy_facts.hpp"

#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

std::string word_of(const DefElem* option) {
    if (option->arg == nullptr || !IsA(option->arg, String)) return {};
    return strVal(option->arg);
}

char first_of(const DefElem* option, char otherwise) {
    const std::string word = word_of(option);
    return word.empty() ? otherwise : word.front();
}

// defGetCopyHeaderChoice: no value is true; MATCH, of COPY FROM only, is a header, too.
bool is_on(const DefElem* option) {
    if (option->arg == nullptr) return true;
    if (IsA(option->arg, Integer)) return intVal(option->arg) != 0;
    if (IsA(option->arg, Boolean)) return boolVal(option->arg);
    std::string word = word_of(option);
    for (char& c : word)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return word != "false" && word != "off";
}

}  // namespace

CopyUse copy_use(const CopyStmt* copy) {
    CopyUse use;
    use.from = copy->is_from;
    use.through_server = copy->filename != nullptr || copy->is_program;
    const ListCell* c = nullptr;
    foreach (c, copy->options) {
        const auto* option = static_cast<const DefElem*>(lfirst(c));
        if (std::string_view(option->defname) != "format") continue;
        const std::string format = word_of(option);
        if (format == "csv") use.format = CopyFormat::csv;
        if (format == "binary") use.format = CopyFormat::binary;
    }
    if (use.format == CopyFormat::csv) {
        use.delimiter = ',';
        use.null.clear();
    }
    bool escaped = false;
    foreach (c, copy->options) {
        const auto* option = static_cast<const DefElem*>(lfirst(c));
        const std::string_view name = option->defname;
        if (name == "delimiter") use.delimiter = first_of(option, use.delimiter);
        if (name == "null") use.null = word_of(option);
        if (name == "quote") use.quote = first_of(option, use.quote);
        if (name == "header") use.header = is_on(option);
        if (name == "encoding") use.encoding = word_of(option);
        if (name != "escape") continue;
        use.escape = first_of(option, use.escape);
        escaped = true;
    }
    if (!escaped) use.escape = use.quote;
    return use;
}

}  // namespace sql::lineage
