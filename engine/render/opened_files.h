#pragma once

/// The sound files that renders of one process read: opened, decoded and resampled where they must be, responses loaded,
/// each once for as long as it stays what it was.
///
/// A file is found again by its path, if what has the name now is what was opened (size, times, inode); otherwise it is
/// opened anew and what was made of it before is forgotten. It is hashed while it is read (audio::InputFile), once.
/// Samples that are equal because of where they come from, also by another path, have one audio::Source::identity().
/// Memory: responses and their spectra stay; what was decoded stays in its scratch files, and the others are read where they
/// lie. Threads: any. Errors: as audio::InputFile, audio::open_source(), audio::load_impulse().

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <tuple>
#include <utility>

#include "engine/audio/input_file.h"
#include "engine/audio/source.h"
#include "kernels/processors/processor.h"

namespace dubplate::render {

class OpenedFiles {
public:
    using File = std::shared_ptr<audio::InputFile>;
    using Source = std::shared_ptr<const audio::Source>;
    using Response = std::shared_ptr<const kernels::ImpulseResponse>;

    Result<File> open(const std::string& path);
    /// Of a file that open() gave.
    Result<Source> source(const File& file, int session_rate, double speed, const std::string& scratch_folder,
                          const std::stop_token& stop);
    Result<Response> response(const File& file, int session_rate, const std::string& scratch_folder,
                              const std::stop_token& stop);
    /// Of what response() has read already; null where it has not, whatever the file is now.
    Response response_read(const std::string& path, int session_rate);
    /// Holds the spectra that instances have made of the responses, for instances to come.
    void hold_spectra();

private:
    struct KeptResponse {
        Response response;
        std::shared_ptr<const void> spectra;  // gone before the response is: they are known by its address
    };
    struct Kept {
        File file;
        std::map<std::pair<int, double>, Source> sources;  // session's rate, speed
        std::map<int, KeptResponse> responses;             // session's rate
    };
    /// Null if the file was opened anew since.
    Kept* kept(const File& file);
    std::uint64_t identity_of(const audio::FileStatus& status, const audio::Source& source, int session_rate,
                              double speed);

    std::mutex lock_;
    std::map<std::string, Kept> files_;  // by path
    /// Device, inode, bytes, times; rate and speed of what is not as it lies in the file.
    using Origin = std::tuple<std::uint64_t, std::uint64_t, std::int64_t, std::int64_t, std::int64_t, int, double>;
    std::map<Origin, std::uint64_t> identities_;
};

}  // namespace dubplate::render
