#pragma once

#include <variant>
#include <vector>

#include "gateway/wire/errors.hpp"
#include "gateway/wire/fields.hpp"
#include "gateway/wire/frame.hpp"

namespace gateway::wire {

// What a server sends, in views of its frame.

/// The request codes of an Authentication message.
enum class AuthenticationKind : std::uint32_t {
    ok = 0,
    kerberos_v5 = 2,
    cleartext_password = 3,
    md5_password = 5,
    gss = 7,
    gss_continue = 8,
    sspi = 9,
    sasl = 10,
    sasl_continue = 11,
    sasl_final = 12,
};
struct Authentication {
    AuthenticationKind kind;
    ByteView data;  // md5: the salt of 4 bytes; sasl_continue, sasl_final: the SASL data
    std::vector<std::string_view> mechanisms;  // sasl only
};
struct BackendKeyData {
    std::uint32_t process_id;
    ByteView key;
};
struct ParameterStatus {
    std::string_view name;
    std::string_view value;
};
struct NegotiateProtocolVersion {
    std::uint32_t minor_version;  // PostgreSQL 18 sends the whole version, 3 << 16 | minor
    std::vector<std::string_view> unsupported_options;
};

enum class TransactionStatus : char { idle = 'I', in_transaction = 'T', failed = 'E' };
struct ReadyForQuery {
    TransactionStatus status;
};

struct FieldDescription {
    std::string_view name;
    std::uint32_t table_oid = 0;
    std::uint16_t attribute_number = 0;
    std::uint32_t type_oid = 0;
    std::int16_t type_size = 0;
    std::int32_t type_modifier = -1;
    Format format = Format::text;
};
struct RowDescription {
    std::vector<FieldDescription> fields;
};
struct ParameterDescription {
    Oids types;
};
struct NoData {};
struct DataRow {
    Values columns;
};
struct CommandComplete {
    std::string_view tag;
};
struct EmptyQueryResponse {};
struct ParseComplete {};
struct BindComplete {};
struct CloseComplete {};
struct PortalSuspended {};

/// Fields of an ErrorResponse or NoticeResponse, unknown ones included.
struct ReportField {
    char code;
    std::string_view text;
};
struct Report {
    std::vector<ReportField> fields;
    /// Empty if there is no such field. 'S','V' severity, 'C' SQLSTATE, 'M' message, 'D' detail, 'H' hint,
    /// 'P' position.
    [[nodiscard]] std::string_view field(char code) const;
    [[nodiscard]] std::string_view sqlstate() const { return field('C'); }
};
struct ErrorResponse : Report {};
struct NoticeResponse : Report {};

struct NotificationResponse {
    std::uint32_t process_id;
    std::string_view channel;
    std::string_view payload;
};
struct CopyResponse {
    Format overall;
    Formats column_formats;
};
struct CopyInResponse : CopyResponse {};
struct CopyOutResponse : CopyResponse {};
struct CopyBothResponse : CopyResponse {};
struct ServerCopyData {
    ByteView data;
};
struct ServerCopyDone {};
struct FunctionCallResponse {
    Value result;
};

using BackendMessage =
    std::variant<Authentication, BackendKeyData, ParameterStatus, NegotiateProtocolVersion, ReadyForQuery,
                 RowDescription, ParameterDescription, NoData, DataRow, CommandComplete, EmptyQueryResponse,
                 ParseComplete, BindComplete, CloseComplete, PortalSuspended, ErrorResponse, NoticeResponse,
                 NotificationResponse, CopyInResponse, CopyOutResponse, CopyBothResponse, ServerCopyData,
                 ServerCopyDone, FunctionCallResponse>;

/// Decodes strictly: every count and length within the body, nothing after it.
[[nodiscard]] Result<BackendMessage> decode_backend(const Frame& frame);

// The same for one kind of message each, for the hot path. The frame must be of that type: wrong_type
// otherwise.
[[nodiscard]] Result<DataRow> decode_data_row(const Frame& frame);
[[nodiscard]] Result<RowDescription> decode_row_description(const Frame& frame);
[[nodiscard]] Result<ReadyForQuery> decode_ready_for_query(const Frame& frame);
[[nodiscard]] Result<CommandComplete> decode_command_complete(const Frame& frame);
[[nodiscard]] Result<ErrorResponse> decode_error(const Frame& frame);

}  // namespace gateway::wire
