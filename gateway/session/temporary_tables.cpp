#include "gateway/session/temporary_tables.hpp"

#include <array>
#include <atomic>
#include <charconv>

#include "sql/temporary.hpp"

namespace gateway::session {
namespace {

using sql::StatementKind;

constexpr std::string_view list_query = R"(
SELECT c.oid, c.relname, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attnotnull,
       a.attgenerated <> '' AS generated,
       a.attidentity <> '' OR EXISTS (
         SELECT FROM pg_catalog.pg_attrdef f
          WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum AND a.attgenerated = ''
            AND (pg_catalog.pg_get_expr(f.adbin, f.adrelid) LIKE '%nextval(%'
                 OR EXISTS (SELECT FROM pg_catalog.pg_depend d
                              JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
                              JOIN pg_catalog.pg_language l ON l.oid = p.prolang
                             WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
                               AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                               AND l.lanname NOT IN ('c', 'internal')))) AS numbered,
       (SELECT pg_catalog.array_to_string(i.indkey, ' ') FROM pg_catalog.pg_index i
         WHERE i.indrelid = c.oid AND i.indisprimary) AS primary_key
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relnamespace = pg_catalog.pg_my_temp_schema() AND c.relkind = 'r'
 ORDER BY c.oid, a.attnum)";

std::uint64_t next_number() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

bool ends_or_takes_back(StatementKind kind) {
    return kind == StatementKind::commit || kind == StatementKind::rollback ||
           kind == StatementKind::rollback_to_savepoint;
}

template <class Number>
bool read_number(const wire::Value& value, Number& number) {
    if (!value) return false;
    const auto parsed = std::from_chars(value->data(), value->data() + value->size(), number);
    return parsed.ec == std::errc{} && parsed.ptr == value->data() + value->size();
}

std::vector<sql::AttributeNumber> numbers_in(std::string_view text) {
    std::vector<sql::AttributeNumber> numbers;
    while (!text.empty()) {
        const auto size = std::min(text.find(' '), text.size());
        sql::AttributeNumber number = 0;
        if (read_number(wire::Value(text.substr(0, size)), number)) numbers.push_back(number);
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return numbers;
}

bool has_some(const std::shared_ptr<const enforcement::TemporaryTables>& tables) {
    return tables && !tables->relations.empty();
}

}  // namespace

bool TemporaryTables::on_sent(const enforcement::StatementPlan& statement, const std::string& circumstances) {
    const bool discards = statement.kind == StatementKind::discard;
    const bool changes = statement.changes_temporary ? !discards || now_ != nullptr
                                                     : changed_ && ends_or_takes_back(statement.kind);
    had_some_ = had_some_ || has_some(now_);
    if (statement.kind == StatementKind::create_temporary) {
        if (!had_some_) made_under_ = circumstances;
        had_some_ = true;
    }
    holds_values_ = holds_values_ || statement.fills_temporary;
    if (statement.changes_temporary && changes) changed_ = true;
    if (has_some(now_) && now_->holds_values != holds_values_) become(now_->relations);
    stale_ = stale_ || changes;
    return changes;
}

void TemporaryTables::on_ready(wire::TransactionStatus status) {
    if (status != wire::TransactionStatus::idle || !changed_) return;
    changed_ = had_some_ = false;
    stale_ = true;
}

std::string_view TemporaryTables::query() { return list_query; }

void TemporaryTables::begin_reading() {
    read_.clear();
    read_bytes_.clear();
}

bool TemporaryTables::take(const wire::DataRow& row) {
    if (row.columns.size() != 11) return false;
    read_bytes_.append(row.columns.bytes());
    std::array<wire::Value, 11> values;
    auto at = row.columns.begin();
    for (wire::Value& value : values) {
        value = *at;
        ++at;
    }
    sql::Oid oid = 0;
    if (!read_number(values[0], oid) || !values[1]) return false;
    const std::string_view name = sql::client_name_of(*values[1]);
    if (name.empty()) return true;  // made by a function of the database, for itself
    if (read_.empty() || read_.back().oid != oid) {
        sql::Relation& relation = read_.emplace_back();
        relation.oid = oid;
        relation.schema = sql::temporary_schema;
        relation.name = name;
        relation.stored_name = *values[1];
        if (values[10]) relation.primary_key = numbers_in(*values[10]);
    }
    if (!values[2]) return true;  // a table without columns
    sql::Column column;
    if (!read_number(values[2], column.number) || !values[3] || !read_number(values[4], column.type) ||
        !read_number(values[5], column.typmod) || !read_number(values[6], column.collation))
        return false;
    column.name = *values[3];
    column.not_null = values[7] == wire::Value("t");
    column.generated = values[8] == wire::Value("t");
    column.numbered = values[9] == wire::Value("t");
    read_.back().columns.push_back(std::move(column));
    return true;
}

void TemporaryTables::end_reading() {
    stale_ = false;
    if (read_.empty() && !had_some_) holds_values_ = false;
    if (now_ == nullptr && read_.empty()) return;
    if (now_ != nullptr && read_bytes_ == now_bytes_ && now_->made_under == made_under_ &&
        now_->any == (had_some_ || !read_.empty()) && now_->holds_values == holds_values_)
        return;
    now_bytes_ = std::move(read_bytes_);
    become(std::move(read_));
}

void TemporaryTables::become(std::vector<sql::Relation> relations) {
    const bool any = had_some_ || !relations.empty();
    now_ = std::make_shared<const enforcement::TemporaryTables>(
        enforcement::TemporaryTables{.number = next_number(),
                                     .relations = std::move(relations),
                                     .made_under = made_under_,
                                     .any = any,
                                     .holds_values = holds_values_});
    ++version_;
}

}  // namespace gateway::session
