#include "gateway/wire/backend_writer.hpp"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <cstring>

#include "gateway/wire/message_builder.hpp"
#include "gateway/wire/message_types.hpp"
#include "gateway/wire/startup.hpp"

namespace gateway::wire {

namespace {

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::error: return "ERROR";
        case Severity::fatal: return "FATAL";
        case Severity::panic: return "PANIC";
        case Severity::warning: return "WARNING";
        case Severity::notice: return "NOTICE";
    }
    return "ERROR";
}

void append_authentication(std::string& out, AuthenticationKind kind, ByteView data = {}) {
    MessageBuilder(out, backend_type::authentication).u32(static_cast<std::uint32_t>(kind)).bytes(data);
}

void append_report(std::string& out, char type, const ErrorReport& report) {
    MessageBuilder message(out, type);
    const auto field = [&message](char code, std::string_view text) {
        if (!text.empty()) message.u8(code).text(text);
    };
    field('S', name_of(report.severity));
    field('V', name_of(report.severity));
    field('C', report.sqlstate);
    field('M', report.message);
    field('D', report.detail);
    field('H', report.hint);
    if (report.position > 0) field('P', std::to_string(report.position));
    message.u8('\0');
}

void append_fields(std::string& out, char type, std::span<const ReportField> fields) {
    MessageBuilder message(out, type);
    for (const auto& [code, text] : fields)
        message.u8(code).text(text);
    message.u8('\0');
}

}  // namespace

BackendWriter& BackendWriter::authentication_ok() {
    append_authentication(out_, AuthenticationKind::ok);
    return *this;
}

BackendWriter& BackendWriter::authentication_cleartext() {
    append_authentication(out_, AuthenticationKind::cleartext_password);
    return *this;
}

BackendWriter& BackendWriter::authentication_md5(ByteView salt) {
    append_authentication(out_, AuthenticationKind::md5_password, salt);
    return *this;
}

BackendWriter& BackendWriter::authentication_sasl(std::span<const std::string_view> mechanisms) {
    MessageBuilder message(out_, backend_type::authentication);
    message.u32(static_cast<std::uint32_t>(AuthenticationKind::sasl));
    for (const auto mechanism : mechanisms)
        message.text(mechanism);
    message.u8('\0');
    return *this;
}

BackendWriter& BackendWriter::authentication_sasl_continue(ByteView data) {
    append_authentication(out_, AuthenticationKind::sasl_continue, data);
    return *this;
}

BackendWriter& BackendWriter::authentication_sasl_final(ByteView data) {
    append_authentication(out_, AuthenticationKind::sasl_final, data);
    return *this;
}

BackendWriter& BackendWriter::backend_key_data(std::uint32_t process_id, ByteView key) {
    MessageBuilder(out_, backend_type::backend_key_data).u32(process_id).bytes(key);
    return *this;
}

BackendWriter& BackendWriter::parameter_status(std::string_view name, std::string_view value) {
    MessageBuilder(out_, backend_type::parameter_status).text(name).text(value);
    return *this;
}

BackendWriter& BackendWriter::negotiate_protocol_version(
    std::uint16_t minor_version, std::span<const std::string_view> unsupported_options) {
    MessageBuilder message(out_, backend_type::negotiate_protocol_version);
    // The documentation says "minor version"; every server sends the major one with it, and libpq expects
    // that.
    message.u32(protocol_3_0 | minor_version).u32(static_cast<std::uint32_t>(unsupported_options.size()));
    for (const auto option : unsupported_options)
        message.text(option);
    return *this;
}

BackendWriter& BackendWriter::ready_for_query(TransactionStatus status) {
    MessageBuilder(out_, backend_type::ready_for_query).u8(static_cast<char>(status));
    return *this;
}

BackendWriter& BackendWriter::error(const ErrorReport& report) {
    append_report(out_, backend_type::error, report);
    return *this;
}

BackendWriter& BackendWriter::notice(const ErrorReport& report) {
    append_report(out_, backend_type::notice, report);
    return *this;
}

BackendWriter& BackendWriter::error_fields(std::span<const ReportField> fields) {
    append_fields(out_, backend_type::error, fields);
    return *this;
}

BackendWriter& BackendWriter::notice_fields(std::span<const ReportField> fields) {
    append_fields(out_, backend_type::notice, fields);
    return *this;
}

BackendWriter& BackendWriter::row_description(std::span<const FieldDescription> fields) {
    MessageBuilder message(out_, backend_type::row_description);
    message.u16(static_cast<std::uint16_t>(fields.size()));
    for (const auto& field : fields) {
        message.text(field.name)
            .u32(field.table_oid)
            .u16(field.attribute_number)
            .u32(field.type_oid)
            .u16(static_cast<std::uint16_t>(field.type_size))
            .u32(static_cast<std::uint32_t>(field.type_modifier))
            .u16(static_cast<std::uint16_t>(field.format));
    }
    return *this;
}

BackendWriter& BackendWriter::parameter_description(std::span<const std::uint32_t> types) {
    MessageBuilder message(out_, backend_type::parameter_description);
    message.u16(static_cast<std::uint16_t>(types.size()));
    for (const auto type : types)
        message.u32(type);
    return *this;
}

// There are many of them, so the header is put together first.
BackendWriter& BackendWriter::data_row(std::size_t count, ByteView values) {
    std::array<char, header_size + sizeof(std::uint16_t)> head{backend_type::data_row};
    const auto length =
        boost::endian::native_to_big(static_cast<std::uint32_t>(values.size() + head.size() - 1));
    const auto columns = boost::endian::native_to_big(static_cast<std::uint16_t>(count));
    std::memcpy(&head[1], &length, sizeof length);
    std::memcpy(&head[header_size], &columns, sizeof columns);
    out_.append(head.data(), head.size());
    out_.append(values);
    return *this;
}

BackendWriter& BackendWriter::data_row_prefix(const DataRow& row, std::size_t count) {
    count = std::min(count, row.columns.size());
    return data_row(count, row.columns.prefix(count));
}

BackendWriter& BackendWriter::copy_out_response(Format overall, const Formats& columns, std::size_t count) {
    MessageBuilder message(out_, backend_type::copy_out);
    message.u8(static_cast<char>(overall)).u16(static_cast<std::uint16_t>(count));
    for (std::size_t i = 0; i < count; ++i)
        message.u16(static_cast<std::uint16_t>(columns.of(i)));
    return *this;
}

BackendWriter& BackendWriter::copy_data(ByteView data) {
    MessageBuilder(out_, backend_type::copy_data).bytes(data);
    return *this;
}

BackendWriter& BackendWriter::data_row(std::span<const Value> columns) {
    MessageBuilder message(out_, backend_type::data_row);
    message.u16(static_cast<std::uint16_t>(columns.size()));
    for (const auto& value : columns) {
        message.u32(value ? static_cast<std::uint32_t>(value->size()) : 0xffffffff);
        if (value) message.bytes(*value);
    }
    return *this;
}

BackendWriter& BackendWriter::command_complete(std::string_view tag) {
    MessageBuilder(out_, backend_type::command_complete).text(tag);
    return *this;
}

BackendWriter& BackendWriter::no_data() { return MessageBuilder(out_, backend_type::no_data), *this; }
BackendWriter& BackendWriter::empty_query() { return MessageBuilder(out_, backend_type::empty_query), *this; }
BackendWriter& BackendWriter::parse_complete() {
    return MessageBuilder(out_, backend_type::parse_complete), *this;
}
BackendWriter& BackendWriter::bind_complete() {
    return MessageBuilder(out_, backend_type::bind_complete), *this;
}
BackendWriter& BackendWriter::close_complete() {
    return MessageBuilder(out_, backend_type::close_complete), *this;
}
BackendWriter& BackendWriter::portal_suspended() {
    return MessageBuilder(out_, backend_type::portal_suspended), *this;
}

BackendWriter& BackendWriter::raw(const Frame& frame) {
    out_.append(frame.bytes());
    return *this;
}

}  // namespace gateway::wire
