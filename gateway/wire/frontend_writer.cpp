#include "gateway/wire/frontend_writer.hpp"

#include "gateway/wire/message_builder.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::wire {

namespace {

// A message holds at most 65,535 of anything that it counts.
void append_formats(MessageBuilder& message, std::span<const Format> formats) {
    message.u16(static_cast<std::uint16_t>(formats.size()));
    for (const auto format : formats)
        message.u16(static_cast<std::uint16_t>(format));
}

}  // namespace

FrontendWriter& FrontendWriter::ssl_request() {
    append_u32(out_, 8);
    append_u32(out_, ssl_request_code);
    return *this;
}

FrontendWriter& FrontendWriter::cancel_request(std::uint32_t process_id, ByteView key) {
    append_u32(out_, static_cast<std::uint32_t>(12 + key.size()));
    append_u32(out_, cancel_request_code);
    append_u32(out_, process_id);
    out_.append(key);
    return *this;
}

FrontendWriter& FrontendWriter::startup(std::uint16_t minor_version, std::span<const NamedValue> parameters) {
    std::string body;
    append_u32(body, protocol_3_0 | minor_version);
    for (const auto& [name, value] : parameters) {
        append_text(body, name);
        append_text(body, value);
    }
    body.push_back('\0');
    append_u32(out_, static_cast<std::uint32_t>(body.size() + 4));
    out_.append(body);
    return *this;
}

FrontendWriter& FrontendWriter::password(std::string_view password) {
    MessageBuilder(out_, frontend_type::password).text(password);
    return *this;
}

FrontendWriter& FrontendWriter::sasl_initial_response(std::string_view mechanism, ByteView response) {
    MessageBuilder(out_, frontend_type::password)
        .text(mechanism)
        .u32(static_cast<std::uint32_t>(response.size()))
        .bytes(response);
    return *this;
}

FrontendWriter& FrontendWriter::sasl_response(ByteView response) {
    MessageBuilder(out_, frontend_type::password).bytes(response);
    return *this;
}

FrontendWriter& FrontendWriter::query(std::string_view text) {
    MessageBuilder(out_, frontend_type::query).text(text);
    return *this;
}

FrontendWriter& FrontendWriter::parse(std::string_view statement, std::string_view text,
                                      std::span<const std::uint32_t> types) {
    MessageBuilder message(out_, frontend_type::parse);
    message.text(statement).text(text).u16(static_cast<std::uint16_t>(types.size()));
    for (const auto type : types)
        message.u32(type);
    return *this;
}

FrontendWriter& FrontendWriter::parse(std::string_view statement, std::string_view text, const Oids& types) {
    MessageBuilder(out_, frontend_type::parse)
        .text(statement)
        .text(text)
        .u16(static_cast<std::uint16_t>(types.size()))
        .bytes(types.bytes());
    return *this;
}

FrontendWriter& FrontendWriter::bind(std::string_view portal, std::string_view statement, const Bind& bind,
                                     std::span<const Format> result_formats) {
    MessageBuilder message(out_, frontend_type::bind);
    message.text(portal).text(statement).bytes(bind.parameter_part);
    append_formats(message, result_formats);
    return *this;
}

FrontendWriter& FrontendWriter::bind(const Bind& bind) {
    MessageBuilder(out_, frontend_type::bind)
        .text(bind.portal)
        .text(bind.statement)
        .bytes(bind.parameter_part)
        .u16(static_cast<std::uint16_t>(bind.result_formats.size()))
        .bytes(bind.result_formats.bytes());
    return *this;
}

FrontendWriter& FrontendWriter::bind(std::string_view portal, std::string_view statement,
                                     std::span<const Value> parameters,
                                     std::span<const Format> result_formats) {
    MessageBuilder message(out_, frontend_type::bind);
    message.text(portal).text(statement).u16(0).u16(static_cast<std::uint16_t>(parameters.size()));
    for (const auto& value : parameters) {
        message.u32(value ? static_cast<std::uint32_t>(value->size()) : 0xffffffff);
        if (value) message.bytes(*value);
    }
    append_formats(message, result_formats);
    return *this;
}

FrontendWriter& FrontendWriter::describe(ObjectKind kind, std::string_view name) {
    MessageBuilder(out_, frontend_type::describe).u8(static_cast<char>(kind)).text(name);
    return *this;
}

FrontendWriter& FrontendWriter::close(ObjectKind kind, std::string_view name) {
    MessageBuilder(out_, frontend_type::close).u8(static_cast<char>(kind)).text(name);
    return *this;
}

FrontendWriter& FrontendWriter::execute(std::string_view portal, std::int32_t max_rows) {
    MessageBuilder(out_, frontend_type::execute).text(portal).u32(static_cast<std::uint32_t>(max_rows));
    return *this;
}

FrontendWriter& FrontendWriter::flush() { return MessageBuilder(out_, frontend_type::flush), *this; }
FrontendWriter& FrontendWriter::sync() { return MessageBuilder(out_, frontend_type::sync), *this; }
FrontendWriter& FrontendWriter::terminate() { return MessageBuilder(out_, frontend_type::terminate), *this; }
FrontendWriter& FrontendWriter::copy_done() { return MessageBuilder(out_, frontend_type::copy_done), *this; }

FrontendWriter& FrontendWriter::copy_data(ByteView data) {
    MessageBuilder(out_, frontend_type::copy_data).bytes(data);
    return *this;
}

FrontendWriter& FrontendWriter::copy_fail(std::string_view reason) {
    MessageBuilder(out_, frontend_type::copy_fail).text(reason);
    return *this;
}

FrontendWriter& FrontendWriter::raw(const Frame& frame) {
    out_.append(frame.bytes());
    return *this;
}

}  // namespace gateway::wire
