#include "gateway/cli/password_prompt.hpp"

#include <openssl/crypto.h>
#include <signal.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

namespace gateway::cli {
namespace {

constexpr std::size_t longest_password = 10'000;  // bytes, as much as PostgreSQL's log-in takes
constexpr std::array interrupting{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

volatile sig_atomic_t interrupted_by = 0;

void say(std::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

// While it lives, the terminal shows nothing of what is typed, and a signal ends the reading instead of the
// program, so that the echo comes back before the program goes.
class SilentTerminal {
public:
    SilentTerminal() {
        interrupted_by = 0;
        sigset_t blocked;
        sigemptyset(&blocked);
        struct sigaction action {};
        action.sa_handler = [](int signal) { interrupted_by = signal; };
        for (std::size_t at = 0; at < interrupting.size(); ++at) {
            sigaddset(&blocked, interrupting[at]);
            sigaction(interrupting[at], &action, &before_[at]);
        }
        sigprocmask(SIG_BLOCK, &blocked, &mask_);
        tcgetattr(STDIN_FILENO, &settings_);
        termios silent = settings_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings_);
        for (std::size_t at = 0; at < interrupting.size(); ++at)
            sigaction(interrupting[at], &before_[at], nullptr);
        sigprocmask(SIG_SETMASK, &mask_, nullptr);
        if (interrupted_by != 0) raise(interrupted_by);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    // Signals come through only while it waits here, so that none is missed; false when one came.
    [[nodiscard]] bool wait_for_input() const {
        fd_set input;
        FD_ZERO(&input);
        FD_SET(STDIN_FILENO, &input);
        return pselect(STDIN_FILENO + 1, &input, nullptr, nullptr, nullptr, &mask_) > 0;
    }

private:
    termios settings_{};
    sigset_t mask_{};
    std::array<struct sigaction, interrupting.size()> before_{};
};

// Byte by byte, so that nothing after the line is taken from standard input.
std::optional<std::string> read_line(const SilentTerminal* terminal) {
    std::string line;
    line.reserve(longest_password);  // no copies are left behind by growing
    char letter = 0;
    while (true) {
        if (terminal != nullptr && !terminal->wait_for_input()) return std::nullopt;
        const ssize_t size = read(STDIN_FILENO, &letter, 1);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 || (size == 0 && line.empty())) return std::nullopt;
        if (size == 0 || letter == '\n') return line;
        if (line.size() == longest_password) return std::nullopt;
        line += letter;
    }
}

std::optional<std::string> ask(std::string_view prompt) {
    say(prompt);
    const SilentTerminal silent;
    return read_line(&silent);
}

}  // namespace

PasswordRead read_password() {
    if (isatty(STDIN_FILENO) == 0) {
        auto line = read_line(nullptr);
        if (!line) return NoPassword{"no password on standard input, or one of more than 10000 bytes"};
        return std::move(*line);
    }
    auto first = ask("Password: ");
    if (!first) return NoPassword{"no password was given"};
    auto second = ask("Once more: ");
    const bool same = second && *first == *second;
    if (second) OPENSSL_cleanse(second->data(), second->size());
    if (!same) {
        OPENSSL_cleanse(first->data(), first->size());
        return NoPassword{"the two passwords differ"};
    }
    return std::move(*first);
}

}  // namespace gateway::cli
