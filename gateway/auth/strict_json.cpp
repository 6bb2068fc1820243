#include "gateway/auth/strict_json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gateway::auth {

namespace {

namespace json = boost::json;
using json::error_code;

constexpr std::size_t deepest_nesting = 16;

// Boost.JSON's own object keeps the last of two members with one name. This handler of its parser fails
// there.
struct MemberNames {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) {
        seen.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        seen.pop_back();
        return true;
    }
    static bool on_array_begin(error_code&) { return true; }
    static bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        name.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code& error) {
        name.append(part.data(), part.size());
        const bool is_new = seen.back().insert(std::exchange(name, {})).second;
        if (!is_new) error = json::make_error_code(json::error::syntax);
        return is_new;
    }
    static bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
    static bool on_string(json::string_view, std::size_t, error_code&) { return true; }
    static bool on_number_part(json::string_view, error_code&) { return true; }
    static bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
    static bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
    static bool on_double(double, json::string_view, error_code&) { return true; }
    static bool on_bool(bool, error_code&) { return true; }
    static bool on_null(error_code&) { return true; }
    static bool on_comment_part(json::string_view, error_code&) { return true; }
    static bool on_comment(json::string_view, error_code&) { return true; }

    std::vector<std::set<std::string>> seen;  // of each object that is open
    std::string name;                         // as far as it came
};

}  // namespace

std::optional<json::object> strict_json_object(std::string_view text) {
    json::parse_options options;
    options.max_depth = deepest_nesting;
    error_code error;
    json::basic_parser<MemberNames> names(options);
    if (names.write_some(false, text.data(), text.size(), error) != text.size() || error) return std::nullopt;
    json::value value = json::parse(text, error, {}, options);
    if (error || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

const json::string* string_member(const json::object& object, std::string_view name) {
    const json::value* member = object.if_contains(name);
    return member == nullptr ? nullptr : member->if_string();
}

}  // namespace gateway::auth
