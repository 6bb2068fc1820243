#pragma once

#include <string>

#include "gateway/backend/connection.hpp"
#include "gateway/wire/frame_reader.hpp"

namespace gateway::backend {

/// Makes a used connection as good as new, and proves it: everything that the last client left behind is read
/// away until the answer to a random question comes, which no earlier statement can have foretold. Sans-IO.
class Reset {
public:
    enum class State { going_on, clean, spoiled };

    /// `nonce` is random and holds only letters and digits. `facts` takes the parameters that change back.
    Reset(std::string nonce, BackendFacts& facts);

    /// To be sent first. A Sync ends the skipping after an error; DISCARD ALL drops all session state and
    /// fails within a transaction.
    [[nodiscard]] std::string request() const;

    State on_backend(wire::ByteView bytes);

private:
    State take(const wire::Frame& frame);

    std::string nonce_;
    BackendFacts& facts_;
    wire::FrameReader reader_;
    bool discarded_ = false;  // the last statement that ended was our DISCARD ALL
    bool answered_ = false;   // the nonce came back, after that
    State state_ = State::going_on;
};

[[nodiscard]] std::string random_nonce();

}  // namespace gateway::backend
