#pragma once

#include <variant>

#include "gateway/wire/errors.hpp"
#include "gateway/wire/fields.hpp"
#include "gateway/wire/frame.hpp"

namespace gateway::wire {

// What a client sends after the start-up packet, in views of its frame.

struct Query {
    std::string_view text;
};
struct Parse {
    std::string_view statement;  // empty: the unnamed one
    std::string_view text;
    Oids parameter_types;  // 0: to be inferred
};
/// Of its formats neither the numbers nor the codes are checked: PostgreSQL looks for the statement first.
struct Bind {
    std::string_view portal;
    std::string_view statement;
    Formats parameter_formats;
    Values parameters;
    Formats result_formats;
    ByteView
        parameter_part;  // formats and values of the parameters as they stand in the body, with their counts
};
enum class ObjectKind : char { statement = 'S', portal = 'P' };
struct Describe {
    ObjectKind kind;
    std::string_view name;
};
struct Close {
    ObjectKind kind;
    std::string_view name;
};
struct Execute {
    std::string_view portal;
    std::int32_t max_rows;  // 0 or less: all
};
struct Flush {};
struct Sync {};
struct Terminate {};
struct CopyData {
    ByteView data;
};
struct CopyDone {};
struct CopyFail {
    std::string_view reason;
};
struct FunctionCall {
    std::uint32_t function;
    Formats argument_formats;
    Values arguments;
    Format result_format;
};
/// Password, SASL or GSS answer: which one hangs on what was asked for. See the decoders below.
struct PasswordFamily {
    ByteView body;
};

using FrontendMessage = std::variant<Query, Parse, Bind, Describe, Close, Execute, Flush, Sync, Terminate,
                                     CopyData, CopyDone, CopyFail, FunctionCall, PasswordFamily>;

/// Decodes strictly: every count and length within the body, nothing after it.
[[nodiscard]] Result<FrontendMessage> decode_frontend(const Frame& frame);

struct SaslInitialResponse {
    std::string_view mechanism;
    Value response;  // nullopt: none given
};

[[nodiscard]] Result<std::string_view> decode_password(ByteView body);
[[nodiscard]] Result<SaslInitialResponse> decode_sasl_initial_response(ByteView body);

}  // namespace gateway::wire
