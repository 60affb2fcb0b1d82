#include "cli/write_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace dubplate::cli {

Result<void> write_file(std::string_view text, const std::string& path) {
    const std::string beside = path + ".part" + std::to_string(getpid());
    std::FILE* const file = std::fopen(beside.c_str(), "wb");
    if (file == nullptr) return fail(ErrorCode::io, std::strerror(errno), path);
    bool whole = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    int reason = errno;
    if (std::fclose(file) != 0) {
        if (whole) reason = errno;
        whole = false;
    }
    if (whole && std::rename(beside.c_str(), path.c_str()) == 0) return {};
    if (whole) reason = errno;
    std::remove(beside.c_str());
    return fail(ErrorCode::io, std::strerror(reason), path);
}

}  // namespace dubplate::cli
