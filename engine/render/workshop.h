#pragma once

/// What renders of one process leave to those that come after them: versions of a session (other stems, an instrumental,
/// two masters) name the same sound files.
///
/// Kept: sound files as they were opened, decoded and resampled, with the hashes of what counts of them; responses and
/// their spectra; the device, opened, with its plans and pinned memory; on the device spectra, and the samples that were sent
/// up as files hold them, as far as its memory has room. A file that is not what it was any more is opened anew. Nothing that a bit depends
/// on is kept: every render writes what it would have written alone, and its receipt says what its outputs follow from.
/// Memory: that of the responses and their spectra, until the workshop is gone; audio that was decoded takes room in the
/// folder for temporary files.
/// Threads: one check() or render() at a time makes use of it; made and destroyed anywhere.

#include <memory>

namespace dubplate::render {

class Workshop {
public:
    enum class Renders { one, several };
    /// For `one` nothing stays on a device: check() leaves to render() what it has read, and that is all.
    explicit Workshop(Renders renders = Renders::several);
    ~Workshop();
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    struct Parts;  // workshop_parts.h
    Parts& parts() { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace dubplate::render
