#pragma once

#include <chrono>
#include <ctime>

namespace tests {

/// What this process took of the processor since: unlike a clock, it does not tell of what else the machine
/// does.
class ProcessorTime {
public:
    [[nodiscard]] std::chrono::duration<double> spent() const {
        return std::chrono::duration<double>(static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC);
    }

private:
    std::clock_t begin_ = std::clock();
};

}  // namespace tests
