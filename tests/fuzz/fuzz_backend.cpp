// What a server sends: nothing crashes, and what the gateway edits is written again as it was where nothing
// is cut.

#include "gateway/wire/backend_writer.hpp"
#include "tests/fuzz/wire_stream.hpp"

namespace {

using namespace gateway::wire;

void edit(const DataRow& row, const std::string& bytes) {
    std::string whole;
    BackendWriter(whole).data_row_prefix(row, row.columns.size());
    tests::require(whole == bytes);
    if (row.columns.size() == 0) return;
    std::string cut;
    BackendWriter(cut).data_row_prefix(row, row.columns.size() - 1);
    const auto again = decode_data_row(Frame{cut});
    tests::require(again && again->columns.size() == row.columns.size() - 1);
    (void)*row.columns.from(row.columns.size() - 1);
}

void edit(const BackendMessage& message, const std::string& bytes) {
    std::string again;
    BackendWriter writer(again);
    if (const auto* row = std::get_if<DataRow>(&message)) edit(*row, bytes);
    if (const auto* description = std::get_if<RowDescription>(&message))
        writer.row_description(description->fields);
    if (const auto* error = std::get_if<ErrorResponse>(&message)) writer.error_fields(error->fields);
    if (const auto* status = std::get_if<ParameterStatus>(&message))
        writer.parameter_status(status->name, status->value);
    if (const auto* complete = std::get_if<CommandComplete>(&message)) writer.command_complete(complete->tag);
    if (const auto* ready = std::get_if<ReadyForQuery>(&message)) writer.ready_for_query(ready->status);
    if (const auto* key = std::get_if<BackendKeyData>(&message))
        writer.backend_key_data(key->process_id, key->key);
    tests::require(again.empty() || again == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    for (const auto& bytes : tests::messages_of(Peer::backend, {reinterpret_cast<const char*>(data), size})) {
        const auto message = decode_backend(Frame{bytes});
        if (message) edit(*message, bytes);
    }
    return 0;
}
