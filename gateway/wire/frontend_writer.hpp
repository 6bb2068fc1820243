#pragma once

#include <span>
#include <string>

#include "gateway/wire/frontend_messages.hpp"
#include "gateway/wire/startup.hpp"

namespace gateway::wire {

/// Appends what a client sends: the gateway's side towards the back end.
class FrontendWriter {
public:
    explicit FrontendWriter(std::string& out) : out_(out) {}

    FrontendWriter& ssl_request();
    FrontendWriter& cancel_request(std::uint32_t process_id, ByteView key);
    /// `minor_version` of protocol 3. `parameters` holds user, database, options and settings alike.
    FrontendWriter& startup(std::uint16_t minor_version, std::span<const NamedValue> parameters);

    FrontendWriter& password(std::string_view password);
    FrontendWriter& sasl_initial_response(std::string_view mechanism, ByteView response);
    FrontendWriter& sasl_response(ByteView response);

    FrontendWriter& query(std::string_view text);
    FrontendWriter& parse(std::string_view statement, std::string_view text,
                          std::span<const std::uint32_t> types = {});
    FrontendWriter& parse(std::string_view statement, std::string_view text, const Oids& types);
    /// Copies the parameters of `bind` in one piece.
    FrontendWriter& bind(std::string_view portal, std::string_view statement, const Bind& bind,
                         std::span<const Format> result_formats);
    FrontendWriter& bind(const Bind& bind);  // as it came
    /// All parameters as text.
    FrontendWriter& bind(std::string_view portal, std::string_view statement,
                         std::span<const Value> parameters, std::span<const Format> result_formats = {});
    FrontendWriter& describe(ObjectKind kind, std::string_view name);
    FrontendWriter& close(ObjectKind kind, std::string_view name);
    FrontendWriter& execute(std::string_view portal, std::int32_t max_rows = 0);
    FrontendWriter& flush();
    FrontendWriter& sync();
    FrontendWriter& terminate();
    FrontendWriter& copy_data(ByteView data);
    FrontendWriter& copy_done();
    FrontendWriter& copy_fail(std::string_view reason);
    FrontendWriter& raw(const Frame& frame);  // a message as it came

private:
    std::string& out_;
};

}  // namespace gateway::wire
