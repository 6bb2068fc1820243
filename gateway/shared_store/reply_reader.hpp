#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/accounting/store_command.hpp"

struct redisReader;

namespace gateway::shared_store {

/// Why a conversation with Redis cannot go on; for the log.
struct Broken {
    std::string why;
};

/// Redis' answers out of bytes (RESP2): a short read is a normal answer. Whatever the bytes are, it takes no
/// more memory than a few times largest_reply.
class ReplyReader {
public:
    static constexpr std::size_t largest_reply = 1024UL * 1024;  // bytes
    static constexpr int longest_array = 10'000;

    ReplyReader();

    void feed(std::string_view bytes);
    /// nullopt: feed more. After an error every call gives one.
    [[nodiscard]] boost::system::result<std::optional<accounting::StoreAnswer>, Broken> next();

private:
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
    std::size_t unfinished_ = 0;  // bytes that were fed since the last whole reply, at most
};

}  // namespace gateway::shared_store
