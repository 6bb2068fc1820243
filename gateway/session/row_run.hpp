#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/container/static_vector.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/session/row_keys.hpp"
#include "gateway/wire/frame_reader.hpp"
#include "sql/analyze.hpp"

namespace gateway::session {

/// Rows of one result that follow each other and are there whole, with the people whom they show: to be
/// charged together. Views of the buffer that they were read from.
class RowRun {
public:
    /// Columns that hold nothing but keys of people who are shown.
    [[nodiscard]] static bool holds(const std::vector<sql::HiddenColumn>& hidden);

    explicit RowRun(RowKeys keys) : keys_(std::move(keys)) {}

    [[nodiscard]] std::size_t rows() const { return rows_.size(); }
    [[nodiscard]] bool full() const { return rows_.size() == rows_.capacity(); }
    /// False: `frame` is no row, or none of this kind.
    [[nodiscard]] bool take(const wire::Frame& frame);

    [[nodiscard]] std::span<accounting::ColumnSighting> sightings() {
        return {sightings_.data(), sightings_.size()};
    }

    // When the first `charged` of the sightings are paid:
    /// how many rows are paid,
    [[nodiscard]] std::size_t charged_rows(std::size_t charged) const;
    /// and up to which of them somebody was charged anew,
    [[nodiscard]] std::size_t newly_charged_rows(std::size_t charged) const;
    /// how many sightings of the row behind them are.
    [[nodiscard]] std::size_t charged_of_next(std::size_t charged) const;

    /// Writes what the client may see of the rows [first, behind).
    void write(std::size_t first, std::size_t behind, std::string& out) const;

    /// Gives all but the first `rows` back to where they came from.
    void put_back_behind(std::size_t rows, wire::FrameReader& reader) const;

private:
    struct Row {
        wire::Frame frame;
        wire::ByteView shown;       // the values that are not cut off; empty: all of them
        std::size_t sightings_end;  // of the run
    };
    RowKeys keys_;
    boost::container::static_vector<Row, 64> rows_;
    boost::container::small_vector<accounting::ColumnSighting, 64> sightings_;
};

}  // namespace gateway::session
