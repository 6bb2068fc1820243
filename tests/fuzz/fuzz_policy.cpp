// Any bytes as a policy file: a policy or mistakes, quickly; never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policies/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto loaded = policies::load_text({reinterpret_cast<const char*>(data), size}, "p.yaml");
    if (const auto* mistakes = std::get_if<policies::Mistakes>(&loaded)) {
        if (mistakes->empty() || mistakes->size() > 101) __builtin_trap();
        for (const auto& mistake : *mistakes) {
            if (mistake.line < 1 || mistake.column < 1 || mistake.message.empty()) __builtin_trap();
        }
    } else if (std::get<0>(loaded) == nullptr || std::get<0>(loaded)->databases.empty()) {
        __builtin_trap();  // a policy that governs nothing
    }
    return 0;
}
