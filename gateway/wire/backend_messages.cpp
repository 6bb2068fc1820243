#include "gateway/wire/backend_messages.hpp"

#include <algorithm>

#include "gateway/wire/message_types.hpp"
#include "gateway/wire/startup.hpp"

namespace gateway::wire {

namespace {

template <class Message>
Result<BackendMessage> widen(Result<Message> message) {
    if (!message) return message.error();
    return BackendMessage{*std::move(message)};
}

Result<BackendMessage> decode_authentication(Cursor cursor) {
    Authentication authentication{.kind = AuthenticationKind{cursor.u32()}};
    if (!cursor.ok()) return WireErrc::too_short;
    switch (authentication.kind) {
        case AuthenticationKind::ok:
        case AuthenticationKind::kerberos_v5:
        case AuthenticationKind::cleartext_password:
        case AuthenticationKind::gss:
        case AuthenticationKind::sspi: return cursor.finish<BackendMessage>(authentication);
        case AuthenticationKind::md5_password:
            authentication.data = cursor.take(4);
            return cursor.finish<BackendMessage>(authentication);
        case AuthenticationKind::gss_continue:
        case AuthenticationKind::sasl_continue:
        case AuthenticationKind::sasl_final:
            authentication.data = cursor.take_rest();
            return cursor.finish<BackendMessage>(authentication);
        case AuthenticationKind::sasl:
            while (cursor.ok()) {
                const auto mechanism = cursor.text();
                if (mechanism.empty()) break;
                authentication.mechanisms.push_back(mechanism);
            }
            return cursor.finish<BackendMessage>(authentication);
    }
    return WireErrc::authentication_request;
}

Result<BackendMessage> decode_key(Cursor cursor) {
    BackendKeyData key{cursor.u32(), {}};
    key.key = cursor.take_rest();
    if (cursor.ok() && (key.key.size() < shortest_key || key.key.size() > longest_key)) {
        return WireErrc::key_length;
    }
    return cursor.finish<BackendMessage>(key);
}

Result<BackendMessage> decode_negotiation(Cursor cursor) {
    NegotiateProtocolVersion negotiation{cursor.u32(), {}};
    const auto count = cursor.u32();
    for (std::uint32_t i = 0; i < count && cursor.ok(); ++i)
        negotiation.unsupported_options.push_back(cursor.text());
    return cursor.finish<BackendMessage>(negotiation);
}

template <class Message>
Result<Message> decode_report(Cursor cursor) {
    Message report;
    for (;;) {
        const auto code = static_cast<char>(cursor.u8());
        if (!cursor.ok()) return WireErrc::missing_terminator;
        if (code == '\0') break;
        report.fields.push_back({code, cursor.text()});
    }
    if (report.sqlstate().size() != 5) cursor.fail(WireErrc::sqlstate);
    return cursor.finish(std::move(report));
}

template <class Message>
Result<BackendMessage> decode_copy_response(Cursor cursor) {
    Message response;
    response.overall = static_cast<Format>(cursor.u8());
    if (response.overall != Format::text && response.overall != Format::binary)
        cursor.fail(WireErrc::format_code);
    response.column_formats = Formats::read(cursor);
    return cursor.finish<BackendMessage>(response);
}

Result<BackendMessage> decode_parameter_status(Cursor cursor) {
    const ParameterStatus status{cursor.text(), cursor.text()};
    return cursor.finish<BackendMessage>(status);
}

Result<BackendMessage> decode_notification(Cursor cursor) {
    const NotificationResponse notification{cursor.u32(), cursor.text(), cursor.text()};
    return cursor.finish<BackendMessage>(notification);
}

}  // namespace

std::string_view Report::field(char code) const {
    const auto found = std::ranges::find(fields, code, &ReportField::code);
    return found == fields.end() ? std::string_view{} : found->text;
}

Result<DataRow> decode_data_row(const Frame& frame) {
    if (frame.type() != backend_type::data_row) return WireErrc::wrong_type;
    Cursor cursor(frame.body());
    const DataRow row{Values::read(cursor)};
    return cursor.finish(row);
}

Result<RowDescription> decode_row_description(const Frame& frame) {
    if (frame.type() != backend_type::row_description) return WireErrc::wrong_type;
    Cursor cursor(frame.body());
    const std::size_t count = cursor.u16();
    RowDescription description;
    for (std::size_t i = 0; i < count && cursor.ok(); ++i) {
        FieldDescription field{.name = cursor.text()};
        field.table_oid = cursor.u32();
        field.attribute_number = cursor.u16();
        field.type_oid = cursor.u32();
        field.type_size = static_cast<std::int16_t>(cursor.u16());
        field.type_modifier = cursor.i32();
        field.format = static_cast<Format>(cursor.u16());  // what a Bind asked for, known or not
        description.fields.push_back(field);
    }
    return cursor.finish(std::move(description));
}

Result<ReadyForQuery> decode_ready_for_query(const Frame& frame) {
    if (frame.type() != backend_type::ready_for_query) return WireErrc::wrong_type;
    Cursor cursor(frame.body());
    const auto status = static_cast<char>(cursor.u8());
    if (cursor.ok() && status != 'I' && status != 'T' && status != 'E') return WireErrc::transaction_status;
    return cursor.finish(ReadyForQuery{static_cast<TransactionStatus>(status)});
}

Result<CommandComplete> decode_command_complete(const Frame& frame) {
    if (frame.type() != backend_type::command_complete) return WireErrc::wrong_type;
    Cursor cursor(frame.body());
    const CommandComplete complete{cursor.text()};
    return cursor.finish(complete);
}

Result<ErrorResponse> decode_error(const Frame& frame) {
    if (frame.type() != backend_type::error) return WireErrc::wrong_type;
    return decode_report<ErrorResponse>(Cursor(frame.body()));
}

Result<BackendMessage> decode_backend(const Frame& frame) {
    Cursor cursor(frame.body());
    switch (frame.type()) {
        case backend_type::authentication: return decode_authentication(cursor);
        case backend_type::backend_key_data: return decode_key(cursor);
        case backend_type::parameter_status: return decode_parameter_status(cursor);
        case backend_type::negotiate_protocol_version: return decode_negotiation(cursor);
        case backend_type::ready_for_query: return widen(decode_ready_for_query(frame));
        case backend_type::row_description: return widen(decode_row_description(frame));
        case backend_type::parameter_description: {
            const ParameterDescription description{Oids::read(cursor)};
            return cursor.finish<BackendMessage>(description);
        }
        case backend_type::no_data: return cursor.finish<BackendMessage>(NoData{});
        case backend_type::data_row: return widen(decode_data_row(frame));
        case backend_type::command_complete: return widen(decode_command_complete(frame));
        case backend_type::empty_query: return cursor.finish<BackendMessage>(EmptyQueryResponse{});
        case backend_type::parse_complete: return cursor.finish<BackendMessage>(ParseComplete{});
        case backend_type::bind_complete: return cursor.finish<BackendMessage>(BindComplete{});
        case backend_type::close_complete: return cursor.finish<BackendMessage>(CloseComplete{});
        case backend_type::portal_suspended: return cursor.finish<BackendMessage>(PortalSuspended{});
        case backend_type::error: return widen(decode_error(frame));
        case backend_type::notice: return widen(decode_report<NoticeResponse>(cursor));
        case backend_type::notification: return decode_notification(cursor);
        case backend_type::copy_in: return decode_copy_response<CopyInResponse>(cursor);
        case backend_type::copy_out: return decode_copy_response<CopyOutResponse>(cursor);
        case backend_type::copy_both: return decode_copy_response<CopyBothResponse>(cursor);
        case backend_type::copy_data: return BackendMessage{ServerCopyData{frame.body()}};
        case backend_type::copy_done: return cursor.finish<BackendMessage>(ServerCopyDone{});
        case backend_type::function_call_response: {
            const FunctionCallResponse response{cursor.value()};
            return cursor.finish<BackendMessage>(response);
        }
        default: return WireErrc::unknown_type;
    }
}

}  // namespace gateway::wire
