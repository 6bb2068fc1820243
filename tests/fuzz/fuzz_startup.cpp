// The first bytes of a connection, before anybody is known.

#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/startup.hpp"
#include "gateway/wire/startup_options.hpp"
#include "tests/fuzz/wire_stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace gateway::wire;
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed({reinterpret_cast<const char*>(data), size});
    for (;;) {
        const auto packet = reader.next_startup_packet();
        if (!packet || !*packet) return 0;
        const auto decoded = decode_startup(**packet);
        if (!decoded) continue;
        const auto* message = std::get_if<StartupMessage>(&*decoded);
        if (message == nullptr) continue;
        tests::require(!message->user.empty() && message->user.size() < name_limit);
        const auto settings = parse_startup_options(message->options);
        if (!settings) continue;
        for (const auto& setting : *settings)
            tests::require(!setting.name.empty());
    }
}
