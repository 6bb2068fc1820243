#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "gateway/session/bound_values.hpp"
#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/fields.hpp"
#include "sql/analyze.hpp"

namespace gateway::session {

/// In which format each key of a row comes, by its place among PrintedStatement::hidden; empty: all as text.
using KeyFormats = boost::container::small_vector<wire::Format, 4>;

/// Where the client binds a result of `printed` to `formats`.
[[nodiscard]] KeyFormats key_formats(const sql::PrintedStatement& printed, const wire::Formats& formats);

/// Reads the keys of a result's rows: from the last columns, which are cut off, and from those that the
/// client sees.
class RowKeys {
public:
    /// Of rows of `columns`, no fewer than are cut off. `printed` must outlive it.
    RowKeys(std::size_t columns, const sql::PrintedStatement& printed, KeyFormats formats)
        : columns_(columns),
          visible_(columns - printed.cut_columns()),
          hidden_(printed.hidden),
          formats_(std::move(formats)) {}

    [[nodiscard]] std::size_t columns() const { return columns_; }
    /// How many of them the client sees.
    [[nodiscard]] std::size_t visible() const { return visible_; }

    /// Calls take(i, key) with each key in the order of PrintedStatement::hidden until it is false, and with
    /// NULL where the row tells of nobody by that one. What was made of keys in binary format lives as long
    /// as this. False: take() was, or a key cannot be read. `row` has columns().
    template <class Take>
    [[nodiscard]] bool read(const wire::DataRow& row, Take take) {
        if (hidden_.empty()) return true;
        const std::size_t cut = columns_ - visible_;
        auto value = cut == 0 ? row.columns.begin() : row.columns.from(visible_);
        for (std::size_t i = 0; i < cut; ++i, ++value) {
            if (!take(i, *value)) return false;
        }
        for (std::size_t i = cut; i < hidden_.size(); ++i) {
            const auto key = shown_key(row, i);
            if (!key || !take(i, *key)) return false;
        }
        return true;
    }

private:
    [[nodiscard]] std::optional<wire::Value> shown_key(const wire::DataRow& row, std::size_t i) {
        const sql::ShownKey& at = *hidden_[i].shown_at;
        if (at.column >= visible_) return std::nullopt;
        wire::Value value = *row.columns.from(at.column);
        if (!value || formats_.empty() || formats_[i] == wire::Format::text) return value;
        auto key = key_of(*value, wire::Format::binary, at.type);
        if (!key) return std::nullopt;
        return wire::Value(made_.emplace_back(std::move(*key)));
    }

    std::size_t columns_;
    std::size_t visible_;
    const std::vector<sql::HiddenColumn>& hidden_;
    KeyFormats formats_;
    std::deque<std::string> made_ = {};
};

}  // namespace gateway::session
