#include "gateway/wire/backend_messages.hpp"
#include "tests/support/wire_text.hpp"

namespace tests {

namespace {

namespace wire = gateway::wire;

std::string text_of(const wire::Value& value) { return value ? std::string(*value) : "NULL"; }

std::string text_of(const wire::Oids& types) {
    std::string list;
    for (std::size_t i = 0; i < types.size(); ++i)
        list += (i ? "," : "") + std::to_string(types[i]);
    return list;
}

WireLine report(std::string name, const wire::Report& report) {
    WireLine line{std::move(name), {{"sqlstate", std::string(report.sqlstate())}}};
    const auto add = [&](char code, const char* key) {
        if (!report.field(code).empty()) line.fields.emplace_back(key, report.field(code));
    };
    add('V', "severity");
    add('M', "message");
    add('D', "detail");
    add('H', "hint");
    add('P', "position");
    return line;
}

struct Describe {
    WireLine operator()(const wire::Authentication& m) const {
        return {"Authentication", {{"code", std::to_string(static_cast<std::uint32_t>(m.kind))}}};
    }
    WireLine operator()(const wire::BackendKeyData&) const { return {"BackendKeyData", {}}; }
    WireLine operator()(const wire::ParameterStatus& m) const {
        return {"ParameterStatus", {{"name", std::string(m.name)}, {"value", std::string(m.value)}}};
    }
    WireLine operator()(const wire::NegotiateProtocolVersion& m) const {
        WireLine line{"NegotiateProtocolVersion", {{"minor", std::to_string(m.minor_version & 0xffff)}}};
        for (const auto option : m.unsupported_options)
            line.fields.emplace_back("option", option);
        return line;
    }
    WireLine operator()(const wire::ReadyForQuery& m) const {
        return {"ReadyForQuery", {{"status", std::string(1, static_cast<char>(m.status))}}};
    }
    WireLine operator()(const wire::RowDescription& m) const {
        WireLine line{"RowDescription", {}};
        for (const auto& field : m.fields)
            line.fields.emplace_back("column", field.name);
        for (const auto& field : m.fields)
            line.fields.emplace_back("type", std::to_string(field.type_oid));
        return line;
    }
    WireLine operator()(const wire::ParameterDescription& m) const {
        return {"ParameterDescription", {{"types", text_of(m.types)}}};
    }
    WireLine operator()(const wire::DataRow& m) const {
        WireLine line{"DataRow", {}};
        for (const auto& value : m.columns)
            line.fields.emplace_back("value", text_of(value));
        return line;
    }
    WireLine operator()(const wire::CommandComplete& m) const {
        return {"CommandComplete", {{"tag", std::string(m.tag)}}};
    }
    WireLine operator()(const wire::NoData&) const { return {"NoData", {}}; }
    WireLine operator()(const wire::EmptyQueryResponse&) const { return {"EmptyQueryResponse", {}}; }
    WireLine operator()(const wire::ParseComplete&) const { return {"ParseComplete", {}}; }
    WireLine operator()(const wire::BindComplete&) const { return {"BindComplete", {}}; }
    WireLine operator()(const wire::CloseComplete&) const { return {"CloseComplete", {}}; }
    WireLine operator()(const wire::PortalSuspended&) const { return {"PortalSuspended", {}}; }
    WireLine operator()(const wire::ErrorResponse& m) const { return report("ErrorResponse", m); }
    WireLine operator()(const wire::NoticeResponse& m) const { return report("NoticeResponse", m); }
    WireLine operator()(const wire::NotificationResponse& m) const {
        return {"NotificationResponse",
                {{"channel", std::string(m.channel)}, {"payload", std::string(m.payload)}}};
    }
    WireLine operator()(const wire::CopyInResponse&) const { return {"CopyInResponse", {}}; }
    WireLine operator()(const wire::CopyOutResponse&) const { return {"CopyOutResponse", {}}; }
    WireLine operator()(const wire::CopyBothResponse&) const { return {"CopyBothResponse", {}}; }
    WireLine operator()(const wire::ServerCopyData& m) const {
        return {"CopyData", {{"data", std::string(m.data)}}};
    }
    WireLine operator()(const wire::ServerCopyDone&) const { return {"CopyDone", {}}; }
    WireLine operator()(const wire::FunctionCallResponse& m) const {
        return {"FunctionCallResponse", {{"value", text_of(m.result)}}};
    }
};

}  // namespace

WireLine described(const wire::Frame& frame) {
    const auto message = wire::decode_backend(frame);
    if (!message) return {"Malformed", {{"reason", std::string(wire::message_of(message.error()))}}};
    return std::visit(Describe{}, *message);
}

}  // namespace tests
