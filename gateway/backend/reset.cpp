#include "gateway/backend/reset.hpp"

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

Reset::Reset(std::string nonce, BackendFacts& facts)
    : nonce_(std::move(nonce)), facts_(facts), reader_(wire::Peer::backend, largest_leftover) {}

std::string Reset::request() const {
    std::string bytes;
    wire::FrontendWriter(bytes).sync().query("DISCARD ALL").query("SELECT '" + nonce_ + "'");
    return bytes;
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
        if (row->columns.size() == 1 && *row->columns.begin() == wire::Value(nonce_)) {
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
