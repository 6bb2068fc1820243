#include "gateway/backend/reset.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/frontend_writer.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::backend {
namespace {

// What a client left half-read may be long; a connection with a message above this is not worth keeping.
constexpr wire::BodyLimit largest_leftover{64UL * 1024};

// Conditions on a session that is like new. Everything is qualified: the search path is the client's.
constexpr std::string_view no_temporary_schema = "pg_catalog.pg_my_temp_schema() OPERATOR(pg_catalog.=) 0";
constexpr std::string_view no_temporary_slot =
    "NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots "
    "WHERE temporary AND active_pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid())";
constexpr std::string_view no_other_language =
    "NOT EXISTS (SELECT FROM pg_catalog.pg_language "
    "WHERE lanispl AND lanname OPERATOR(pg_catalog.<>) 'plpgsql'::pg_catalog.name)";
constexpr std::string_view no_dblink =
    "NOT EXISTS (SELECT FROM pg_catalog.pg_extension "
    "WHERE extname OPERATOR(pg_catalog.=) 'dblink'::pg_catalog.name)";
// Who may not call this may not set an origin either.
constexpr std::string_view no_origin = "NOT pg_catalog.pg_replication_origin_session_is_setup()";

std::string no_answer(const std::string& nonce) { return "no " + nonce; }

// 0.ddd of the nonce's digits: no client can foretell the next one's random().
std::string seed_of(std::string_view nonce) {
    std::string seed = "0.";
    for (const char digit : nonce)
        seed += std::to_string(digit % 10);
    return seed;
}

}  // namespace

std::string random_nonce() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1)
        throw std::runtime_error("the system gives no random numbers");
    std::string text;
    for (const unsigned char byte : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Reset::Reset(std::string nonce, LeftBy left_by, BackendFacts& facts)
    : nonce_(std::move(nonce)),
      left_by_(left_by),
      facts_(facts),
      reader_(wire::Peer::backend, largest_leftover) {}

std::string Reset::request() const {
    std::string bytes;
    wire::FrontendWriter(bytes).sync().query("DISCARD ALL").query(question());
    return bytes;
}

// The answer is the nonce when the session is like new, a "no" with it when it is not.
std::string Reset::question() const {
    std::string conditions = fmt::format("{} AND {}", no_temporary_schema, no_temporary_slot);
    if (left_by_ == LeftBy::anybody)
        conditions += fmt::format(" AND {} AND {}", no_other_language, no_dblink);
    if (facts_.superuser) conditions += fmt::format(" AND {}", no_origin);
    return fmt::format(
        "SELECT CASE WHEN {} THEN '{}' ELSE '{}' END FROM pg_catalog.setseed({}::pg_catalog.float8)",
        conditions, nonce_, no_answer(nonce_), seed_of(nonce_));
}

Reset::State Reset::on_backend(wire::ByteView bytes) {
    if (state_ != State::going_on) return state_ = State::spoiled;
    reader_.feed(bytes);
    for (;;) {
        auto next = reader_.next();
        if (!next) return state_ = State::spoiled;
        const auto& frame = *next;
        if (!frame) return state_;
        if (state_ == State::clean) return state_ = State::spoiled;  // more than our answer
        state_ = take(*frame);
        if (state_ == State::spoiled) return state_;
    }
}

Reset::State Reset::take(const wire::Frame& frame) {
    const auto decoded = wire::decode_backend(frame);
    if (!decoded) return State::spoiled;
    if (const auto* status = std::get_if<wire::ParameterStatus>(&*decoded)) {
        facts_.parameters.set(status->name, status->value);
    } else if (std::holds_alternative<wire::ErrorResponse>(*decoded)) {
        discarded_ = false;
        if (answered_) return State::spoiled;
    } else if (const auto* complete = std::get_if<wire::CommandComplete>(&*decoded)) {
        if (!answered_) discarded_ = complete->tag == "DISCARD ALL";
    } else if (const auto* row = std::get_if<wire::DataRow>(&*decoded)) {
        if (row->columns.size() != 1) return State::going_on;
        const auto answer = *row->columns.begin();
        if (answer == wire::Value(no_answer(nonce_))) return State::spoiled;
        if (answer == wire::Value(nonce_)) {
            if (!discarded_) return State::spoiled;
            answered_ = true;
        }
    } else if (const auto* ready = std::get_if<wire::ReadyForQuery>(&*decoded)) {
        if (answered_) return ready->status == wire::TransactionStatus::idle ? State::clean : State::spoiled;
    } else if (std::holds_alternative<wire::CopyInResponse>(*decoded) ||
               std::holds_alternative<wire::CopyBothResponse>(*decoded)) {
        return State::spoiled;
    }
    return State::going_on;
}

}  // namespace gateway::backend
