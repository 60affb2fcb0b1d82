#include "engine/audio/shared_file.h"

#include <sys/resource.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <unordered_map>

namespace dubplate::audio {

namespace {

/// Asked for every time: a program may change its limit.
std::size_t most_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1;
    return static_cast<std::size_t>(std::clamp<rlim_t>(limit.rlim_cur / 2, 1, kMostOpenFiles));
}

/// The descriptors used last, newest first. One for the process, because the limit is the process's.
class DescriptorCache {
public:
    static DescriptorCache& instance() {
        static DescriptorCache cache;
        return cache;
    }

    std::shared_ptr<const Descriptor> find(const SharedFile* file) {
        const std::lock_guard lock(mutex_);
        const auto found = places_.find(file);
        if (found == places_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->descriptor;
    }

    std::shared_ptr<const Descriptor> add(const SharedFile* file, Descriptor descriptor) {
        auto shared = std::make_shared<const Descriptor>(std::move(descriptor));
        const std::lock_guard lock(mutex_);
        if (const auto found = places_.find(file); found != places_.end()) return found->second->descriptor;
        entries_.push_front({file, shared});
        places_[file] = entries_.begin();
        for (const std::size_t most = most_open_files(); entries_.size() > most;) drop_last();
        return shared;
    }

    void remove(const SharedFile* file) {
        const std::lock_guard lock(mutex_);
        const auto found = places_.find(file);
        if (found == places_.end()) return;
        entries_.erase(found->second);
        places_.erase(found);
    }

    /// Closes the older half; false if there was nothing to close.
    bool shrink() {
        const std::lock_guard lock(mutex_);
        if (entries_.empty()) return false;
        for (std::size_t count = (entries_.size() + 1) / 2; count > 0; --count) drop_last();
        return true;
    }

private:
    struct Entry {
        const SharedFile* file;
        std::shared_ptr<const Descriptor> descriptor;
    };

    void drop_last() {
        places_.erase(entries_.back().file);
        entries_.pop_back();
    }

    std::mutex mutex_;
    std::list<Entry> entries_;
    std::unordered_map<const SharedFile*, std::list<Entry>::iterator> places_;
};

}  // namespace

SharedFile::SharedFile(std::string path, FileStatus status, Descriptor file) : path_(std::move(path)), status_(status) {
    DescriptorCache::instance().add(this, std::move(file));
}

SharedFile::~SharedFile() { DescriptorCache::instance().remove(this); }

Result<Descriptor> SharedFile::open() const {
    auto file = open_for_reading(path_);
    if (!file) return file;
    const auto status = status_of(*file, path_);
    if (!status) return fail(status.error());
    if (*status != status_) return fail(ErrorCode::io, "the file was changed while it was in use", path_);
    return file;
}

Result<std::shared_ptr<const Descriptor>> SharedFile::descriptor() const {
    auto& cache = DescriptorCache::instance();
    if (auto held = cache.find(this)) return held;
    auto file = open();
    if (!file) return fail(std::move(file.error()));
    return cache.add(this, std::move(*file));
}

bool close_idle_descriptors() { return DescriptorCache::instance().shrink(); }

}  // namespace dubplate::audio
