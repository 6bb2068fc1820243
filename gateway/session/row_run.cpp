#include "gateway/session/row_run.hpp"

#include <algorithm>

#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/backend_writer.hpp"

namespace gateway::session {

bool RowRun::holds(const std::vector<sql::HiddenColumn>& hidden) {
    return std::ranges::all_of(
        hidden, [](const sql::HiddenColumn& column) { return column.array_depth == 0 && !column.searched; });
}

bool RowRun::take(const wire::Frame& frame) {
    const auto row = wire::decode_data_row(frame);
    if (!row || row->columns.size() != keys_.columns()) return false;
    const std::size_t before = sightings_.size();
    const bool all_known = keys_.read(*row, [&](std::size_t column, wire::Value key) {
        if (!key) return true;  // the row tells of nobody by this column
        if (key->starts_with(sql::nobody_key)) return false;
        sightings_.push_back({column, *key});
        return true;
    });
    if (!all_known) {
        sightings_.resize(before);
        return false;
    }
    const bool cuts = keys_.visible() < keys_.columns();
    rows_.push_back(
        {frame, cuts ? row->columns.prefix(keys_.visible()) : wire::ByteView(), sightings_.size()});
    return true;
}

std::size_t RowRun::charged_rows(std::size_t charged) const {
    const auto paid = [charged](const Row& row) { return row.sightings_end <= charged; };
    return static_cast<std::size_t>(std::ranges::partition_point(rows_, paid) - rows_.begin());
}

std::size_t RowRun::newly_charged_rows(std::size_t charged) const {
    for (std::size_t row = charged_rows(charged); row > 0; --row) {
        const std::size_t begin = row == 1 ? 0 : rows_[row - 2].sightings_end;
        for (std::size_t i = begin; i < rows_[row - 1].sightings_end; ++i) {
            if (sightings_[i].is_first) return row;
        }
    }
    return 0;
}

void RowRun::write(std::size_t first, std::size_t behind, std::string& out) const {
    wire::BackendWriter writer(out);
    for (const Row& row : std::span(rows_.data(), behind).subspan(first)) {
        if (keys_.visible() == keys_.columns())
            writer.raw(row.frame);
        else
            writer.data_row(keys_.visible(), row.shown);
    }
}

std::size_t RowRun::charged_of_next(std::size_t charged) const {
    const std::size_t count = charged_rows(charged);
    return count == 0 ? charged : charged - rows_[count - 1].sightings_end;
}

void RowRun::put_back_behind(std::size_t rows, wire::FrameReader& reader) const {
    for (std::size_t i = rows_.size(); i > rows; --i)
        reader.put_back(rows_[i - 1].frame);
}

}  // namespace gateway::session
