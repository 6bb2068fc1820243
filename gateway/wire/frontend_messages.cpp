#include "gateway/wire/frontend_messages.hpp"

#include "gateway/wire/message_types.hpp"

namespace gateway::wire {

namespace {

Result<FrontendMessage> decode_parse(Cursor cursor) {
    Parse parse{cursor.text(), cursor.text(), Oids::read(cursor)};
    return cursor.finish<FrontendMessage>(parse);
}

Result<FrontendMessage> decode_bind(Cursor cursor) {
    Bind bind;
    bind.portal = cursor.text();
    bind.statement = cursor.text();
    const auto parameters = cursor.rest();
    bind.parameter_formats = Formats::read_any(cursor);
    bind.parameters = Values::read(cursor);
    bind.parameter_part = parameters.substr(0, parameters.size() - cursor.rest().size());
    bind.result_formats = Formats::read_any(cursor);
    return cursor.finish<FrontendMessage>(bind);
}

template <class Message>
Result<FrontendMessage> decode_named_object(Cursor cursor) {
    const auto kind = static_cast<char>(cursor.u8());
    Message message{static_cast<ObjectKind>(kind), cursor.text()};
    auto decoded = cursor.finish<FrontendMessage>(message);
    if (decoded && kind != 'S' && kind != 'P') return WireErrc::object_kind;
    return decoded;
}

Result<FrontendMessage> decode_function_call(Cursor cursor) {
    FunctionCall call;
    call.function = cursor.u32();
    call.argument_formats = Formats::read(cursor);
    call.arguments = Values::read(cursor);
    if (call.argument_formats.size() > 1 && call.argument_formats.size() != call.arguments.size())
        cursor.fail(WireErrc::format_count);
    call.result_format = static_cast<Format>(cursor.u16());
    if (call.result_format != Format::text && call.result_format != Format::binary) {
        cursor.fail(WireErrc::format_code);
    }
    return cursor.finish<FrontendMessage>(call);
}

}  // namespace

Result<FrontendMessage> decode_frontend(const Frame& frame) {
    Cursor cursor(frame.body());
    switch (frame.type()) {
        case frontend_type::query: {
            const Query query{cursor.text()};
            return cursor.finish<FrontendMessage>(query);
        }
        case frontend_type::parse: return decode_parse(cursor);
        case frontend_type::bind: return decode_bind(cursor);
        case frontend_type::describe: return decode_named_object<Describe>(cursor);
        case frontend_type::close: return decode_named_object<Close>(cursor);
        case frontend_type::execute: {
            const Execute execute{cursor.text(), cursor.i32()};
            return cursor.finish<FrontendMessage>(execute);
        }
        case frontend_type::flush: return cursor.finish<FrontendMessage>(Flush{});
        case frontend_type::sync: return cursor.finish<FrontendMessage>(Sync{});
        case frontend_type::terminate: return cursor.finish<FrontendMessage>(Terminate{});
        case frontend_type::copy_data: return CopyData{frame.body()};
        case frontend_type::copy_done: return cursor.finish<FrontendMessage>(CopyDone{});
        case frontend_type::copy_fail: {
            const CopyFail copy_fail{cursor.text()};
            return cursor.finish<FrontendMessage>(copy_fail);
        }
        case frontend_type::function_call: return decode_function_call(cursor);
        case frontend_type::password: return PasswordFamily{frame.body()};
        default: return WireErrc::unknown_type;
    }
}

Result<std::string_view> decode_password(ByteView body) {
    Cursor cursor(body);
    const auto password = cursor.text();
    return cursor.finish(password);
}

Result<SaslInitialResponse> decode_sasl_initial_response(ByteView body) {
    Cursor cursor(body);
    SaslInitialResponse response{cursor.text(), cursor.value()};
    return cursor.finish(response);
}

}  // namespace gateway::wire
