#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "gateway/wire/frontend_writer.hpp"
#include "tests/support/wire_text.hpp"

namespace tests {

namespace {

using gateway::wire::Format;
using gateway::wire::FrontendWriter;
using gateway::wire::ObjectKind;
using gateway::wire::Value;

/// Reads "0,1,1".
std::vector<std::uint32_t> numbers(const std::string& list) {
    std::vector<std::uint32_t> found;
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(',', at), list.size());
        found.push_back(static_cast<std::uint32_t>(std::stoul(list.substr(at, end - at))));
        at = end + 1;
    }
    return found;
}

/// `statement=name` or `portal=name`.
std::pair<ObjectKind, std::string> object_of(const WireLine& line) {
    const auto portals = line.all("portal");
    if (!portals.empty()) return {ObjectKind::portal, portals.front()};
    return {ObjectKind::statement, line.field("statement")};
}

void write_bind(const WireLine& line, FrontendWriter& writer) {
    const auto texts = line.all("value");
    std::vector<Value> values;
    for (const auto& text : texts)
        values.push_back(text == "NULL" ? Value{} : Value{text});
    std::vector<Format> formats;
    for (const auto code : numbers(line.field("result_formats")))
        formats.push_back(static_cast<Format>(code));
    writer.bind(line.field("portal"), line.field("statement"), values, formats);
}

struct MessageKind {
    std::set<std::string> fields;
    std::function<void(const WireLine&, FrontendWriter&)> write;
};

const std::map<std::string, MessageKind>& kinds() {
    static const std::map<std::string, MessageKind> all{
        {"Query", {{"sql"}, [](const auto& line, auto& writer) { writer.query(line.field("sql")); }}},
        {"Parse",
         {{"name", "sql", "types"},
          [](const auto& line, auto& writer) {
              writer.parse(line.field("name"), line.field("sql"),
                           std::span<const std::uint32_t>(numbers(line.field("types"))));
          }}},
        {"Bind", {{"portal", "statement", "value", "result_formats"}, write_bind}},
        {"Describe",
         {{"portal", "statement"},
          [](const auto& line, auto& writer) {
              writer.describe(object_of(line).first, object_of(line).second);
          }}},
        {"Close",
         {{"portal", "statement"},
          [](const auto& line, auto& writer) {
              writer.close(object_of(line).first, object_of(line).second);
          }}},
        {"Execute",
         {{"portal", "rows"},
          [](const auto& line, auto& writer) {
              writer.execute(line.field("portal"), std::stoi(line.field("rows", "0")));
          }}},
        {"Flush", {{}, [](const auto&, auto& writer) { writer.flush(); }}},
        {"Sync", {{}, [](const auto&, auto& writer) { writer.sync(); }}},
        {"Terminate", {{}, [](const auto&, auto& writer) { writer.terminate(); }}},
        {"CopyData",
         {{"data"}, [](const auto& line, auto& writer) { writer.copy_data(line.field("data")); }}},
        {"CopyDone", {{}, [](const auto&, auto& writer) { writer.copy_done(); }}},
        {"CopyFail",
         {{"reason"}, [](const auto& line, auto& writer) { writer.copy_fail(line.field("reason")); }}},
    };
    return all;
}

}  // namespace

std::string client_bytes(const WireLine& line) {
    if (line.name == "Raw") return line.field("bytes");
    const auto kind = kinds().find(line.name);
    if (kind == kinds().end()) throw std::runtime_error("no client sends " + line.name);
    for (const auto& [key, value] : line.fields) {
        if (!kind->second.fields.contains(key)) throw std::runtime_error(line.name + " has no field " + key);
    }
    std::string bytes;
    FrontendWriter writer(bytes);
    kind->second.write(line, writer);
    return bytes;
}

}  // namespace tests
