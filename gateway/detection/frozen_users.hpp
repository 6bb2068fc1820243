#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::detection {

struct FrozenMistake {
    std::string message;
};

template <class T>
using FrozenResult = boost::system::result<T, FrozenMistake>;

[[noreturn]] inline void throw_exception_from_error(const FrozenMistake& mistake,
                                                    const boost::source_location&) {
    throw std::logic_error("frozen users: " + mistake.message);
}

/// People, and log-ins, who read no protected tables until somebody thaws them: in one file, which several
/// processes may share, a line each: when, by which detector, the name. Names that differ only by case are
/// one. Thread-safe.
class FrozenUsers {
public:
    static constexpr std::size_t most_names = 10'000;

    /// Without a file: who is frozen stays so until the process ends.
    FrozenUsers();
    /// With what the file at `path` holds; it is made where there is none.
    [[nodiscard]] static FrozenResult<std::unique_ptr<FrozenUsers>> open(const std::string& path);
    ~FrozenUsers();
    FrozenUsers(const FrozenUsers&) = delete;
    FrozenUsers& operator=(const FrozenUsers&) = delete;

    [[nodiscard]] bool contains(std::string_view name) const { return contains_key(key_of(name)); }
    /// What spellings of one name have in common: for who asks often.
    [[nodiscard]] static std::string key_of(std::string_view name);
    [[nodiscard]] bool contains_key(std::string_view key) const;
    /// Everybody who is frozen stands in the file.
    [[nodiscard]] bool all_written() const;
    [[nodiscard]] std::size_t size() const;

    /// Holds at once, and is written before this returns if it can be. False: he was frozen already, or there
    /// are too many.
    bool freeze(const std::string& name, std::string_view detector,
                std::chrono::system_clock::time_point time);

    /// Takes what somebody else wrote into the file, and writes what could not be written before; to be
    /// called every second. What it could not do.
    [[nodiscard]] std::string look();

    /// Takes `name` out of the file at `path`; "": he was in it.
    [[nodiscard]] static std::string thaw(const std::string& path, const std::string& name);
    /// The lines of the file at `path`.
    [[nodiscard]] static FrozenResult<std::vector<std::string>> list(const std::string& path);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::detection
