#include "sql/edits/rewriter.hpp"
#include "sql/edits/row_filter_text.hpp"
#include "sql/print/quote.hpp"

namespace sql::edits {

Result<std::string> Rewriter::row_filter(const FromItem& item) {
    const std::string user = shared_.treatment.user.value_or(std::string());
    return print_row_filter(*item.treatment->row_filter, *item.relation, shared_.catalog, shared_.memory,
                            user);
}

}  // namespace sql::edits
