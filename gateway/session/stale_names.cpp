#include "gateway/session/stale_names.hpp"

#include "sql/pins.hpp"
#include "sql/stored_values.hpp"

namespace gateway::session {

bool is_stale_pin(const wire::ErrorResponse& error) {
    return error.sqlstate() == "22P02" && error.field('M').find(sql::stale_mark) != std::string_view::npos;
}

bool is_of_changed_settings(const wire::ErrorResponse& error) {
    return error.sqlstate() == "22P02" && error.field('M').find(sql::settings_mark) != std::string_view::npos;
}

bool is_of_a_moved_row(const wire::ErrorResponse& error) {
    return error.sqlstate() == "22P02" && error.field('M').find(sql::moved_mark) != std::string_view::npos;
}

bool is_of_a_far_parameter(const wire::ErrorResponse& error) {
    return error.sqlstate() == "22P02" && error.field('M').find(sql::bounds_mark) != std::string_view::npos;
}

std::optional<std::string> column_of_a_mask(const wire::ErrorResponse& error) {
    const std::string mark = std::string(sql::mask_mark) + " ";
    const std::string_view message = error.field('M');
    const auto at = message.find(mark);
    if (error.sqlstate() != "22P02" || at == std::string_view::npos) return std::nullopt;
    const auto name = message.substr(at + mark.size());
    return std::string(name.substr(0, name.rfind('"')));
}

bool misses_a_name(std::string_view sqlstate) {
    return sqlstate == "42P01" || sqlstate == "42703" || sqlstate == "42702" || sqlstate == "42P10";
}

bool speaks_of_names(std::string_view sqlstate) {
    return misses_a_name(sqlstate) || sqlstate == "42883" || sqlstate == "42704" || sqlstate == "0A000";
}

enforcement::Refusal changed_meanwhile() {
    return {.sqlstate = "40001",
            .reason = policies::Reason::names,
            .message = "could not serialize access due to a concurrent change of the tables",
            .hint = "Run the statement again."};
}

}  // namespace gateway::session
