#pragma once

#include <string>

#include "gateway/backend/connection.hpp"
#include "gateway/wire/frame_reader.hpp"

namespace gateway::backend {

/// What the last client could do in its session.
enum class LeftBy {
    restricted,  // only what a policy names
    anybody,     // any statement
};

/// Makes a used connection as good as new, and proves it: everything that the last client left behind is read
/// away until the answer to a random question comes, which no earlier statement can have foretold. Sans-IO.
///
/// DISCARD ALL drops what a session holds, with some exceptions. random() is seeded anew here. What only the
/// session's end takes away spoils the connection: the place in pg_temp, temporary replication slots, the
/// replication origin and, where anybody was at work, named dblink connections and the global variables of
/// procedural languages (not proven empty: the database has the means). One difference to a new session is
/// left: a setting that the client made up (SET my.name) reads as empty instead of as unknown.
class Reset {
public:
    enum class State { going_on, clean, spoiled };

    /// `nonce` is random and holds only hexadecimal digits. `facts` takes the parameters that change back.
    Reset(std::string nonce, LeftBy left_by, BackendFacts& facts);

    /// To be sent first. A Sync ends the skipping after an error; DISCARD ALL fails within a transaction.
    [[nodiscard]] std::string request() const;

    State on_backend(wire::ByteView bytes);

private:
    State take(const wire::Frame& frame);
    [[nodiscard]] std::string question() const;

    std::string nonce_;
    LeftBy left_by_;
    BackendFacts& facts_;
    wire::FrameReader reader_;
    bool discarded_ = false;  // the last statement that ended was our DISCARD ALL
    bool answered_ = false;   // the nonce came back, after that
    State state_ = State::going_on;
};

[[nodiscard]] std::string random_nonce();

}  // namespace gateway::backend
