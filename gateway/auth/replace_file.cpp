#include "gateway/auth/replace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace gateway::auth {
namespace {

std::string failure(std::string_view what, const std::string& path) {
    return std::string(what) + ' ' + path + ": " + std::strerror(errno);
}

/// A file that is unlinked unless it was renamed to its final name.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& path) : path_(path + ".XXXXXX") {
        descriptor_ = mkstemp(path_.data());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (descriptor_ >= 0) close(descriptor_);
        if (descriptor_ >= 0 && !renamed_) unlink(path_.c_str());
    }
    [[nodiscard]] bool created() const { return descriptor_ >= 0; }
    [[nodiscard]] bool write_and_sync(std::string_view text) const {
        while (!text.empty()) {
            const auto written = write(descriptor_, text.data(), text.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return false;
            text.remove_prefix(static_cast<std::size_t>(written));
        }
        return fsync(descriptor_) == 0;
    }
    /// The owner and the mode of the file that it replaces, so that the gateway's own user can still read it
    /// when root changes it; never readable by others. Mode 0600 if there is no such file.
    [[nodiscard]] bool takes_the_place_of(const std::string& path) const {
        struct stat replaced {};
        if (stat(path.c_str(), &replaced) != 0) return fchmod(descriptor_, S_IRUSR | S_IWUSR) == 0;
        if (geteuid() == 0 && fchown(descriptor_, replaced.st_uid, replaced.st_gid) != 0) return false;
        return fchmod(descriptor_, replaced.st_mode & (S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP)) == 0;
    }
    [[nodiscard]] bool rename_to(const std::string& path) {
        renamed_ = std::rename(path_.c_str(), path.c_str()) == 0;
        return renamed_;
    }

private:
    std::string path_;
    int descriptor_ = -1;
    bool renamed_ = false;
};

/// Makes the rename last through a power cut.
bool sync_directory(const std::filesystem::path& directory) {
    const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool synced = fsync(descriptor) == 0;
    close(descriptor);
    return synced;
}

}  // namespace

std::optional<std::string> replace_file(const std::string& path, std::string_view text) {
    std::error_code error;
    // A symbolic link keeps pointing to the file.
    const auto target = std::filesystem::weakly_canonical(std::filesystem::absolute(path), error);
    if (error) return path + ": " + error.message();
    TemporaryFile temporary(target.string());
    if (!temporary.created()) return failure("could not create a file beside", target.string());
    if (!temporary.takes_the_place_of(target.string()))
        return failure("could not take over the owner and mode of", target.string());
    if (!temporary.write_and_sync(text)) return failure("could not write", target.string());
    if (!temporary.rename_to(target.string())) return failure("could not replace", target.string());
    if (!sync_directory(target.parent_path()))
        return failure("could not sync the directory of", target.string());
    return std::nullopt;
}

}  // namespace gateway::auth
