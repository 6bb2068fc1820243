#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/frame_walker.hpp"

namespace tests {

/// Ends the fuzzer's run: what must hold does not.
inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Cuts the input into messages twice, by the reader and by the walker, and with another split each time: the
/// first byte of the input says where. Both must see the same. Gives the whole messages before the first
/// error.
inline std::vector<std::string> messages_of(gateway::wire::Peer peer, std::string_view input) {
    using namespace gateway::wire;
    constexpr BodyLimit limit{4096};
    if (input.empty()) return {};
    const auto split = static_cast<unsigned char>(input.front()) % input.size();
    const auto stream = input.substr(1);
    const std::string_view parts[] = {stream.substr(0, split), stream.substr(std::min(split, stream.size()))};

    std::vector<std::string> messages;
    FrameReader reader(peer, limit);
    bool reader_failed = false;
    for (const auto part : parts) {
        reader.feed(part);
        for (auto frame = reader.next(); !reader_failed; frame = reader.next()) {
            reader_failed = !frame;
            if (!frame || !*frame) break;
            messages.emplace_back((**frame).bytes());
        }
    }

    std::vector<std::string> walked;
    FrameWalker walker(peer, limit);
    bool walker_failed = false;
    for (auto part : parts) {
        while (!walker_failed) {
            const auto piece = walker.next(part);
            walker_failed = !piece;
            if (!piece || !*piece) break;
            if ((**piece).first) walked.emplace_back();
            walked.back() += (**piece).body;
            if (!(**piece).last()) continue;
            const auto index = walked.size() - 1;
            require(index < messages.size() && messages[index].substr(header_size) == walked[index]);
        }
    }
    require(walker_failed == reader_failed);
    return messages;
}

}  // namespace tests
