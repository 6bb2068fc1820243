#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/analyze.hpp"
#include "sql/copy.hpp"

namespace gateway::session {

/// Takes the hidden last columns off the rows of a COPY to the client. PostgreSQL puts each row into one
/// CopyData message; in binary the first and the last carry a header and a trailer besides.
class CopyRows {
public:
    CopyRows(sql::CopyUse how, std::size_t visible, std::vector<sql::HiddenColumn> hidden)
        : how_(std::move(how)), visible_(visible), hidden_(std::move(hidden)), header_due_(how_.header) {}

    /// One message. False: it is nothing that COPY writes.
    [[nodiscard]] bool take(std::string_view data);

    /// Of the message last taken: what the client may see of it,
    [[nodiscard]] const std::string& shown() const { return shown_; }
    /// whether it holds a row (not only a header or trailer),
    [[nodiscard]] bool is_row() const { return is_row_; }
    /// and the row's hidden values, as a DataRow would hold them: lengths and values.
    [[nodiscard]] const std::string& keys() const { return keys_; }

private:
    [[nodiscard]] bool take_lines(std::string_view data);
    [[nodiscard]] bool take_binary(std::string_view data);
    /// The field at `at`, which is moved behind it. nullopt: not well-formed.
    [[nodiscard]] std::optional<std::string_view> text_field(std::string_view data, std::size_t& at) const;
    [[nodiscard]] std::optional<std::string_view> csv_field(std::string_view data, std::size_t& at) const;
    void add_text_key(std::string_view field, const sql::HiddenColumn& column);
    void add_csv_key(std::string_view field);
    void add_key(std::string_view value);
    void add_nobody();

    sql::CopyUse how_;
    std::size_t visible_;
    std::vector<sql::HiddenColumn> hidden_;
    bool header_due_;
    bool begun_ = false;
    bool is_row_ = false;
    std::string shown_;
    std::string keys_;
};

}  // namespace gateway::session
