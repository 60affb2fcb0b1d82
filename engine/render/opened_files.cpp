#include "engine/render/opened_files.h"

#include <sys/stat.h>

#include <atomic>

#include "engine/audio/impulse.h"

namespace dubplate::render {
namespace {

bool is_the_same(const audio::FileStatus& a, const audio::FileStatus& b) {
    return a == b && a.changed_ns == b.changed_ns;
}

}  // namespace

Result<OpenedFiles::File> OpenedFiles::open(const std::string& path) {
    {
        const std::lock_guard guard(lock_);
        const auto found = files_.find(path);
        struct stat now {};
        if (found != files_.end() && ::stat(path.c_str(), &now) == 0 &&
            is_the_same(audio::file_status_of(now), found->second.file->status()))
            return found->second.file;
    }
    auto opened = audio::InputFile::open(path, audio::Hashing::while_reading);
    const std::lock_guard guard(lock_);
    files_.erase(path);
    if (!opened) return fail(std::move(opened.error()));
    files_[path].file = *opened;
    return std::move(*opened);
}

OpenedFiles::Kept* OpenedFiles::kept(const File& file) {
    const auto found = files_.find(file->path());
    return found != files_.end() && found->second.file == file ? &found->second : nullptr;
}

std::uint64_t OpenedFiles::identity_of(const audio::FileStatus& status, const audio::Source& source, int session_rate,
                                       double speed) {
    // Of the process, so that what knows them may outlive this.
    static std::atomic<std::uint64_t> last = 0;
    const bool as_it_lies = source.byte_range(0, 0).has_value();
    const Origin origin{status.device,           status.inode,      status.bytes,
                        status.modified_ns,      status.changed_ns, as_it_lies ? 0 : session_rate,
                        as_it_lies ? 1.0 : speed};
    const auto [found, is_new] = identities_.try_emplace(origin, 0);
    if (is_new) found->second = ++last;
    return found->second;
}

Result<OpenedFiles::Source> OpenedFiles::source(const File& file, int session_rate, double speed,
                                                const std::string& scratch_folder, const std::stop_token& stop) {
    const std::pair key{session_rate, speed};
    {
        const std::lock_guard guard(lock_);
        if (const Kept* const here = kept(file))
            if (const auto found = here->sources.find(key); found != here->sources.end()) return found->second;
    }
    auto opened = audio::open_source(file, session_rate, speed, scratch_folder, stop);
    if (!opened) return fail(std::move(opened.error()));
    const std::lock_guard guard(lock_);
    (*opened)->set_identity(identity_of(file->status(), **opened, session_rate, speed));
    Source made = std::move(*opened);
    if (Kept* const here = kept(file)) here->sources[key] = made;
    return made;
}

Result<OpenedFiles::Response> OpenedFiles::response(const File& file, int session_rate,
                                                    const std::string& scratch_folder, const std::stop_token& stop) {
    {
        const std::lock_guard guard(lock_);
        if (const Kept* const here = kept(file))
            if (const auto found = here->responses.find(session_rate); found != here->responses.end())
                return found->second.response;
    }
    auto loaded = audio::load_impulse(file, session_rate, scratch_folder, stop);
    if (!loaded) return fail(std::move(loaded.error()));
    Response made = std::make_shared<kernels::ImpulseResponse>(std::move(*loaded));
    const std::lock_guard guard(lock_);
    if (Kept* const here = kept(file)) here->responses[session_rate] = {made, nullptr};
    return made;
}

OpenedFiles::Response OpenedFiles::response_read(const std::string& path, int session_rate) {
    const std::lock_guard guard(lock_);
    const auto here = files_.find(path);
    if (here == files_.end()) return nullptr;
    const auto found = here->second.responses.find(session_rate);
    return found == here->second.responses.end() ? nullptr : found->second.response;
}

void OpenedFiles::hold_spectra() {
    const std::lock_guard guard(lock_);
    for (auto& [path, here] : files_)
        for (auto& [rate, one] : here.responses)
            for (const kernels::ProcessorKind* kind : kernels::processor_kinds())
                if (kind->spectra && !one.spectra) one.spectra = kind->spectra(*one.response);
}

}  // namespace dubplate::render
