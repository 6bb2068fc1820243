#include "monitoring/metrics/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace monitoring::metrics {
namespace {

// proc(5), /proc/PID/stat: field 22, in clock ticks since boot. Counted from behind the program's name, which
// is in parentheses and may itself hold blanks.
double start_ticks_after_boot() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::size_t at = name_end + 1;
    for (int field = 3; field < 22; ++field) {
        at = line.find(' ', at + 1);
        if (at == std::string::npos) return 0;
    }
    return std::strtod(line.c_str() + at, nullptr);
}

double boot_time() {
    std::ifstream file("/proc/stat");
    std::string word;
    while (file >> word) {
        if (word != "btime") continue;
        double seconds = 0;
        file >> seconds;
        return seconds;
    }
    return 0;
}

double resident_pages() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident;
}

double open_descriptors() {
    std::error_code error;
    std::filesystem::directory_iterator entries("/proc/self/fd", error);
    double count = 0;
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
        ++count;
    return count;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessSample sample_process() {
    static const double started =
        boot_time() + start_ticks_after_boot() / static_cast<double>(sysconf(_SC_CLK_TCK));
    ProcessSample sample;
    sample.start_time_seconds = started;
    sample.resident_bytes = resident_pages() * static_cast<double>(sysconf(_SC_PAGESIZE));
    sample.open_fds = open_descriptors();
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        sample.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) sample.max_fds = static_cast<double>(limit.rlim_cur);
    return sample;
}

}  // namespace monitoring::metrics
