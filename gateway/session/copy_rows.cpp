#include "gateway/session/copy_rows.hpp"

#include <algorithm>

#include "gateway/wire/bytes.hpp"

namespace gateway::session {
namespace {

// PGCOPY\n\377\r\n\0, then 32 bits of flags and the length of an extension, which PostgreSQL leaves empty.
constexpr std::string_view signature{"PGCOPY\n\377\r\n\0", 11};
constexpr std::size_t binary_header = 19;
constexpr std::uint32_t null_length = 0xffffffff;

// CopyAttributeOutText, read backwards.
std::string unescaped(std::string_view field) {
    std::string value;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '\\' || i + 1 == field.size()) {
            value += field[i];
            continue;
        }
        switch (const char c = field[++i]) {
            case 'b': value += '\b'; break;
            case 'f': value += '\f'; break;
            case 'n': value += '\n'; break;
            case 'r': value += '\r'; break;
            case 't': value += '\t'; break;
            case 'v': value += '\v'; break;
            default: value += c;  // what stands for itself
        }
    }
    return value;
}

}  // namespace

bool CopyRows::take(std::string_view data) {
    shown_.clear();
    keys_.clear();
    is_row_ = false;
    return how_.format == sql::CopyFormat::binary ? take_binary(data) : take_lines(data);
}

bool CopyRows::take_lines(std::string_view data) {
    if (!data.ends_with('\n')) return false;
    data.remove_suffix(1);
    is_row_ = !header_due_;
    header_due_ = false;
    const bool csv = how_.format == sql::CopyFormat::csv;
    std::size_t shown_end = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < visible_ + hidden_.size(); ++i) {
        if (i > 0) {
            if (at >= data.size() || data[at] != how_.delimiter) return false;
            ++at;
        }
        const auto field = csv ? csv_field(data, at) : text_field(data, at);
        if (!field) return false;
        if (i < visible_) {
            shown_end = at;
        } else if (is_row_ && csv) {
            add_csv_key(*field);
        } else if (is_row_) {
            add_text_key(*field, hidden_[i - visible_]);
        }
    }
    if (at != data.size()) return false;
    shown_ = data.substr(0, shown_end);
    // Alone on its line it would end the data; PostgreSQL quotes it where it knows of no second column.
    if (csv && visible_ == 1 && shown_ == "\\.")
        shown_ = how_.quote + std::string(how_.escape == '\\' ? "\\\\." : "\\.") + how_.quote;
    shown_ += '\n';
    return true;
}

std::optional<std::string_view> CopyRows::text_field(std::string_view data, std::size_t& at) const {
    const std::size_t begin = at;
    while (at < data.size() && data[at] != how_.delimiter)
        at += data[at] == '\\' ? 2 : 1;
    if (at > data.size()) return std::nullopt;
    return data.substr(begin, at - begin);
}

std::optional<std::string_view> CopyRows::csv_field(std::string_view data, std::size_t& at) const {
    const std::size_t begin = at;
    if (at < data.size() && data[at] == how_.quote) {
        for (++at;; ++at) {
            if (at >= data.size()) return std::nullopt;
            const char next = at + 1 < data.size() ? data[at + 1] : '\0';
            if (data[at] == how_.escape && at + 1 < data.size() &&
                (next == how_.quote || next == how_.escape)) {
                ++at;
            } else if (data[at] == how_.quote) {
                break;
            }
        }
        ++at;
        return data.substr(begin, at - begin);
    }
    at = std::min(data.find(how_.delimiter, at), data.size());
    return data.substr(begin, at - begin);
}

// NULL as the client has it written may look like a key: then it counts as that person, for nobody could
// tell. Only \N is no value's text, and nobody's key is empty. An array's text begins with a brace.
void CopyRows::add_text_key(std::string_view field, const sql::HiddenColumn& column) {
    const bool is_no_key = column.array_depth > 0 ? !field.starts_with('{') : field == "\\N" || field.empty();
    if (field == how_.null && is_no_key) return add_nobody();
    add_key(unescaped(field));
}

// A value that looks like NULL is quoted.
void CopyRows::add_csv_key(std::string_view field) {
    if (field.empty() || field.front() != how_.quote) {
        if (field == how_.null) return add_nobody();
        return add_key(field);
    }
    std::string value;
    for (std::size_t i = 1; i + 1 < field.size(); ++i) {
        if (field[i] == how_.escape && i + 2 < field.size()) ++i;
        value += field[i];
    }
    add_key(value);
}

void CopyRows::add_key(std::string_view value) {
    wire::append_u32(keys_, static_cast<std::uint32_t>(value.size()));
    keys_ += value;
}

void CopyRows::add_nobody() { wire::append_u32(keys_, null_length); }

bool CopyRows::take_binary(std::string_view data) {
    if (!begun_) {
        if (data.size() < binary_header || !data.starts_with(signature)) return false;
        shown_ = data.substr(0, binary_header);
        data.remove_prefix(binary_header);
        begun_ = true;
        if (data.empty()) return true;
    }
    if (data.size() < 2) return false;
    const auto fields = wire::load_u16(data.data());
    if (fields == 0xffff) {
        shown_ += data;
        return data.size() == 2;
    }
    if (fields != visible_ + hidden_.size()) return false;
    is_row_ = true;
    wire::append_u16(shown_, static_cast<std::uint16_t>(visible_));
    data.remove_prefix(2);
    for (std::size_t i = 0; i < fields; ++i) {
        if (data.size() < 4) return false;
        const auto length = wire::load_u32(data.data());
        const std::size_t size = 4 + (length == null_length ? 0 : std::size_t{length});
        if (data.size() < size) return false;
        (i < visible_ ? shown_ : keys_).append(data.substr(0, size));
        data.remove_prefix(size);
    }
    // A trailer behind the last row, when the server packs both into one message.
    shown_ += data;
    return data.empty();
}

}  // namespace gateway::session
