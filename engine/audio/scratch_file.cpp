#include "engine/audio/scratch_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>

#include "engine/audio/shared_file.h"

namespace dubplate::audio {

Result<std::shared_ptr<ScratchFile>> ScratchFile::in_folder(const std::string& folder) {
    // Holds nothing alive: a file ends with the last source that uses it.
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<ScratchFile>> files;
    const std::lock_guard lock(mutex);
    if (auto file = files[folder].lock()) return file;
    std::string name;
    Descriptor descriptor = open_with_room([&] {
        name = scratch_folder_or_default(folder) + "/dubplate-scratch-XXXXXX";
        return ::mkostemp(name.data(), O_CLOEXEC);
    });
    if (descriptor.get() < 0) {
        Error error = system_error("cannot make a scratch file here", errno, scratch_folder_or_default(folder));
        error.code = ErrorCode::io;
        return fail(std::move(error));
    }
    ::unlink(name.c_str());
    auto file = std::make_shared<ScratchFile>(std::move(descriptor), scratch_folder_or_default(folder));
    files[folder] = file;
    return file;
}

Result<void> ScratchFile::write(const void* from, std::int64_t bytes, std::int64_t offset) {
    auto done = write_at(file_, from, bytes, offset, folder_);
    if (!done) done.error().message = "cannot keep decoded audio in the scratch folder: " + done.error().message;
    return done;
}

Result<void> ScratchFile::read(void* to, std::int64_t bytes, std::int64_t offset) const {
    const auto got = read_at(file_, to, bytes, offset, folder_);
    if (!got) return fail(got.error());
    if (*got != bytes) return fail(ErrorCode::io, "the scratch file ends early", folder_);
    return {};
}

}  // namespace dubplate::audio
