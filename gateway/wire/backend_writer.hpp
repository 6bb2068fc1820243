#pragma once

#include <span>
#include <string>

#include "gateway/wire/backend_messages.hpp"

namespace gateway::wire {

enum class Severity { error, fatal, panic, warning, notice };

/// What an ErrorResponse or NoticeResponse says. Empty fields are left out.
struct ErrorReport {
    Severity severity = Severity::error;
    std::string_view sqlstate;
    std::string_view message;
    std::string_view detail = {};
    std::string_view hint = {};
    std::size_t position = 0;  // in characters of the client's text, from 1; 0: none
};

/// Appends what a server sends: the gateway's side towards the client.
class BackendWriter {
public:
    explicit BackendWriter(std::string& out) : out_(out) {}

    BackendWriter& authentication_ok();
    BackendWriter& authentication_cleartext();
    BackendWriter& authentication_md5(ByteView salt);
    BackendWriter& authentication_sasl(std::span<const std::string_view> mechanisms);
    BackendWriter& authentication_sasl_continue(ByteView data);
    BackendWriter& authentication_sasl_final(ByteView data);
    BackendWriter& backend_key_data(std::uint32_t process_id, ByteView key);
    BackendWriter& parameter_status(std::string_view name, std::string_view value);
    BackendWriter& negotiate_protocol_version(std::uint16_t minor_version,
                                              std::span<const std::string_view> unsupported_options);
    BackendWriter& ready_for_query(TransactionStatus status);

    BackendWriter& error(const ErrorReport& report);
    BackendWriter& notice(const ErrorReport& report);
    /// Fields as they came, for instance without some of them.
    BackendWriter& error_fields(std::span<const ReportField> fields);
    BackendWriter& notice_fields(std::span<const ReportField> fields);

    BackendWriter& row_description(std::span<const FieldDescription> fields);
    BackendWriter& parameter_description(std::span<const std::uint32_t> types);
    BackendWriter& no_data();
    /// A row of `count` columns, with their lengths and values as a DataRow holds them.
    BackendWriter& data_row(std::size_t count, ByteView values);
    /// The first `count` columns of `row`, or all if it has fewer.
    BackendWriter& data_row_prefix(const DataRow& row, std::size_t count);
    BackendWriter& data_row(std::span<const Value> columns);
    /// The first `count` of `columns`.
    BackendWriter& copy_out_response(Format overall, const Formats& columns, std::size_t count);
    BackendWriter& copy_data(ByteView data);
    BackendWriter& command_complete(std::string_view tag);
    BackendWriter& empty_query();
    BackendWriter& parse_complete();
    BackendWriter& bind_complete();
    BackendWriter& close_complete();
    BackendWriter& portal_suspended();
    BackendWriter& raw(const Frame& frame);  // a message as it came

private:
    std::string& out_;
};

}  // namespace gateway::wire
